"""A table with a QR code, and phones around it."""

from odoo.fields import Command

from .common_kiosk import KioskCommon
from .common_sale import OnlinePayments


class MobileCommon(OnlinePayments, KioskCommon):
    """Ada and Bob have accounts on the website; table 7 pays after the meal, all its phones on one order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada_user, cls.bob_user = cls.env["res.users"].create(
            [
                {
                    "name": partner.name,
                    "login": login,
                    "password": login,
                    "partner_id": partner.id,
                    "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                }
                for partner, login in ((cls.ada, "ada_orders"), (cls.bob, "bob_orders"))
            ]
        )
        cls.floor = cls.env["restaurant.floor"].create(
            {"name": "Terrace", "table_ids": [Command.create({"table_number": 7}), Command.create({"table_number": 8})]}
        )
        cls.table, cls.other_table = cls.floor.table_ids.sorted("table_number")
        cls.tables = cls.device(
            "mobile",
            "Tables",
            floor_ids=[Command.set(cls.floor.ids)],
            self_ordering_service_mode="table",
            self_ordering_pay_after="meal",
        )

    def me(self, login=None, **told):
        """What a phone is told on which somebody has signed in, or nobody."""
        self.authenticate(login, login)
        return self.post("/club/self/me", self.tables, **told)

    def sent(self, lines, token=None, **values):
        """An order that a phone at the table sends: as it was sent, and the ``pos.order``."""
        told = self.told(lines, self.tables, **values)
        return told, self.send_again(told, token=token)

    def send_again(self, told, lines=(), token=None):
        """The same order with more lines: from any phone at the table, which knows its order by uuid."""
        told = dict(told, lines=told["lines"] if not lines else self.told(lines, self.tables)["lines"])
        told |= {"access_token": ""}
        told.pop("club_visit", None)
        if token:
            told["club_visit"] = token
        self.post(
            "/pos-self-order/process-order/mobile/", self.tables, order=told, table_identifier=self.table.identifier
        )
        return self.stored(told)

    def attach(self, token, order):
        return self.post(
            "/club/self/attach", self.tables, token=token, order_access_token=order.access_token
        )["is_mine"]

    # ------------------------------------------------------------------ paid on the phone
    def pays_online(self):
        """From now on a phone at the table pays at a provider."""
        provider = self.env.ref("payment.payment_provider_transfer")
        provider.write({"state": "test", "is_published": True, "journal_id": self.card.journal_id.id})
        self._let_provider_book(provider)
        online = self.env["pos.payment.method"].create(
            {
                "name": "Online",
                "is_online_payment": True,
                "online_payment_provider_ids": [Command.set(provider.ids)],
            }
        )
        self.tables.self_order_online_payment_method_id = online

    def pay_on_phone(self, order):
        """The provider reports the money, as long after as it likes."""
        provider = self.env.ref("payment.payment_provider_transfer")
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.pos_reference}-1",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.env.ref("base.public_partner").id,
                "pos_order_id": order.id,
            }
        )
        transaction._set_done()
        transaction._post_process()
        self.env.flush_all()
        self.env.invalidate_all()
