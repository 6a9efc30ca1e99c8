from uuid import uuid4

from odoo.addons.point_of_sale.tests.common import TestPoSCommon

PLENTY = 100_000  # points; worth 1,000.00 at 0.01 each


class AccountingCase(TestPoSCommon):
    """A company with a chart, a club with one outlet, and its register that takes points.

    `sell` and `refund` go through the register's own door, `sync_from_ui`. `assert_booked` compares
    the whole trial balance with what it was, so that nothing may be booked anywhere else.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("loyalty_club.loyalty_club_group_manager")
        cls.register = cls.basic_config
        cls.club = cls.env["club.club"].create(
            {
                "name": "Beans",
                "company_ids": cls.company.ids,
                "state": "on",
                "is_redeem_allowed": True,
                "is_redeem_pos": True,
                "redeem_below_bands": "allow",
            }
        )
        cls.pool = cls.club.pool_ids
        cls.outlet = cls.env["club.outlet"].create(
            {
                "name": "High Street",
                "club_id": cls.club.id,
                "company_id": cls.company.id,
                "pool_id": cls.pool.id,
                "is_opted_in": True,
            }
        )
        cls.register.club_outlet_id = cls.outlet
        cls.member = cls.env["club.member"].enrol(cls.customer.id, cls.club.id)
        cls.member.adjust(cls.club.tier_unit_id.id, PLENTY, "For the test")
        cls.tender = cls.register._club_tenders()
        cls.journal = cls.tender.journal_id
        cls.points_account = cls.tender.outstanding_account_id

    def sell(self, lines, payments, is_invoiced=False, **values):
        data = self.create_ui_order_data(
            lines,
            pos_order_ui_args=values,
            customer=self.customer,
            is_invoiced=is_invoiced,
            payments=payments,
        )
        return self.sync(data)

    def refund(self, order, payments, quantity, is_invoiced=False):
        line = {
            "product": order.lines.product_id,
            "quantity": -quantity,
            "refunded_orderline_id": order.lines.id,
        }
        return self.sell([line], payments, is_invoiced=is_invoiced, is_refund=True)

    def sync(self, data):
        """The order as the register sends it, with the promise it got for each payment in points."""
        for _command, _id, payment in data["payment_ids"]:
            payment["uuid"] = str(uuid4())
            is_tender = self.env["pos.payment.method"].browse(payment["payment_method_id"])._is_club_tender()
            if is_tender and payment["amount"] > 0:
                payment["transaction_id"] = self.promise(data, payment)
        self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].search([("uuid", "=", data["uuid"])])

    def promise(self, data, payment):
        """Hold the points of one payment and return its token."""
        account = self.member.sudo().account_ids
        unit = account.unit_id
        hold = (
            self.env["club.hold"]
            .sudo()
            ._authorise(
                account,
                unit._to_minor(round(payment["amount"] / unit.money_value)),
                payment["amount"],
                self.currency,
                "pos",
                ("pos.order", data["uuid"]),
                payment_key=payment["uuid"],
            )
        )
        return hold.token

    def close(self):
        """Close as the till does, with the drawer counted right."""
        session = self.pos_session
        drawer = session.get_closing_control_data()["default_cash_details"]
        if drawer:
            session.post_closing_cash_details(drawer["amount"])
        self.assertEqual(session.close_session_from_ui(), {"successful": True})
        self.assertEqual(session.state, "closed")

    def tax_account(self):
        return self.tax_received_account

    def trial_balance(self, company=None):
        lines = self.env["account.move.line"]._read_group(
            [("company_id", "=", (company or self.company).id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        return {account.id: balance for account, balance in lines}

    def assert_booked(self, expected):
        after = self.trial_balance()
        moved = {}
        for account in self.before.keys() | after.keys():
            change = self.company.currency_id.round(after.get(account, 0.0) - self.before.get(account, 0.0))
            if change:
                moved[self.env["account.account"].browse(account).display_name] = change
        self.assertEqual(moved, {account.display_name: amount for account, amount in expected.items()})
