from functools import partial

from odoo.service.model import call_kw
from odoo.tests import tagged

from ..models.ledger import SENTINEL
from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesPools(RacesCase):
    """Balances move to another pool while their owners earn and spend."""

    def adjust(self, amount, member_id, pool_id, env):
        args = [[member_id], self.unit.id, amount, "Race"]
        return call_kw(env["club.member"], "adjust", args, {"pool_id": pool_id}) and "done"

    def move(self, member_ids, env):
        env["club.pool"]._move_members(member_ids)
        return "moved"

    def test_balances_that_move_while_they_are_used_lose_nothing(self):
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        members = self.env["club.member"]
        for name in ("Mover", "Shaker", "Walker"):
            member = self.enrol(self.partner(name))
            member.adjust(self.unit.id, 100, "Opening", pool_id=airport.id)
            members |= member
        self.fresh()
        # As in the moment after Regroup: the pool is closed, and nothing has moved yet.
        airport.with_context(club_door=SENTINEL).write({"merged_into_id": self.pool.id, "active": False})
        self.fresh()
        works = [partial(self.move, members.ids)] * 2
        for member in members:
            works += [
                partial(self.adjust, 10, member.id, airport.id),
                partial(self.adjust, 5, member.id, self.pool.id),
            ]
        with self.without_waiting():
            results = self.race_on(works)
        self.assertEqual([error for error in results if isinstance(error, Exception)], [])
        self.env["club.pool"]._move_members(members.ids)
        self.fresh()
        open_accounts = members.account_ids.filtered(lambda account: not account.merged_into_id)
        self.assertEqual(open_accounts.pool_id, self.pool)
        self.assertEqual(open_accounts.mapped("balance"), [115] * 3)
        for kind in ("pool_in", "pool_out"):
            self.assertEqual(len(members.account_ids.entry_ids.filtered(lambda e, kind=kind: e.kind == kind)), 3)
        self.assertCoherent()

    def test_same_key_from_five_browsers_adjusts_once(self):
        member = self.enrol(self.partner("Keyed"))
        self.fresh()

        def adjust(env):
            args = [[member.id], self.unit.id, 10, "Race"]
            return call_kw(env["club.member"], "adjust", args, {"key": "till/1"})

        with self.without_waiting():
            results = self.race_on([adjust] * 5)
        self.assertEqual([error for error in results if isinstance(error, Exception)], [])
        self.assertEqual(member.account_ids.mapped("balance"), [10])
        self.assertEqual(len(member.account_ids.entry_ids), 1)
        self.assertCoherent()
