"""A register whose customer pays with points."""

from uuid import uuid4

from odoo.fields import Command

from .common import ClubCommon


class TenderCommon(ClubCommon):
    """Ada has 487 Beans (4.87); bands 20.00 → 50, 50.00 → 100, 100.00 → 250. A cake costs 12.10 with tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.condition"].create(
            [
                {"club_id": cls.club.id, "minimum_total": minimum, "maximum": maximum}
                for minimum, maximum in ((20, 50), (50, 100), (100, 250))
            ]
        )
        cls.card = cls.register.payment_method_ids - cls.cash - cls.tender
        cls.enrol(cls, cls.ada, 487)
        cls.cashier = cls.env["res.users"].create(
            {
                "name": "Cashier",
                "login": "club_cashier",
                "group_ids": [Command.set(cls.env.ref("point_of_sale.group_pos_user").ids)],
            }
        )

    def ring_up(self, lines, partner=None, **values):
        """An order that has no payment yet."""
        return self.ui_order(lines, [], self.ada if partner is None else partner, **values)

    def told(self, order, payment_uuid, **values):
        """What the register says of an order when it asks for points."""
        paid = sum(payment["amount"] for _command, _id, payment in order["payment_ids"])
        return {
            "partner_id": order["partner_id"],
            "order_uuid": order["uuid"],
            "payment_uuid": payment_uuid,
            "payment_uuids": [payment["uuid"] for _command, _id, payment in order["payment_ids"]],
            "total": order["amount_total"],
            "remaining": order["amount_total"] - paid,
            **values,
        }

    def till(self, user=None):
        return self.register.with_user(user or self.cashier)

    def quote(self, order, **values):
        return self.till().club_quote(self.told(order, str(uuid4()), **values))

    def authorise(self, order, amount, payment_uuid=None, **values):
        """Ask for points without putting them on the order: the answer as the register gets it."""
        payment_uuid = payment_uuid or str(uuid4())
        answer = self.till().club_authorise(self.told(order, payment_uuid, **values), self.unit.id, amount)
        return {**answer, "payment_uuid": payment_uuid}

    def refusal(self, order, amount, **values):
        """The sentence that a request is refused with."""
        answer = self.authorise(order, amount, **values)
        self.assertNotIn("token", answer)
        return answer["refused"]

    def add_points(self, order, amount):
        """Promise points and put the payment on the order, as the dialog does."""
        answer = self.authorise(order, amount)
        self.assertIn("token", answer, answer.get("refused"))
        self.add_payment(
            order,
            self.tender,
            answer["money"],
            uuid=answer["payment_uuid"],
            transaction_id=answer["token"],
            payment_status="done",
        )
        return answer

    def add_payment(self, order, method, amount, **values):
        order["payment_ids"].append(
            Command.create({"uuid": str(uuid4()), "payment_method_id": method.id, "amount": amount, **values})
        )

    def add_rest(self, order, method=None):
        paid = sum(payment["amount"] for _command, _id, payment in order["payment_ids"])
        self.add_payment(order, method or self.cash, self.company.currency_id.round(order["amount_total"] - paid))

    def sell_for_points(self, lines, amount, **values):
        """A paid order, partly in points and the rest in cash."""
        order = self.ring_up(lines, **values)
        self.add_points(order, amount)
        self.add_rest(order)
        return self.sync(order)

    def hold(self, answer):
        return self.env["club.hold"].search([("payment_key", "=", answer["payment_uuid"])])

    def assertRefused(self, order, words):
        """The register is told why, and nothing was booked or taken."""
        before = self.balance()
        with self.assertRaisesRegex(Exception, words), self.env.cr.savepoint():
            self.sync(order)
        self.env.invalidate_all()
        self.assertFalse(self.env["pos.order"].search([("uuid", "=", order["uuid"]), ("state", "=", "paid")]))
        self.assertBalance(before)
