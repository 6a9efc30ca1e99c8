from odoo.tests import tagged

from .common_kiosk import CONFIRMED
from .common_mobile import MobileCommon


@tagged("post_install", "-at_install")
class TestMobilePaid(MobileCommon):
    """What a table orders earns when it is paid: at the counter, or on the phone."""

    def reads(self, order):
        """What the phone is told that sent the order."""
        asked = [{"access_token": order.access_token, "state": "x", "write_date": "1970-01-01 00:00:00"}]
        answer = self.post("/pos-self-order/get-user-data/", self.tables, order_access_tokens=asked)
        return answer["pos.order"][0]["club_self_text"]

    def test_paid_online_earns_with_the_money_and_the_phone_reads_what(self):
        self.pays_online()
        order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1]
        self.assertBalance(487)
        self.pay_on_phone(order)
        self.assertEqual(order.state, "paid")
        self.assertBalance(587)
        self.assertEqual(self.reads(order)["title"], "+100 Beans")
        self.authenticate("bob_orders", "bob_orders")
        self.assertNotIn("587", str(self.reads(order)))
        self.assertCoherent()

    def test_opening_the_providers_page_first_loses_no_customer(self):
        self.pays_online()
        order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1]
        self.authenticate(None, None)
        self.url_open(f"/pos/pay/{order.id}?access_token={order.access_token}")
        self.pay_on_phone(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertBalance(587)

    def test_number_typed_on_a_phone_earns_when_it_is_paid_there(self):
        self.pays_online()
        token = self.identify(self.tables, phone=self.ada.phone, consent=True)["token"]
        order = self.sent([(self.coffee, 1)], token)[1]
        self.assertFalse(order.partner_id)
        self.pay_on_phone(order)
        self.assertBalance(587)
        self.assertEqual(self.reads(order)["title"], CONFIRMED)

    def test_customer_without_a_membership_has_one_by_paying_online(self):
        self.pays_online()
        order = self.sent([(self.coffee, 1)], self.me("bob_orders")["token"])[1]
        self.pay_on_phone(order)
        self.assertEqual(order.partner_id, self.bob)
        self.assertBalance(100, self.bob)

    def test_paid_at_the_counter_after_several_rounds_earns_for_the_first(self):
        told, order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])
        self.send_again(told, [(self.cake, 2)], self.me("bob_orders")["token"])
        self.pay_at_counter(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertBalance(487 + 120)
        self.assertFalse(self.bob.club_member_id)
