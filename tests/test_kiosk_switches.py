from odoo.fields import Command
from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon
from .common_mobile import MobileCommon

NOTHING = ("club", "suspended", "outlet", "archived", "nowhere", "channels")


@tagged("post_install", "-at_install")
class TestKioskSwitches(SpendCommon, MobileCommon):
    """What is switched off is neither shown nor done, at kiosks and at tables, whatever their browsers send."""

    def switch(self, what, is_on=False):
        if what == "club":
            self.club.state = "on" if is_on else "off"
        elif what == "suspended":
            self.club.state = "on" if is_on else "suspended"
        elif what == "outlet":
            self.outlet.is_opted_in = is_on
        elif what == "archived":
            self.outlet.active = is_on
        elif what == "nowhere":
            (self.kiosk | self.tables).club_outlet_id = self.outlet if is_on else False
        elif what == "channels":
            self.club.write({"is_earn_kiosk": is_on, "is_redeem_kiosk": is_on})
        self.env.flush_all()
        # What was on until this very second still counts in it.
        self.env.cr.execute("UPDATE club_switch SET ended_at = ended_at - INTERVAL '1 hour'")
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    def loads(self, config):
        """What the device's page is given when it is opened."""
        return self.post(f"/pos-self/data/{config.id}", config)["pos.config"][0]["club_self"]

    # ------------------------------------------------------------------ off
    def test_what_is_off_shows_nothing_and_knows_nobody(self):
        for what in NOTHING:
            code = self.pass_of()
            self.switch(what)
            for config in (self.kiosk, self.tables):
                with self.subTest(what, config=config.name):
                    told = self.loads(config) or {}
                    self.assertEqual(set(told), {"is_on", "frozen"} if what == "suspended" else set())
                    self.assertFalse(told.get("is_on"))
                    for told in ({"scanned": code}, {"phone": self.ada.phone, "consent": True}):
                        answer = self.identify(config, **told)
                        self.assertEqual(answer, {"refused": "Points are not collected here at the moment."})
            self.assertEqual(self.me("ada_orders"), {}, what)
            self.switch(what, True)
            self.assertTrue(self.loads(self.kiosk)["is_on"])
            self.assertEqual(self.me("ada_orders")["name"], "Ada")

    def test_token_of_before_says_nothing_while_it_is_off(self):
        for what in NOTHING:
            token = self.recognise()
            self.switch(what)
            order = self.order([(self.coffee, 1)], token)
            self.assertFalse(order.club_is_known, what)
            self.assertIn("refused", self.offer(token=token))
            self.switch(what, True)

    def test_consultation_and_registers_are_told_nothing(self):
        self.assertFalse(self.register.club_self)
        self.tables.self_ordering_mode = "consultation"
        self.assertFalse(self.tables.club_self)

    def test_start_of_a_device_loads_nobody(self):
        data = self.post(f"/pos-self/data/{self.kiosk.id}", self.kiosk)
        self.assertNotIn("Lovelace", str(data))
        self.assertFalse([model for model in data if model.startswith("club.")])

    # ------------------------------------------------------------------ paid while it is off
    def test_placed_while_it_is_on_and_paid_while_it_is_off_earns_nothing_then_or_later(self):
        for what, code in (("club", "club_off"), ("outlet", "outlet_off"), ("channels", "channel_off")):
            for order in (
                self.order([(self.coffee, 1)], self.recognise()),
                self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1],
            ):
                self.switch(what)
                self.pay_by_terminal(order)
                self.assertEqual(order.partner_id, self.ada, what)
                self.assertEqual(self.outcome(order).code, code)
                self.switch(what, True)
                order._club_sync()
                self.assertBalance(487)
        self.assertCoherent()

    def test_paid_while_it_is_on_keeps_what_it_earned(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        self.pay_by_terminal(order)
        self.switch("channels")
        order._club_sync()
        self.assertBalance(587)

    def test_points_that_were_promised_are_taken_though_it_is_off_by_then(self):
        """Who was charged less because of points has used them."""
        self.choose(points=100)
        order = self.place()
        self.assertEqual(order.amount_total, 120.0)
        self.switch("channels")
        self.pay_by_terminal(order)
        self.assertEqual((order.state, order.amount_total), ("paid", 120.0))
        self.assertBalance(387)
        self.assertCoherent()

    # ------------------------------------------------------------------ one of the two
    def test_earning_is_off_and_points_can_be_used(self):
        self.club.is_earn_kiosk = False
        self.env.flush_all()
        terms = self.loads(self.kiosk)
        self.assertEqual((terms["is_earn"], terms["is_redeem"]), (False, True))
        self.choose(points=100)
        order = self.place()
        self.pay_by_terminal(order)
        self.assertBalance(387)

    def test_using_points_is_off_and_orders_earn(self):
        for gate in ("is_redeem_kiosk", "is_redeem_allowed"):
            self.club[gate] = False
            self.env.flush_all()
            self.assertFalse(self.loads(self.kiosk)["is_redeem"])
            for answer in (self.offer(), self.choose(points=100), self.choose(rewards=self.ten)):
                self.assertTrue(answer["refused"], gate)
                self.assertEqual((answer["rewards"], answer["points"]), ([], []))
            self.assertFalse(self.holds())
            self.club[gate] = True
        self.pay_by_terminal(self.place())
        self.assertBalance(587)

    def test_register_and_kiosk_are_switched_each_for_itself(self):
        self.club.write({"is_earn_pos": False, "is_redeem_pos": False})
        self.choose(points=100)
        order = self.place()
        self.pay_by_terminal(order)
        self.assertGreater(self.balance(), 387)

    # ------------------------------------------------------------------ rules for some places
    def test_bonus_that_is_not_for_the_kiosk_gives_nothing_there(self):
        bonus = self.env["club.bonus"].create(
            {"name": "Welcome", "club_id": self.club.id, "kind": "flat", "units": 5, "unit_id": self.unit.id}
        )
        bonus.is_kiosk = False
        self.pay_by_terminal(self.order([(self.coffee, 1)], self.recognise()))
        self.assertBalance(587)
        bonus.is_kiosk = True
        self.pay_by_terminal(self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1])
        self.assertBalance(587 + 105)

    def test_reward_of_other_registers_is_not_offered_at_the_kiosk(self):
        self.assertIn(self.ten.id, [reward["id"] for reward in self.offer()["rewards"]])
        self.ten.pos_config_ids = [Command.set(self.register.ids)]
        self.env.flush_all()
        self.assertNotIn(self.ten.id, [reward["id"] for reward in self.offer()["rewards"]])
        self.assertTrue(self.choose(rewards=self.ten)["refused"])
        self.assertFalse(self.live())

    def test_programme_of_another_outlet_earns_nothing_at_the_kiosk(self):
        other = self.env["club.outlet"].create(
            {"club_id": self.club.id, "company_id": self.company.id, "name": "Elsewhere"}
        )
        self.program.action_end()
        elsewhere = self.env["club.program"].create(
            {"name": "Elsewhere", "tier_id": self.tier.id, "ratio": 1, "outlet_ids": [Command.set(other.ids)]}
        )
        elsewhere.action_go_live()
        self.pay_by_terminal(self.order([(self.coffee, 1)], self.recognise()))
        self.assertBalance(487)
