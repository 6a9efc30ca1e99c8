"""Points and cashback pay one order together: in the cart, on a quotation and at the register by the same rules."""

from lxml import html
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_portal import PortalCommon
from .common_pos import TenderCommon
from .common_shop import ShopCommon
from .test_shop_page import TestShopPage


class UnitsCommon(ShopCommon):
    """Ada has 400 Beans (20.00) and 15.00 of cashback."""

    def setUp(self):
        super().setUp()
        self.back = self.env["club.unit"].create(
            {
                "club_id": self.club.id, "kind": "cashback", "name": "cashback", "name_plural": "cashback",
                "short_name": "cb", "sequence": 20,
            }
        )  # fmt: skip
        self.ada_member.adjust(self.back.id, 15, "Opening", counts_lifetime=False)

    def holds(self, order):
        return order._club_points_holds()

    def both(self, order, beans=400, cents=1500):
        order._club_choose(beans, self.unit)
        order._club_choose(cents, self.back)
        return order

    def of(self, unit, partner=None):
        accounts = self.member(partner).account_ids
        return sum(accounts.filtered(lambda account: account.unit_id == unit).mapped("balance"))


@tagged("post_install", "-at_install", "loyalty_club")
class TestShopUnits(UnitsCommon, TenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.condition_ids.unlink()

    def setUp(self):
        super().setUp()
        surplus = self.of(self.unit) - 400
        if surplus:
            self.ada_member.adjust(self.unit.id, -surplus, "Exactly 400", counts_lifetime=False)

    def test_both_pay_and_both_leave_at_the_payment(self):
        order = self.both(self.cart())
        self.assertPays(order, 65.0, 35.0)
        self.assertEqual(self.holds(order).mapped("money"), [20.0, 15.0])
        payment = self._pay_online(order, state="pending")
        self.assertEqual(payment.club_points_money, 35.0)
        self.finish(payment)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 65.0, 35.0)
        self.assertEqual(self.holds(order).mapped("state"), ["captured", "captured"])
        self.assertEqual((self.of(self.unit), self.of(self.back)), (65, 0))  # 65 earned on the money
        self.assertCoherent()

    def test_cart_that_shrinks_keeps_the_first_unit_whole(self):
        order = self.both(self.cart())
        self.set_quantity(order, 3)
        self.assertPays(order, 0.0, 30.0)
        self.assertEqual([order._club_points_money(hold) for hold in self.holds(order)], [20.0, 10.0])
        self.set_quantity(order, 1)
        self.assertPays(order, 0.0, 10.0)
        self.assertEqual([order._club_points_money(hold) for hold in self.holds(order)], [10.0, 0.0])
        self.set_quantity(order, 10)
        self.assertPays(order, 65.0, 35.0)

    def test_most_per_order_counts_all_units_together(self):
        self.club.redeem_max_money = 25.0
        order = self.cart()
        order._club_choose(400, self.unit)
        with self.assertRaisesRegex(UserError, "most|Points pay at most"):
            order._club_choose(501, self.back)
        order._club_choose(500, self.back)
        self.assertPays(order, 75.0, 25.0)
        self.club.redeem_max_money = 22.0
        order._update_programs_and_rewards()
        self.assertPays(order, 78.0, 22.0)

    def test_register_and_cart_allow_the_same(self):
        """The same order, the same rules: what is free, then what is left beside the other unit."""
        for most, bands in ((0.0, ()), (12.5, ()), (30.0, ((20, 300),)), (0.0, ((50, 120), (90, 350)))):
            with self.subTest(most=most, bands=bands), self.env.cr.savepoint() as savepoint:
                self.club.redeem_max_money = most
                self.env["club.condition"].create(
                    [{"club_id": self.club.id, "unit_id": self.unit.id, "minimum_total": minimum, "maximum": maximum}
                     for minimum, maximum in bands]
                )  # fmt: skip
                rung = self.ring_up([(self.mug, 10)])
                told = self.told(rung, "beans")
                beans, cents = self.till().club_quote(told)["choices"]
                order = self.cart()
                offers, _why = order._club_points_offers()
                self.assertEqual([offer["cap"].amount for offer in offers], [beans["cap"], cents["cap"]])
                self.till().club_authorise(told, self.unit.id, beans["cap"])
                beside = {**self.told(rung, "cashback"), "payment_uuids": ["beans"]}
                beside["remaining"] -= beans["cap_money"] / 100
                cents = self.till().club_quote(beside)["choices"][1]
                self.till().club_release(rung["uuid"], ["beans"])
                order._club_choose(beans["cap"], self.unit)
                offers, _why = order._club_points_offers()
                self.assertEqual((offers[1]["cap"].amount, offers[1]["cap"].money), (cents["cap"], cents["cap_money"]))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_one_unit_is_taken_off_and_the_other_stays(self):
        order = self.both(self.cart())
        order._club_choose(0, self.unit)
        self.assertPays(order, 85.0, 15.0)
        order._club_choose(0)
        self.assertPays(order, 100.0, 0.0)
        self.assertFalse(self.env["club.hold"].search([("state", "=", "held"), ("source_model", "=", "sale.order")]))

    def test_line_that_staff_delete_takes_its_unit_off_alone(self):
        order = self.both(self.cart())
        order._club_points_lines(self.holds(order)[0]).unlink()
        order._update_programs_and_rewards()
        self.assertPays(order, 85.0, 15.0)

    def test_payment_under_way_keeps_the_promise_of_each_unit(self):
        order = self.both(self.cart())
        payment = self._pay_online(order, state="draft")
        order._club_choose(0)
        self.assertPays(order, 100.0, 0.0)
        self.finish(payment)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 65.0, 35.0)
        self.assertEqual(self.of(self.back), 0)
        self.assertCoherent()

    def test_cart_that_shrinks_under_a_payment_takes_what_completes_it(self):
        order = self.both(self.cart())
        payment = self._pay_online(order, state="pending")
        self.set_quantity(order, 9)  # 90.00 of which 65.00 are paid
        self.finish(payment)
        self.assertEqual(order.state, "sale")
        self.assertPays(order, 65.0, 25.0)
        self.assertEqual([hold.settled_money for hold in self.holds(order)], [20.0, 5.0])
        self.assertCoherent()

    def test_each_unit_goes_back_to_its_own_balance(self):
        order = self.both(self.cart())
        self.finish(self._pay_online(order, state="draft"))
        invoice = self.invoice(order)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        for line in note.invoice_line_ids.filtered("product_id"):
            line.quantity = line.quantity / 2
        note.action_post()
        self.assertEqual([hold._returned() for hold in self.holds(order)], [200, 750])
        order._action_cancel()
        self.assertEqual([hold._returned() for hold in self.holds(order)], [400, 1500])
        self.assertCoherent()

    def test_confirmed_order_that_shrinks_gives_the_last_unit_back_first(self):
        order = self.both(self.cart())
        self.finish(self._pay_online(order, state="draft"))
        goods = order.order_line - order._club_points_lines()
        goods.product_uom_qty = 2.5
        self.assertPays(order, 0.0, 25.0)
        self.assertEqual([hold._returned() for hold in self.holds(order)], [0, 1000])
        self.assertCoherent()

    def test_cancelled_and_taken_up_again_starts_without(self):
        order = self.both(self.cart(quantity=3), cents=1000)
        self.assertPays(order, 0.0, 30.0)
        order.action_confirm()
        order._action_cancel()
        self.assertEqual((self.of(self.unit), self.of(self.back)), (400, 1500))
        order.action_draft()
        order._club_choose(1000, self.back)
        order._update_programs_and_rewards()
        self.assertPays(order, 20.0, 10.0)
        order.action_confirm()
        order._update_programs_and_rewards()
        self.assertPays(order, 20.0, 10.0)
        self.assertEqual(self.of(self.back), 500)
        self.assertCoherent()

    def test_staff_choose_the_unit_on_a_quotation(self):
        order = self.cart(website_id=False, team_id=self.outlet.team_ids[:1].id)
        wizard = Form(self.env["club.use.points"].with_context(default_order_id=order.id))
        self.assertEqual((wizard.unit_id, wizard.amount, wizard.money), (self.unit, 400, 20.0))
        wizard.save().action_use()
        wizard = Form(self.env["club.use.points"].with_context(default_order_id=order.id))
        wizard.unit_id = self.back
        self.assertEqual((wizard.amount, wizard.money), (15, 15.0))
        wizard.amount = 7.5
        wizard.save().action_use()
        self.assertPays(order, 72.5, 27.5)
        wizard = Form(self.env["club.use.points"].with_context(default_order_id=order.id))
        wizard.unit_id = self.back
        wizard.save().action_take_off()
        self.assertPays(order, 80.0, 20.0)

    def test_cashback_pays_at_the_register_too(self):
        order = self.ring_up([(self.mug, 5)])
        answer = self.till().club_authorise(self.told(order, "pay-cashback"), self.back.id, 1234)
        self.assertEqual((answer["money"], answer["amount"]), (12.34, 1234))
        self.add_payment(order, self.tender, 12.34, uuid="pay-cashback", transaction_id=answer["token"],
                         payment_status="done")  # fmt: skip
        self.add_rest(order)
        self.assertEqual(self.sync(order).state, "paid")
        self.assertEqual(self.of(self.back), 266)
        self.assertCoherent()


