from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_identify import TillCommon


@tagged("post_install", "-at_install")
class TestCustomerList(TillCommon):
    """What a register's list of customers says beside the names."""

    def standings(self, partners, user=None):
        return self.till(user).club_standings(partners.ids)

    def test_members_have_their_tier_and_what_they_can_use_here(self):
        self.assertEqual(self.standings(self.ada | self.bob), {str(self.ada.id): "Member · 487 Beans"})

    def test_guests_other_companies_and_outlets_that_are_out_show_nothing(self):
        self.member().is_guest = True
        self.assertEqual(self.standings(self.ada), {})
        self.member().is_guest = False
        self.ada.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self.standings(self.ada), {})
        self.ada.company_id = False
        self.register.club_outlet_id.is_opted_in = False
        self.assertEqual(self.standings(self.ada), {})

    def test_only_people_at_the_register_ask_and_for_what_a_list_shows(self):
        with self.assertRaises(AccessError):
            self.standings(self.ada, user=self.env.ref("base.public_user"))
        strangers = self.env["res.partner"].create([{"name": f"Stranger {number}"} for number in range(100)])
        self.assertEqual(self.till().club_standings([*strangers.ids, self.ada.id]), {})
        self.assertEqual(self.till().club_standings("all of them"), {})
        self.assertEqual(self.till().club_standings([None, "1", True, [self.ada.id]]), {})

    def test_queries_do_not_grow_with_the_names(self):
        partners = self.env["res.partner"].create([{"name": f"Somebody {number}"} for number in range(20)])
        for partner in partners:
            self.enrol(partner)
        counts = []
        for shown in (self.ada | partners[:1], self.ada | partners):
            self.standings(shown)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.standings(shown)), len(shown))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
