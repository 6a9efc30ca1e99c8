from functools import partial
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesCredit(RacesCase):
    """Two tabs at once: points become store credit once, and one wallet is made."""

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        program = cls.club.credit_program_id
        cls.cr.execute("DELETE FROM club_credit WHERE program_id = %s", [program.id or 0])
        cls.env.invalidate_all()
        cls.club.credit_program_id = False
        program.coupon_ids.unlink()
        program.active = False
        program.unlink()
        cls.cr.commit()
        super().close_shop()

    def open_credit(self, name, points):
        others = self.env["loyalty.program"].search([("program_type", "=", "ewallet")])
        others.active = False
        self.addCleanup(self._reopen, others.ids)
        self.unit.write({"is_credit_allowed": True, "credit_rate": 0.01})
        member = self.enrol(self.partner(name), points)
        self.fresh()
        return member

    def _reopen(self, ids):
        self.env["loyalty.program"].browse(ids).active = True
        self.cr.commit()  # pylint: disable=invalid-commit  # what a race committed goes again

    def convert(self, member_id, unit_id, amount, key, env):
        member, unit = env["club.member"].browse(member_id), env["club.unit"].browse(unit_id)
        return member._club_convert(unit, amount, key).id

    def wallet(self, member):
        cards = self.env["loyalty.card"].search([("partner_id", "=", member.partner_id.id)])
        self.assertEqual(len(cards), 1)
        return cards.points

    def test_two_tabs_and_the_last_points(self):
        member = self.open_credit("Two tabs", 100)
        results = self.race([partial(self.convert, member.id, self.unit.id, 80, str(uuid4())) for _tab in range(4)])
        self.assertEqual(sum(isinstance(result, UserError) for result in results), 3, results)
        self.assertEqual((self.wallet(member), member.account_ids.balance), (0.8, 20))
        self.assertCoherent()

    def test_four_parts_at_once_are_on_one_wallet(self):
        member = self.open_credit("Four parts", 100)
        results = self.race([partial(self.convert, member.id, self.unit.id, 25, str(uuid4())) for _tab in range(4)])
        self.assertEqual(len(set(results)), 4, results)
        self.assertEqual((self.wallet(member), member.account_ids.balance), (1.0, 0))
        self.assertCoherent()

    def test_one_request_sent_four_times_at_once(self):
        member = self.open_credit("Double click", 100)
        results = self.race([partial(self.convert, member.id, self.unit.id, 50, "one")] * 4)
        self.assertEqual(len(set(results)), 1, results)
        self.assertEqual((self.wallet(member), member.account_ids.balance), (0.5, 50))
        self.assertCoherent()
