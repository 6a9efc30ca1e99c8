import json
from uuid import uuid4

from odoo import fields
from odoo.addons.pos_self_order.models.pos_payment_method import PosPaymentMethod
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import JsonRpcException, tagged

from .common_kiosk import KioskCommon


@tagged("post_install", "-at_install")
class TestKioskAttacks(KioskCommon):
    """What a browser at a kiosk may forge, posted to the real routes."""

    def assertNobodys(self, order):
        self.assertFalse(order.partner_id)
        self.pay_by_terminal(order)
        self.assertFalse(order.partner_id)
        self.assertBalance(487)

    # ------------------------------------------------------------------ who it is
    def test_customer_whom_a_browser_names_is_nobody(self):
        self.assertNobodys(self.order([(self.coffee, 1)], partner_id=self.ada.id))

    def test_keys_of_ours_that_a_browser_sends_say_nothing(self):
        forged = {"club_is_known": True, "club_visit_id": 1, "club_no_points": True, "_club_member": self.member_ada.id}
        order = self.order([(self.coffee, 1, {"club_price": 1})], partner_id=self.ada.id, **forged)
        self.assertFalse(order.club_is_known or order.club_no_points)
        self.assertNobodys(order)

    def test_browser_that_leaves_the_visit_out_leaves_its_member(self):
        token = self.recognise()
        told = self.told([(self.coffee, 1)], token=token)
        self.send(told)
        told = self.told([], uuid=told["uuid"], partner_id=self.ada.id)
        self.send(told)
        self.assertNobodys(self.stored(told))

    def test_token_of_another_kiosk_says_nothing(self):
        other = self.device("kiosk", "Other kiosk")
        token = self.recognise(config=other)
        self.assertNobodys(self.order([(self.coffee, 1)], token))
        self.assertTrue(self.visit(token))

    def test_expired_forged_and_broken_tokens_say_nothing(self):
        token = self.recognise()
        self.expire(token)
        for forged in (token, "A" * 32, "", "x" * 5000, 1, ["a"], {"a": 1}, True, None, token.lower()):
            order = self.order([(self.coffee, 1)], club_visit=forged)
            self.assertFalse(order.partner_id or order.club_is_known, forged)
        self.assertBalance(487)

    def test_visit_is_good_for_one_order(self):
        token = self.recognise()
        first = self.order([(self.cake, 1)], token)
        self.pay_by_terminal(first)
        second = self.order([(self.coffee, 1)], token)
        self.assertFalse(second.partner_id or second.club_is_known)
        self.pay_by_terminal(second)
        self.assertBalance(497)

    def test_visit_goes_on_when_the_order_before_was_cancelled(self):
        token = self.recognise()
        first = self.order([(self.cake, 1)], token)
        self.post("/pos-self-order/remove-order", order_id=first.id, order_access_token=first.access_token)
        self.assertEqual(self.order([(self.coffee, 1)], token).partner_id, self.ada)

    def test_visit_takes_no_order_of_another_device_and_none_that_is_paid(self):
        other = self.device("kiosk", "Other kiosk")
        theirs = self.told([(self.coffee, 1)], other)
        self.send(theirs, other)
        token = self.recognise()
        self.send(theirs | {"club_visit": token, "lines": []})
        self.assertFalse(self.stored(theirs).partner_id)
        paid = self.told([(self.cake, 1)])
        self.send(paid)
        self.pay_by_terminal(self.stored(paid))
        self.send(paid | {"club_visit": token, "lines": []})
        self.assertFalse(self.stored(paid).partner_id)
        self.assertBalance(487)

    # ------------------------------------------------------------------ prices and money
    def test_prices_that_a_browser_lowers_are_the_servers_again(self):
        free = {"price_unit": 0.01, "price_subtotal": 0.01, "price_subtotal_incl": 0.01, "tax_ids": [], "discount": 99}
        order = self.order([(self.coffee, 1, free)], self.recognise())
        self.assertAlmostEqual(order.amount_total, 121.0)
        self.assertEqual((order.lines.price_unit, order.lines.discount, order.lines.tax_ids), (100.0, 0, self.tax))

    def test_price_of_zero_is_neither_free_nor_paid(self):
        for values in ({"price_subtotal_incl": 0}, {"price_unit": 0, "price_subtotal": 0, "price_subtotal_incl": 0}):
            order = self.order([(self.coffee, 1, values)], self.recognise())
            self.assertEqual(order.state, "draft")
            self.assertAlmostEqual(order.amount_total, 121.0)

    def test_lowered_price_of_nobody_earns_no_more_than_what_was_paid(self):
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        program = self.env["club.program"].create(
            {"name": "Coffee card", "tier_id": self.tier.id, "unit_id": stamps.id, "ratio": 1}
        )
        program.action_go_live()
        cheap = {"price_subtotal_incl": 0.5, "price_subtotal": 0.5}
        for values in (cheap, cheap | {"price_unit": 0.42}):
            order = self.order([(self.coffee, 1, values)])
            self.assertEqual(order.amount_total, 0.5)
            self.pay_by_terminal(order)
            self.assertEqual(order._club_preview(), {})

    def test_what_staff_priced_by_hand_stays_and_a_browser_cannot_say_that_it_was(self):
        told = self.told([(self.coffee, 1, {"price_type": "manual", "price_unit": 1.0})], token=self.recognise())
        self.send(told)
        order = self.stored(told)
        self.assertEqual((order.lines.price_unit, order.lines.price_type), (100.0, "original"))
        order.lines.write({"price_unit": 80.0, "price_type": "manual", "discount": 10})
        order.lines._onchange_amount_line_all()
        self.send(told | {"lines": []})
        self.assertAlmostEqual(order.amount_total, 87.12)

    def menu(self, parent, child, item, **forged):
        """Post a line as a part of another one: what the order comes to."""
        told = self.told([(parent, 1, {"price_unit": 0}), (child, 1, forged)], token=self.recognise())
        (_c, _id, top), (_c, _id, part) = told["lines"]
        part["combo_item_id"] = item.id
        told["relations_uuid_mapping"] = {"pos.order.line": {part["uuid"]: {"combo_parent_id": top["uuid"]}}}
        self.send(told)
        return self.stored(told).amount_total

    def test_parts_of_a_combo_are_what_it_offers_at_its_price(self):
        item = Command.create({"product_id": self.cake.id})
        choice = self.env["product.combo"].create({"name": "Sweets", "combo_item_ids": [item]})
        menu = self._product("Menu", 50.0, type="combo", combo_ids=[Command.set(choice.ids)])
        cake = choice.combo_item_ids
        self.assertAlmostEqual(self.menu(menu, self.cake, cake, price_unit=50.0), 60.5)
        self.assertAlmostEqual(self.menu(menu, self.cake, cake, price_unit=0.01), 60.5)
        self.assertAlmostEqual(self.menu(menu, self.coffee, cake, price_unit=0.01), 60.5 + 121.0)
        self.assertAlmostEqual(self.menu(self.coffee, self.cake, cake, price_unit=0.01), 121.0 + 12.1)

    def test_negative_amounts_are_none(self):
        order = self.order([(self.coffee, 1), (self.cake, -5), (self.cake, 1, {"price_unit": -50})], self.recognise())
        self.assertEqual(order.lines.sorted("id").mapped("qty"), [1, 0, 1])
        self.assertAlmostEqual(order.amount_total, 133.1)

    def test_payment_that_a_browser_sends_pays_nothing(self):
        paid = Command.create({"uuid": str(uuid4()), "payment_method_id": self.card.id, "amount": 121.0})
        for state in ("paid", "done", "draft"):
            order = self.order(
                [(self.coffee, 1)], self.recognise(), payment_ids=[paid], state=state, amount_paid=121.0
            )
            self.assertEqual((order.state, order.amount_paid), ("draft", 0.0))
            self.assertFalse(order.payment_ids)
        self.assertBalance(487)

    def test_refund_link_takes_nothing_from_anybody(self):
        sold = self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(587)
        line = {"refunded_orderline_id": sold.lines.id}
        order = self.order([(self.coffee, 1, line)], self.recognise())
        self.assertFalse(order.lines.refunded_orderline_id)
        told = self.told([(self.coffee, 1)])
        uuid = told["lines"][0][2]["uuid"]
        told["relations_uuid_mapping"] = {
            "pos.order.line": {uuid: {"refunded_orderline_id": sold.lines.uuid}},
            "res.partner": {uuid: {"name": "x"}},
        }
        self.send(told)
        self.assertFalse(self.stored(told).lines.refunded_orderline_id)
        self.assertBalance(587)

    def test_reward_and_coupon_that_a_browser_sends_are_left_out(self):
        program = self.env["loyalty.program"].create({"name": "Ten", "program_type": "coupons"})
        card = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.ada.id, "points": 10})
        forged = {
            "is_reward_line": True,
            "reward_id": program.reward_ids[:1].id,
            "coupon_id": card.id,
            "points_cost": 1,
            "reward_identifier_code": "x",
        }
        for token in (None, self.recognise()):
            line = self.order([(self.coffee, 1, forged)], token).lines
            self.assertFalse(line.is_reward_line or line.reward_id or line.coupon_id or line.points_cost)

    def test_line_of_another_order_and_one_the_server_made_are_left_alone(self):
        theirs = self.order([(self.coffee, 1)])
        told = self.told([(self.cake, 1)], token=self.recognise())
        self.send(told)
        order = self.stored(told)
        made = order.lines.create(
            {"order_id": order.id, "product_id": self.cake.id, "qty": 1, "price_unit": -1, "is_reward_line": True,
             "price_subtotal": -1, "price_subtotal_incl": -1}
        )  # fmt: skip
        for line in (theirs.lines, made):
            commands = [[1, line.id, {"price_unit": 50.0, "qty": 9}], [2, line.id], [3, line.id], [5], [6, 0, []]]
            self.send(told | {"lines": commands})
            self.assertTrue(line.exists() and made.exists())
            self.assertNotEqual(line.price_unit, 50.0)
            self.assertEqual(line.qty, 1)

    # ------------------------------------------------------------------ twice, and after
    def test_order_that_is_posted_again_after_it_was_paid_stays_as_it_is(self):
        told = self.told([(self.coffee, 1)], token=self.recognise())
        self.send(told)
        order = self.stored(told)
        self.pay_by_terminal(order)
        again = self.told([(self.cake, 9)], uuid=told["uuid"], token=told["club_visit"])
        [row] = self.send(again)["pos.order"]
        self.assertEqual((row["id"], row["state"]), (order.id, "paid"))
        self.assertEqual((order.state, len(order.lines)), ("paid", 1))
        self.assertBalance(587)

    def test_terminal_that_reports_twice_is_paid_once(self):
        order = self.order([(self.coffee, 1)], self.recognise())
        self.pay_by_terminal(order)
        with self.assertRaisesRegex(UserError, "not fully paid"), self.cr.savepoint():
            self.pay_by_terminal(order)
        self.env.invalidate_all()
        self.assertEqual(len(order.payment_ids), 1)
        self.assertBalance(587)

    def test_paid_order_is_not_charged_again(self):
        charged = []
        method = self.kiosk.payment_method_ids - self.tender
        self.patch(
            PosPaymentMethod, "_payment_request_from_kiosk", lambda _self, order: charged.append(order.id) or {"ok": 1}
        )
        told = self.told([(self.coffee, 1)], token=self.recognise())
        asked = {"payment_method_id": method.id, "device_type": "kiosk"}
        self.post(f"/kiosk/payment/{self.kiosk.id}/kiosk", order=told, **asked)
        self.assertEqual(charged, self.stored(told).ids)
        self.pay_by_terminal(self.stored(told))
        self.post(f"/kiosk/payment/{self.kiosk.id}/kiosk", order=told | {"lines": []}, **asked)
        self.assertEqual(charged, self.stored(told).ids)
        self.assertBalance(587)

    def test_cancelled_order_is_not_brought_back(self):
        told = self.told([(self.coffee, 1)], token=self.recognise())
        self.send(told)
        self.stored(told).action_pos_order_cancel()
        self.send(told | {"lines": []})
        self.assertEqual(self.stored(told).state, "cancel")

    # ------------------------------------------------------------------ trying out
    def test_numbers_are_not_tried_out(self):
        answers = [
            self.identify(scanned=f"29900{number:07}1") for number in range(self.most_tries() + 1)
        ]
        self.assertIn("Too many tries", answers[-1]["refused"])
        self.assertIn("refused", self.identify(scanned=self.member_ada.card_number))
        self.assertIn("Too many tries", self.identify(phone="0470 12 34 56", consent=True)["refused"])

    def most_tries(self, most=5):
        """So many tries an hour, for this test."""
        visits = type(self.env["club.visit"])
        self.patch(visits, "_limits", lambda _self, config, _address: {f"device:{config.id}": most})
        return most

    def test_whatever_is_no_code_is_answered_alike(self):
        secret = self.member_ada.secret
        texts = {
            json.dumps(self.identify(scanned=scanned))
            for scanned in ("2990000000019", "299", secret, "x" * 5000, "' OR 1=1 --", "5901234123457")
        }
        self.assertEqual(len(texts), 1)
        self.assertIn("refused", texts.pop())

    def test_code_that_was_used_or_ran_out_recognises_nobody(self):
        code = self.pass_of()
        self.assertTrue(self.identify(scanned=code)["is_proven"])
        self.assertIn("refused", self.identify(scanned=code))

    def test_pin_is_tried_five_times_and_no_more(self):
        self.member_ada._set_pin("2580")
        token = self.identify(scanned=self.member_ada.card_number)["token"]
        for pin in ("1111", "2222", "3333", "4444", "5555", "2580"):
            self.assertIn("refused", self.identify(pin=pin, token=token))

    def test_pin_proves_only_whose_card_was_scanned_here(self):
        self.member_ada._set_pin("2580")
        phone = self.identify(phone="0470 12 34 56", consent=True)["token"]
        self.assertIn("refused", self.identify(pin="2580", token=phone))
        other = self.device("kiosk", "Other kiosk")
        card = self.identify(other, scanned=self.member_ada.card_number)["token"]
        self.assertIn("refused", self.identify(pin="2580", token=card))

    def test_order_before_the_pin_earns_and_shows_nothing(self):
        self.member_ada._set_pin("2580")
        token = self.identify(scanned=self.member_ada.card_number)["token"]
        told = self.told([(self.coffee, 1)], token=token)
        self.assertNotIn("Ada", json.dumps(self.send(told)))
        self.pay_by_terminal(self.stored(told))
        self.assertBalance(587)

    def test_routes_take_the_token_of_an_open_device(self):
        for forged in ("", "0" * 16, None):
            with self.assertRaises(JsonRpcException):
                self.post("/club/self/identify", access_token=forged, scanned=self.member_ada.card_number)

    def test_open_device_of_a_shop_without_the_club_recognises_nobody(self):
        other = self.device("kiosk", "Elsewhere", club_outlet_id=False)
        self.assertFalse(other.club_self)
        self.assertIn("refused", self.identify(other, scanned=self.member_ada.card_number))

    # ------------------------------------------------------------------ what is kept
    def test_visits_of_yesterday_are_gone_with_what_was_typed(self):
        token = self.identify(phone="0470 99 99 99", consent=True)["token"]
        self.visit(token).expires_at = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        self.env["club.visit"]._gc_visits()
        self.assertFalse(self.visit(token))
