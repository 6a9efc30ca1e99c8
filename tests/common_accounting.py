from odoo.addons.point_of_sale.tests.common import TestPoSCommon


class AccountingCase(TestPoSCommon):
    """A company with a chart, a club with one outlet, and its register that takes points.

    `sell` and `refund` go through the register's own door, `sync_from_ui`. `assert_booked` compares
    the whole trial balance with what it was, so that nothing may be booked anywhere else.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register = cls.basic_config
        cls.club = cls.env["club.club"].create({"name": "Beans", "company_ids": cls.company.ids})
        cls.pool = cls.env["club.pool"].search([("club_id", "=", cls.club.id)], limit=1)
        cls.pool = cls.pool or cls.env["club.pool"].create({"name": "All", "club_id": cls.club.id})
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
        """The order as the register sends it; a payment in points needs nothing else here."""
        self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].search([("uuid", "=", data["uuid"])])

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
