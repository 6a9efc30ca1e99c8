import json
from unittest.mock import patch

from odoo import http
from odoo.addons.bus.models.bus import BusBus
from odoo.tests import tagged

from .common_kiosk import KioskCommon

SECRETS = ("Lovelace", "ada@example.com", "470 12 34 56", "470123456", "Rue du Puits")


@tagged("post_install", "-at_install")
class TestKioskPrivacy(KioskCommon):
    """Nobody reads of a member at a self-order device but the member, and no more than what is shown there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write({"street": "Rue du Puits 1", "city": "Brussels", "zip": "1000"})
        cls.table = cls.device("mobile", "Tables")

    def assertSilent(self, told):
        text = told if isinstance(told, str) else json.dumps(told, default=str)
        for secret in (*SECRETS, f'"partner_id": {self.ada.id}'):
            self.assertNotIn(secret, text)

    def placed(self, config=None, how="proven"):
        """(the order, what the browser was told) of a recognised customer."""
        proven = {"scanned": self.pass_of()}
        asked = proven if how == "proven" else {"phone": "0470 12 34 56", "consent": True}
        token = self.identify(config, **asked)["token"]
        told = self.told([(self.coffee, 1)], config, token)
        answer = self.send(told, config)
        return self.stored(told), answer

    def heard(self):
        """What is sent over the bus while the test goes on."""
        sent = []
        patcher = patch.object(BusBus, "_sendone", lambda _self, target, name, message: sent.append((name, message)))
        self.startPatcher(patcher)
        return sent

    def test_answer_to_an_order_names_nobody(self):
        for how in ("proven", "phone"):
            _order, told = self.placed(how=how)
            self.assertSilent(told)
            self.assertEqual((told["pos.order"][0]["partner_id"], told["res.partner"]), (False, []))

    def test_orders_of_a_token_name_nobody(self):
        order, _told = self.placed()
        asked = [{"access_token": order.access_token, "state": "x", "write_date": "1970-01-01 00:00:00"}]
        for is_paid in (False, True):
            if is_paid:
                self.pay_by_terminal(order)
            told = self.post("/pos-self-order/get-user-data", order_access_tokens=asked)
            self.assertEqual(told["pos.order"][0]["id"], order.id)
            self.assertSilent(told)

    def test_what_a_terminal_reports_names_nobody(self):
        for how in ("proven", "phone"):
            order, _told = self.placed(how=how)
            heard = self.heard()
            self.pay_by_terminal(order)
            self.assertEqual(order.partner_id, self.ada)
            [told] = [message for name, message in heard if "PAYMENT_STATUS" in name]
            self.assertEqual(told["data"]["pos.order"][0]["partner_id"], False)
            self.assertSilent([message for _name, message in heard])

    def test_what_online_payments_report_names_nobody_and_no_balance(self):
        order, _told = self.placed(self.table)
        self.pay_by_terminal(order)
        heard = self.heard()
        order._send_notification_online_payment_status("success")
        [(_name, told)] = heard
        self.assertSilent(told)
        self.assertNotIn("club_self_text", told["data"]["pos.order"][0])

    def test_payment_at_the_kiosk_names_nobody(self):
        method = self.kiosk.payment_method_ids - self.tender
        self.patch(type(method), "_payment_request_from_kiosk", lambda _self, _order: {"status": "success"})
        token = self.recognise()
        told = self.post(
            f"/kiosk/payment/{self.kiosk.id}/kiosk",
            order=self.told([(self.coffee, 1)], token=token),
            payment_method_id=method.id,
            device_type="kiosk",
        )
        self.assertEqual(told["order"][0]["amount_total"], 121.0)
        self.assertSilent(told)

    def test_contact_is_not_read_by_its_number(self):
        typed = {"name": "Eve", "phone": "1", "street": "2", "zip": "3", "city": "4",
                 "country_id": self.env.ref("base.be").id}  # fmt: skip
        told = self.post("/pos-self-order/validate-partner", partner_id=self.ada.id, **typed)
        self.assertSilent(told)
        [row] = told["res.partner"]
        self.assertEqual(row["name"], "Eve")
        again = self.post("/pos-self-order/validate-partner", partner_id=row["id"], **typed)
        self.assertEqual(again["res.partner"][0]["id"], row["id"])

    def test_contact_typed_for_a_delivery_stays_the_browsers_own_and_earns_nothing(self):
        typed = {"name": "Eve", "phone": "1", "street": "2", "zip": "3", "city": "4",
                 "country_id": self.env.ref("base.be").id}  # fmt: skip
        [row] = self.post("/pos-self-order/validate-partner", **typed)["res.partner"]
        told = self.told([(self.coffee, 1)], partner_id=row["id"])
        answer = self.send(told)
        order = self.stored(told)
        self.assertEqual((order.partner_id.id, answer["res.partner"][0]["name"]), (row["id"], "Eve"))
        self.pay_by_terminal(order)
        self.assertFalse(order.club_is_known or order.club_entry_ids)
        mine = self.order([(self.coffee, 1)], self.recognise(), partner_id=row["id"])
        self.assertEqual(mine.partner_id, self.ada)
        self.assertIn("Eve, 1, 2", mine.general_customer_note)

    def test_ticket_of_a_recognised_customer_takes_signing_in(self):
        self.authenticate(None, None)
        order, _told = self.placed(how="phone")
        self.pay_by_terminal(order)
        self.assertEqual(order.partner_id, self.ada)
        page = f"/pos/ticket/validate?access_token={order.access_token}"
        shown = self.url_open(page)
        self.assertIn("/web/login", shown.url)
        self.assertSilent(shown.text)
        token = {"csrf_token": http.Request.csrf_token(self)}
        self.url_open(page, data=token | {"name": "Mallory", "email": "m@example.com", "phone": "9", "street": "9"})
        self.env.invalidate_all()
        self.assertEqual((self.ada.name, self.ada.email), ("Ada Lovelace", "ada@example.com"))
        self.authenticate("club_kiosk", "club_kiosk")
        self.assertEqual(self.url_open(page).status_code, 404)

    def test_page_to_pay_online_shows_nobody_and_the_order_stays_its_members(self):
        online = self.env["pos.payment.method"].create({"name": "Online", "is_online_payment": True})
        self.table.self_order_online_payment_method_id = online
        order, _told = self.placed(self.table)
        self.assertEqual(order.partner_id, self.ada)
        self.assertSilent(self.url_open(f"/pos/pay/{order.id}?access_token={order.access_token}").text)
        self.env.invalidate_all()
        self.assertFalse(order.partner_id)
        self.pay_by_terminal(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertBalance(587)

    def test_balance_is_read_where_the_order_was_placed_and_not_at_the_other_phones(self):
        order, _told = self.placed(self.table)
        self.pay_by_terminal(order)
        asked = [{"access_token": order.access_token, "state": "x", "write_date": "1970-01-01 00:00:00"}]
        [row] = self.post("/pos-self-order/get-user-data", self.table, order_access_tokens=asked)["pos.order"]
        self.assertEqual(row["club_self_text"]["title"], "+100 Beans")
        self.opener.cookies.clear()
        [row] = self.post("/pos-self-order/get-user-data", self.table, order_access_tokens=asked)["pos.order"]
        self.assertNotIn("587", json.dumps(row["club_self_text"]))

    def test_start_of_a_device_loads_no_member(self):
        loaded = self.kiosk.with_user(self.clerk).load_self_data()
        self.assertSilent(loaded)
        self.assertEqual(loaded["res.partner"], [])
