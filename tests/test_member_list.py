from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMemberList(ClubCommon):
    """Many members at a time: found, exported and adjusted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].create([{"name": f"Person {number:02}"} for number in range(12)])
        cls.members = cls.env["club.member"]
        for person in cls.people:
            cls.members |= cls.env["club.member"].enrol(person.id, cls.club.id)

    def found(self, *domain):
        return self.env["club.member"].search([("id", "in", self.members.ids), *domain])

    # ------------------------------------------------------------------ finding
    def test_who_stays_away_is_found_by_days(self):
        one, two, three = self.members[:3]
        now = fields.Datetime.now()
        for member, days in ((one, 10), (two, 45), (three, 400)):
            member.sudo().write({"last_paid_at": now - timedelta(days=days), "joined_at": now - timedelta(days=500)})
        self.env.flush_all()
        self.assertEqual(self.found(("idle_days", ">=", 45)), two | three)
        self.assertEqual(self.found(("idle_days", ">", 45)), three)
        self.assertEqual(self.found(("idle_days", "<", 45)), self.members - two - three)
        self.assertFalse(self.found(("idle_days", ">=", 10**9)))
        self.assertEqual((one.idle_days, two.idle_days, three.idle_days), (10, 45, 400))
        self.assertEqual(self.found(("activity", "in", ["active", "leaving"])), one | two)

    @freeze_time("2031-12-15 12:00:00")
    def test_birthdays_of_this_month_and_the_next(self):
        one, two, three = self.members[:3]
        for member, day in ((one, "1990-12-01"), (two, "1985-01-31"), (three, "1985-06-30")):
            member.partner_id.club_birthday = day
        self.env.flush_all()
        self.assertEqual(self.found(("birthday_month", "=", "this")), one)
        self.assertEqual(self.found(("birthday_month", "=", "next")), two)
        self.assertEqual(self.found(("birthday_month", "in", ["6", "1"])), two | three)
        self.assertEqual(self.found(("birthday_month", "=", False)), self.members - one - two - three)
        self.assertEqual((one.birthday_month, self.members[3].birthday_month), ("12", False))

    def test_list_says_where_a_balance_counts(self):
        one, two = self.members[:2]
        one.adjust(self.unit.id, 5, "Five")
        self.assertEqual(one.scope_text, "All outlets")
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        one.adjust(self.unit.id, 5, "Five more", pool_id=airport.id)
        (one | two).invalidate_recordset()
        self.assertEqual((one.scope_text, two.scope_text), (f"{self.pool.name}, Airport", ""))

    def test_list_and_export_cost_the_same_for_ten_as_for_two(self):
        arch = etree.fromstring(self.env["club.member"].get_view(view_type="list")["arch"])
        names = [node.get("name") for node in arch.iter("field")]
        self.assertLessEqual({"balance_text", "lifetime", "tier_id", "scope_text", "last_paid_at"}, set(names))
        self.members.adjust_all(self.unit.id, 5, "Welcome", "welcome")
        counts = []
        for members in (self.members[:1], self.members[:2], self.members[2:]):
            for work in (lambda own: own.read(names), lambda own: own.export_data(names)):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                rows = work(members)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2:4], counts[4:], "what is kept for the whole process was read before")
        column = names.index("balance_text")
        self.assertEqual({row[column] for row in rows["datas"]}, {"5 Beans"})

    def test_club_lists_who_joined_last_of_its_own(self):
        other = self.env["club.club"].create({"name": "Nuts"})
        stranger = self.env["club.member"].enrol(self.ada.id, other.id)
        self.assertEqual(self.club.recent_member_ids, self.members[:1:-1])
        self.assertEqual(other.recent_member_ids, stranger)
        action = self.club.action_add_member()
        form = Form(self.env["club.member"].with_context(**action["context"]))
        form.partner_id = self.bob
        self.assertEqual(form.save().club_id, self.club)

    # ------------------------------------------------------------------ adjusting
    def wizard(self, members=None, **vals):
        members = self.members if members is None else members
        action = self.env["club.adjust.many"].with_context(active_model="club.member", active_ids=members.ids)
        form = Form(action)
        for name, value in vals.items():
            setattr(form, name, value)
        return form

    def test_all_get_the_same_and_it_is_said_before(self):
        form = self.wizard(amount=25, reason="Late parcels")
        self.assertIn("Members: 12. Each gets 25 Beans; that is 300 Beans in all.", form.summary)
        wizard = form.save()
        wizard.action_adjust()
        wizard.action_adjust()  # a second click
        self.assertEqual(self.members.account_ids.mapped("balance"), [25] * 12)
        self.assertEqual(set(self.members.account_ids.entry_ids.mapped("reason")), {"Late parcels"})
        self.assertCoherent()

    def test_who_has_less_keeps_it(self):
        self.members[:4].adjust_all(self.unit.id, 30, "Opening", "opening", counts_lifetime=False)
        self.members[4:6].adjust_all(self.unit.id, 10, "Opening", "opening")
        form = self.wizard(direction="remove", amount=20, reason="A mistake")
        self.assertIn("Members: 4. Each loses 20 Beans; that is 80 Beans in all.", form.summary)
        self.assertIn("keeps what they have: 8 of them", form.summary)
        wizard = form.save()
        wizard.action_adjust()
        wizard.action_adjust()
        self.assertEqual(sorted(self.members.account_ids.mapped("balance")), [10] * 6)
        self.assertCoherent()

    def test_tiers_move_only_where_it_counts(self):
        self.members[:2].adjust_all(self.unit.id, 500, "Old card", "old", counts_lifetime=False)
        self.members[2:4].adjust_all(self.unit.id, 500, "Old card", "old")
        self.assertEqual(self.members[:4].mapped("tier_id.name"), ["Member", "Silver"])
        self.assertEqual(self.members[2].tier_id, self.silver)

    def test_adjusting_many_costs_no_query_more_for_each(self):
        counts = []
        for members in (self.members[:2], self.members[2:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            members.adjust_all(self.unit.id, 5, "Welcome", "welcome")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_what_cannot_be_done_is_refused_in_a_sentence(self):
        adjust = self.members.adjust_all
        with self.assertRaisesRegex(UserError, "Give a reason"):
            adjust(self.unit.id, 5, " ", "key")
        with self.assertRaisesRegex(UserError, "other than 0"):
            adjust(self.unit.id, 0, "Why", "key")
        with self.assertRaisesRegex(UserError, "at most 64 characters"):
            adjust(self.unit.id, 5, "Why", "")
        with self.assertRaisesRegex(UserError, "at least one member"):
            self.members.browse().adjust_all(self.unit.id, 5, "Why", "key")
        other = self.env["club.club"].create({"name": "Nuts"})
        with self.assertRaisesRegex(UserError, "members of one club"):
            adjust(other.unit_ids.id, 5, "Why", "key")
        stranger = self.env["club.member"].enrol(self.ada.id, other.id)
        self.assertIn("several clubs", self.wizard(self.members | stranger, reason="Why").summary)
        with self.assertRaisesRegex(UserError, "Enter an amount above 0"):
            self.wizard(reason="Why", amount=-5).save().action_adjust()
        too_many = self.env["club.member"].browse(range(1, 5002))
        with self.assertRaisesRegex(UserError, "at most 5,000 members at once: these are 5,001"):
            too_many._check_many(self.unit)
        self.assertFalse(self.members.account_ids.entry_ids)

    def test_plays_for_too_many_are_refused_in_a_sentence(self):
        prizes = [{"name": name, "kind": "nothing", "weight": 1} for name in ("No luck", "None either")]
        game = self.env["club.game"].create(
            {"club_id": self.club.id, "name": "Wheel", "prize_ids": [Command.create(prize) for prize in prizes]}
        )
        with patch("odoo.addons.loyalty_club.models.club_play.MOST_AT_ONCE", 23):
            self.assertEqual(len(self.members[:11].grant_plays(game.id, 2, "first")), 22)
            with self.assertRaisesRegex(UserError, "Give at most 23 plays in all at once: choose fewer members"):
                self.members.grant_plays(game.id, 2, "second")
        self.assertEqual(self.env["club.play"].search_count([("game_id", "=", game.id)]), 22)

    def test_cashiers_adjust_nobody(self):
        cashier = new_test_user(self.env, "many_cashier", "loyalty_club.loyalty_club_group_user")
        with self.assertRaises(AccessError):
            self.members.with_user(cashier).adjust_all(self.unit.id, 5, "A gift", "key")
        with self.assertRaises(AccessError):
            self.env["club.adjust.many"].with_user(cashier).create({"member_ids": self.members.ids, "reason": "A gift"})
