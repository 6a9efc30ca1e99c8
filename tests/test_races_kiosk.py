from collections import Counter
from functools import partial
from uuid import uuid4

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesKiosk(RacesCase):
    """One member at two kiosks at the same moment, with the same points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.env["loyalty.card"].with_context(active_test=False).search([], order="id desc", limit=1).id
        (cls.register | cls.second).write({"club_outlet_id": cls.outlet.id})
        (cls.coffee | cls.cake).write({"self_order_available": True})
        cls.cr.commit()

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        for table in ("club_pin WHERE hold_id IN (SELECT id FROM club_hold WHERE card_id > %s)",
                      "club_hold WHERE card_id > %s"):  # fmt: skip
            cls.cr.execute(f"DELETE FROM {table}", [cls.before])
        cls.env["loyalty.card"].with_context(active_test=False).search([("id", ">", cls.before)]).unlink()
        cls.cr.commit()
        super().close_shop()

    def visit(self, config, member):
        return self.env["club.visit"].create({
            "digest": uuid4().hex,
            "config_id": config.id,
            "club_id": self.club.id,
            "member_id": member.id,
            "how": "pass",
            "is_shown": True,
            "is_proven": True,
            "expires_at": fields.Datetime.add(fields.Datetime.now(), minutes=30),
        })  # fmt: skip

    def choose(self, visit_id, config_id, cart, points, env):
        """As the route does: a refusal leaves nothing behind."""
        visit, config = env["club.visit"].browse(visit_id), env["pos.config"].browse(config_id)
        choice = {"points": {"unit_id": self.unit.id, "amount": points}}
        answer = visit._choose(config, cart, choice)
        if answer["refused"]:
            raise UserError(answer["refused"])
        return "done"

    def cart(self):
        line = {"product_id": self.coffee.id, "qty": 1, "price_unit": 100.0}
        return {"uuid": str(uuid4()), "lines": [line]}

    def test_two_kiosks_and_the_last_points(self):
        partner = self.partner("At two kiosks")
        member = self.enrol(partner, 100)
        calls = []
        for config in (self.register, self.second):
            visit = self.visit(config, member)
            calls.append(partial(self.choose, visit.id, config.id, self.cart(), 80))
        self.fresh()
        results = self.race_on(calls)
        self.assertEqual(Counter(map(type, results)), Counter({str: 1, UserError: 1}), results)
        self.assertEqual(member.hold_ids.mapped(lambda hold: (hold.state, hold.amount)), [("held", 80)])
        self.assertCoherent()

    def test_one_kiosk_that_asks_twice_promises_once(self):
        partner = self.partner("Twice at once")
        member = self.enrol(partner, 100)
        visit, cart = self.visit(self.register, member), self.cart()
        self.fresh()
        calls = [partial(self.choose, visit.id, self.register.id, cart, 80) for _again in range(2)]
        results = self.race_on(calls)
        self.assertEqual(results, ["done", "done"])
        held = member.hold_ids.filtered(lambda hold: hold.state == "held")
        self.assertEqual(held.mapped("amount"), [80])
        self.assertCoherent()