@tagged("post_install", "-at_install", "loyalty_club")
class TestShopUnitsPage(UnitsCommon, PortalCommon):
    call = TestShopPage.call

    def test_cart_has_a_slider_for_each_unit(self):
        self.mug.is_published = True
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = self.cart()
        order._club_choose(100, self.back)
        card = order._club_shop_card(self.ada)
        self.assertEqual([tender["unit"] for tender in card["tenders"]], ["Beans", "cashback"])
        self.assertEqual([tender["used"] for tender in card["tenders"]], [0, 100])
        self.assertEqual([str(tender["used_number"]) for tender in card["tenders"]], ["0", "1"])
        self.assertFalse(order._club_shop_choose(self.ada, 200, unit_id=self.unit.id))
        self.assertPays(order, 89.0, 11.0)

    def test_unit_of_nobody_buys_nothing(self):
        order = self.cart()
        stamps = self.env["club.unit"].create({"club_id": self.club.id, "kind": "stamps", "name": "stamp"})
        for unit_id in (stamps.id, 0, -1, 10**12, "x", None, [1], True, {"a": 1}):
            with self.subTest(unit_id=unit_id):
                told = order._club_shop_choose(self.ada, 1, unit_id=unit_id)
                self.assertTrue(told or unit_id is None)
        self.assertPays(order, 99.95, 0.05)

    def test_everything_by_itself_uses_both(self):
        order = self.cart(quantity=2)
        order._club_shop_choose(self.ada, is_auto=True)
        self.assertPays(order, 0.0, 20.0)
        self.set_quantity(order, 3)
        order._auto_apply_rewards()
        self.assertPays(order, 0.0, 30.0)

    def test_refusal_is_kept_for_whoever_is_asked(self):
        order = self.cart()
        self.assertTrue(order._club_shop_choose(self.ada, 401))
        kept = self.env["club.refusal"].search([("source_key", "=", str(order.id))])
        self.assertEqual((kept.code, kept.member_id, kept.source_name), ("limit", self.ada_member, order.name))
        self.assertEqual(kept.place, self.website.name)
        order._club_shop_choose(self.ada, 401)
        self.assertEqual(kept.times, 2)
        self.assertEqual(self.env["club.refusal"].search([("source_name", "=", order.name)]), kept)

    def test_slider_names_its_unit_by_the_shops_own_route(self):
        self.mug.is_published = True
        self.authenticate("ada_signs_in", "ada_signs_in")
        order = TestShopPage.fill_cart(self, 10)
        answer = self.call("/club/cart/points", units=700, unit_id=self.back.id)
        self.assertEqual((answer["refused"], answer["amount"]), ("", 93.0))
        answer = self.call("/club/cart/points", units=100, unit_id=self.unit.id)
        self.assertEqual((answer["refused"], answer["amount"]), ("", 88.0))
        page = html.fromstring(self.url_open("/shop/cart").text)
        used = {
            tender.get("data-unit"): tender.get("data-units")
            for tender in page.xpath("//*[contains(@class, 'o_club_tender')]")
        }
        self.assertEqual(used, {str(self.unit.id): "100", str(self.back.id): "700"})
        self.assertTrue(self.call("/club/cart/points", units=1501, unit_id=self.back.id)["refused"])
        self.assertPays(order, 88.0, 12.0)
