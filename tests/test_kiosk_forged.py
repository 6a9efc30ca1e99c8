from uuid import uuid4

from odoo.fields import Command
from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install")
class TestKioskForged(SpendCommon):
    """What a browser hides inside of what it may say."""

    def forged(self, told, **values):
        """The order with these values on its last line, whatever they are."""
        told["lines"][-1][2].update(values)
        self.send(told)
        return self.stored(told)

    def other(self):
        """Somebody else's order that is not paid yet."""
        return self.order([(self.coffee, 1)], self.recognise())

    # ------------------------------------------------------------------ figures
    def test_negative_amounts_written_as_text_are_none(self):
        sums = {"price_unit": "-50", "price_subtotal": "-50", "price_subtotal_incl": "-50"}
        for is_known in (True, False):
            for values in ({"qty": "-5"}, sums):
                token = self.recognise() if is_known else None
                order = self.forged(self.told([(self.coffee, 1), (self.cake, 1)], token=token), **values)
                self.assertGreaterEqual(min(order.lines.mapped("qty")), 0)
                self.assertGreaterEqual(min(order.lines.mapped("price_subtotal_incl")), 0)
                self.assertGreaterEqual(order.amount_total, 121.0)

    def test_amounts_without_end_are_none(self):
        for value in ("inf", "nan", "-inf", "many", {}):
            order = self.forged(self.told([(self.coffee, 1), (self.cake, 1)], token=self.recognise()), qty=value)
            self.assertGreaterEqual(order.amount_total, 121.0, value)
            self.assertLess(order.amount_total, 1e12, value)

    def test_crumbs_are_whole_pieces(self):
        for token in (self.token, None):
            order = self.forged(self.told([(self.coffee, 1)], token=token), qty=0.0001)
            self.assertEqual(order.lines.qty, 1)
        self.assertEqual(self.forged(self.told([(self.coffee, 1)]), qty=2.0000000001).lines.qty, 2)

    # ------------------------------------------------------------------ records inside of records
    def test_lines_inside_of_a_line_are_left_out(self):
        other = self.other()
        hidden = {"product_id": self.cake.id, "qty": -9, "price_unit": 10, "order_id": other.id}
        hidden |= {"price_subtotal": -90, "price_subtotal_incl": -99, "uuid": str(uuid4())}
        for inside in ([0, 0, hidden], [1, other.lines.id, {"price_unit": 1}], [4, other.lines.id]):
            order = self.forged(self.told([(self.coffee, 1)], token=self.recognise()), combo_line_ids=[inside])
            self.assertEqual((len(order.lines), order.amount_total), (1, 121))
            self.assertEqual((len(other.lines), other.lines.price_unit), (1, 100))
            self.assertFalse(other.lines.combo_parent_id)

    def test_line_of_another_order_is_no_combo_of_mine(self):
        other = self.other()
        order = self.forged(self.told([(self.coffee, 1)], token=self.token), combo_parent_id=other.lines.id)
        self.assertFalse(other.lines.combo_line_ids)
        self.assertFalse(order.lines.combo_parent_id)
        links = {"pos.order.line": {other.lines.uuid: {"combo_parent_id": str(uuid4())}}}
        links["pos.order.line"][str(uuid4())] = {"combo_line_ids": [other.lines.uuid]}
        told = self.told([(self.coffee, 1)], token=self.recognise())
        mine = told["lines"][0][2]["uuid"]
        links["pos.order.line"][mine] = {"combo_line_ids": [other.lines.uuid]}
        self.send(told | {"relations_uuid_mapping": links})
        self.assertFalse(other.lines.combo_parent_id)

    def test_line_of_another_order_is_not_changed_through_a_course(self):
        other = self.other()
        course = {"uuid": str(uuid4()), "line_ids": [[1, other.lines.id, {"price_unit": 1}]]}
        self.send(self.told([(self.coffee, 1)], token=self.token) | {"course_ids": [[0, 0, course]]})
        self.assertEqual(other.lines.price_unit, 100)

    def test_tax_is_not_changed_through_a_line(self):
        for inside in ([1, self.tax.id, {"amount": 0}], [2, self.tax.id]):
            order = self.forged(self.told([(self.coffee, 1)], token=self.recognise()), tax_ids=[inside])
            self.assertEqual((self.tax.exists().amount, order.amount_total), (21, 121))

    # ------------------------------------------------------------------ options
    def test_options_of_another_product_lower_no_price(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Cup",
                "create_variant": "no_variant",
                "value_ids": [Command.create({"name": "Own"}), Command.create({"name": "Ours"})],
            }
        )
        offered = self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": self.cake.product_tmpl_id.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(attribute.value_ids.ids)],
            }
        )
        own = offered.product_template_value_ids[0]
        own.price_extra = -3
        chosen = {"attribute_value_ids": [own.id]}
        order = self.forged(self.told([(self.coffee, 1)], token=self.token), **chosen)
        self.assertAlmostEqual(order.amount_total, 121.0)
        order = self.forged(self.told([(self.cake, 1)], token=self.recognise()), **chosen)
        self.assertEqual(order.lines.attribute_value_ids, own)
        self.assertAlmostEqual(order.amount_total, 8.47)

    # ------------------------------------------------------------------ whose and where
    def test_session_of_another_device_is_not_named(self):
        other = self.device("kiosk", "Other")
        names = {"session_id": other.current_session_id.id, "config_id": other.id}
        for token in (None, self.token):
            told = self.told([(self.coffee, 1)], token=token)
            self.send(told | names)
            self.assertEqual(self.stored(told).config_id, self.kiosk)

    def test_pin_proves_nothing_where_the_club_takes_the_code_alone(self):
        self.member_ada._set_pin("2580")
        self.club.self_proof = "code"
        token = self.identify(scanned=self.member_ada.card_number)["token"]
        self.assertFalse(self.identify(pin="2580", token=token)["is_proven"])
        self.assertTrue(self.offer(token=token)["refused"])

    def test_identification_is_over_when_its_order_is_paid(self):
        self.pay_by_terminal(self.place())
        self.assertIn("again", self.offer(self.told([(self.coffee, 1)]))["refused"])

    # ------------------------------------------------------------------ what was chosen
    def test_reward_that_leaves_nothing_to_pay_is_paid_for(self):
        self.ten.reward_ids.discount = 100
        self.choose(rewards=[self.ten])
        order = self.place()
        self.assertEqual((order.state, order.amount_total), ("paid", 0))
        self.assertBalance(487 - 80)

    def test_reward_products_at_a_price_below_nothing_take_nothing_off(self):
        product = self.ten.reward_ids.discount_line_product_id
        for token in (None, self.token):
            told = self.told([(self.coffee, 1), (product, 1)], token=token)
            order = self.forged(told, price_unit=-50, price_subtotal=-50, price_subtotal_incl=-50)
            self.assertAlmostEqual(order.amount_total, 121.0)

    def test_invoice_is_not_asked_for_in_somebodys_name(self):
        token = self.identify(phone="0470 12 34 56", consent=True)["token"]
        told = self.told([(self.coffee, 1)], token=token) | {"to_invoice": True}
        self.send(told)
        order = self.stored(told)
        self.assertFalse(order.to_invoice)
        self.pay_by_terminal(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertFalse(order.account_move)

    def test_bonus_once_an_order_is_not_had_for_a_cent(self):
        self.env["club.bonus"].create({"name": "Hello", "club_id": self.club.id, "kind": "flat", "units": 500})
        cent = {"price_subtotal": 0.01, "price_subtotal_incl": 0.01}
        for values, brings in (({}, 600), (cent, 0), (cent | {"price_unit": 0.01}, 0)):
            order = self.forged(self.told([(self.coffee, 1)]), **values)
            self.pay_by_terminal(order)
            self.assertEqual(order._club_preview().get(self.unit, 0), brings)
            self.assertEqual(bool((order.club_self_text or {}).get("claim")), bool(brings))
