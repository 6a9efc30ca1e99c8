from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_mobile import MobileCommon

SECRETS = ("Rue du Secret", "ada@secret.example", "Lovelace")


@tagged("post_install", "-at_install")
class TestMobileAttacks(MobileCommon):
    """What others at the table, or anybody with a telephone book, might try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write({"street": SECRETS[0], "email": SECRETS[1]})

    def page(self, url):
        return self.url_open(url).text

    def assertNothingOfAda(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def by_phone(self, config):
        """An order for which somebody typed Ada's number."""
        token = self.identify(config, phone=self.ada.phone, consent=True)["token"]
        if config == self.tables:
            return self.sent([(self.coffee, 1)], token)[1]
        return self.order([(self.coffee, 1)], token)

    # ------------------------------------------------------------------ her personal data
    def test_number_that_somebody_types_opens_no_page_with_her_address(self):
        for config in (self.kiosk, self.tables):
            order = self.by_phone(config)
            self.authenticate(None, None)
            self.assertFalse(order.partner_id)
            self.assertNothingOfAda(self.page(f"/pos/ticket/validate?access_token={order.access_token}"))
            self.pay_by_terminal(order)
            self.assertEqual(order.partner_id, self.ada)
            self.assertNothingOfAda(self.page(f"/pos/ticket/validate?access_token={order.access_token}"))
            self.authenticate("bob_orders", "bob_orders")
            self.assertNothingOfAda(self.page(f"/pos/ticket/validate?access_token={order.access_token}"))

    def test_number_that_somebody_types_changes_no_address(self):
        order = self.by_phone(self.kiosk)
        self.pay_by_terminal(order)
        self.authenticate(None, None)
        self.url_open(
            "/pos/ticket/validate",
            data={
                "access_token": order.access_token,
                "csrf_token": Request.csrf_token(self),
                "name": "Mallory",
                "email": "m@example.com",
                "street": "Here 1",
            },
        )
        self.assertEqual((self.ada.name, self.ada.street), ("Ada Lovelace", SECRETS[0]))

    def test_companions_at_the_table_read_nothing_of_her(self):
        self.pays_online()
        order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1]
        order.table_id = self.table
        for login in ("bob_orders", None):
            self.authenticate(login, login)
            answer = self.post(
                "/pos-self-order/get-user-data/",
                self.tables,
                order_access_tokens=[],
                table_identifier=self.table.identifier,
            )
            self.assertEqual([row["id"] for row in answer["pos.order"]], order.ids)
            self.assertNothingOfAda(str(answer))
            page = self.page(f"/pos/pay/{order.id}?access_token={order.access_token}")
            self.assertIn("o_pos_summary_amount", page)
            self.assertNothingOfAda(page)
            self.assertNotIn(f'data-partner-id="{self.ada.id}"', page)
        self.pay_by_terminal(order)
        self.assertBalance(587)

    def test_nothing_of_a_customer_is_broadcast_to_a_shops_phones(self):
        order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1]
        self.env["bus.bus"].search([]).unlink()
        self.pay_by_terminal(order)
        order._send_notification_online_payment_status("success")
        self.env.cr.precommit.run()
        told = " ".join(self.env["bus.bus"].search([]).mapped("message"))
        self.assertIn("PAYMENT_STATUS", told)
        self.assertNothingOfAda(told)
        self.assertNotIn("club_self_text", told)
        self.assertNotIn(f'"partner_id":{self.ada.id},', told.replace(" ", ""))

    # ------------------------------------------------------------------ her points
    def test_other_tables_order_is_not_taken_over(self):
        """A browser that names the table of another order would be merged into that."""
        order = self.sent([(self.coffee, 1)], self.me("ada_orders")["token"])[1]
        order.table_id = self.table
        self.sent([(self.cake, 1)], self.me("bob_orders")["token"], table_id=self.table.id)
        self.assertEqual(order.club_visit_id.member_id, self.member_ada)
        self.pay_by_terminal(order)
        self.assertFalse(self.bob.club_member_id)

    def test_order_of_a_register_stays_the_customers_whom_staff_chose(self):
        told = self.told([(self.coffee, 1)], self.tables) | {"table_id": self.table.id, "partner_id": self.ada.id}
        order = self.env["pos.order"].browse(self.env["pos.order"].sync_from_ui([told])["pos.order"][0]["id"])
        self.sent([(self.cake, 1)], self.me("bob_orders")["token"], table_id=self.table.id)
        self.sent([(self.cake, 1)], table_id=self.table.id)
        self.assertEqual((order.partner_id, order.source, len(order.lines)), (self.ada, "mobile", 3))
        self.pay_by_terminal(order)
        self.assertBalance(487 + 120)
        self.assertFalse(self.bob.club_member_id)

    def test_order_is_claimed_by_its_own_link_alone(self):
        order, token = self.sent([(self.coffee, 1)])[1], self.me("ada_orders")["token"]
        for forged in ("", False, None, 0, True, [order.access_token], "x" * 36):
            answer = self.post("/club/self/attach", self.tables, token=token, order_access_token=forged)
            self.assertFalse(answer["is_mine"], forged)
        at_kiosk = self.order([(self.coffee, 1)])
        self.assertFalse(self.attach(token, at_kiosk))
        self.assertFalse(self.attach("forged", order))
        self.pay_by_terminal(order)
        self.assertFalse(self.attach(token, order))

    def test_token_of_a_table_says_nothing_at_a_kiosk(self):
        token = self.me("ada_orders")["token"]
        order = self.order([(self.coffee, 1)], token)
        self.assertFalse(order.club_is_known)

    @mute_logger("odoo.http")
    def test_forged_values_are_answered_like_nobody(self):
        for token in (None, 7, [], {"a": 1}, "x" * 500, "' OR 1=1"):
            self.assertEqual(self.me(token=token), {})

    def test_code_on_the_ticket_is_read_by_the_phone_that_ordered(self):
        """All phones at a table have the tokens of its orders; the points of nobody's are not theirs to take."""
        order = self.sent([(self.coffee, 1)])[1]
        self.pay_by_terminal(order)
        asked = {"order_access_tokens": [{"access_token": order.access_token, "state": "draft", "write_date": ""}]}
        asked["order_access_tokens"][0]["write_date"] = "2020-01-01 00:00:00"
        [row] = self.post("/pos-self-order/get-user-data", self.tables, **asked)["pos.order"]
        self.assertTrue(row["club_self_text"]["claim"]["code"])
        self.authenticate(None, None)
        [row] = self.post("/pos-self-order/get-user-data", self.tables, **asked)["pos.order"]
        self.assertFalse(row["club_self_text"])
