"""A table with a QR code, and phones around it."""

from odoo.fields import Command

from .common_kiosk import KioskCommon


class MobileCommon(KioskCommon):
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
