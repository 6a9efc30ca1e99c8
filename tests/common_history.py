"""Orders from before the club was on, and runs that credit them."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import ClubMerchant


class HistoryMerchant(ClubMerchant):
    """The club is on at High Street since 30 days. The old register and the old team join it with their past.

    A history of the register is ``days`` old, by default 60: before the club was on.
    """

    has_website = True

    @classmethod
    def open_shop(cls):
        super().open_shop()
        cls.old = cls._register("Old counter")
        cls.old_team = cls.env["crm.team"].create({"name": "Old sales", "company_id": cls.company.id})

    @classmethod
    def forget_other_orders(cls):
        """Whatever else this website sold is not of this shop."""
        cls.env.cr.execute("UPDATE sale_order SET website_id = NULL WHERE website_id = %s", (cls.website.id,))
        cls.env.invalidate_all()

    @classmethod
    def ago(cls, days):
        return fields.Datetime.now() - timedelta(days=days)

    @contextmanager
    def at_old(self):
        """Paid in cash at the old register."""
        own, self.cash = self.cash, self.old.payment_method_ids.filtered("is_cash_count")
        try:
            yield
        finally:
            self.cash = own

    def sold_before(self, lines, partner=None, days=60):
        """A paid order of the old register, so many days ago."""
        self.old.club_outlet_id = False
        with self.at_old():
            order = self.sell(lines, partner, config=self.old)
        order.session_id.start_at = self.ago(900)
        order.date_order = self.ago(days)
        self.join()
        return order

    def sold_many(self, count, partners, days=60):
        """Many paid orders of a coffee and two cakes at the old register, the partners in turns."""
        self.old.club_outlet_id = False
        session = self.open_session(self.old)
        session.start_at = self.ago(900)
        lines = [(self.coffee, 1), (self.cake, 2)]
        total = sum(quantity * product.lst_price for product, quantity in lines)
        orders = self.env["pos.order"].create(
            [
                {
                    "session_id": session.id,
                    "company_id": self.company.id,
                    "partner_id": partners[number % len(partners)].id,
                    "pricelist_id": self.old.pricelist_id.id,
                    "date_order": self.ago(days + number % 30),
                    "state": "paid",
                    "amount_total": total * 1.21,
                    "amount_tax": total * 0.21,
                    "amount_paid": total * 1.21,
                    "amount_return": 0.0,
                    "lines": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "full_product_name": product.name,
                                "price_unit": product.lst_price,
                                "qty": quantity,
                                "tax_ids": [Command.set(product.taxes_id.ids)],
                                "price_subtotal": product.lst_price * quantity,
                                "price_subtotal_incl": product.lst_price * quantity * 1.21,
                            }
                        )
                        for product, quantity in lines
                    ],
                    "payment_ids": [
                        Command.create(
                            {
                                "payment_method_id": self.old.payment_method_ids.filtered("is_cash_count").id,
                                "amount": total * 1.21,
                            }
                        )
                    ],
                }
                for number in range(count)
            ]
        )
        self.join()
        return orders

    def ordered_many(self, count, partners, is_invoice_alone=False):
        """Many paid quotations of a coffee and two cakes, or many paid invoices without one."""
        self.old_team.club_outlet_id = False
        goods = [(self.coffee, 1), (self.cake, 2)]
        if is_invoice_alone:
            invoices = documents = self.env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partners[number % len(partners)].id,
                        "team_id": self.old_team.id,
                        "invoice_date": self.ago(60).date(),
                        "invoice_line_ids": [
                            Command.create({"product_id": product.id, "quantity": quantity, "tax_ids": self.tax.ids})
                            for product, quantity in goods
                        ],
                    }
                    for number in range(count)
                ]
            )
        else:
            documents = self.env["sale.order"]
            for number in range(count):
                documents |= self.quotation(goods, partners[number % len(partners)], team_id=self.old_team.id)
            documents.action_confirm()
            documents.date_order = self.ago(60)
            invoices = documents._create_invoices(grouped=True)
        invoices.action_post()
        self.pay(invoices)
        self._date_payments(invoices, 60)
        self.join()
        return documents

    def refunded_before(self, order, quantities=None, days=50):
        self.old.club_outlet_id = False
        with self.at_old():
            refund = self.refund(order, quantities, config=self.old)
        refund.date_order = self.ago(days)
        self.join()
        return refund

    def ordered_before(self, lines, partner=None, days=60, **values):
        """A paid quotation of the old team."""
        self.old_team.club_outlet_id = self.website.club_outlet_id = False
        order = self.quotation(lines, partner, team_id=self.old_team.id, **values)
        order.action_confirm()
        self.pay(self.invoice(order))
        order.date_order = self.ago(days)
        self._date_payments(order.invoice_ids, days)
        self.join()
        return order

    def invoiced_before(self, lines, partner=None, days=60):
        """A paid invoice without an order."""
        self.old_team.club_outlet_id = False
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.ada).id,
                "team_id": self.old_team.id,
                "invoice_date": self.ago(days).date(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "price_unit": product.lst_price,
                            "tax_ids": self.tax.ids,
                        }
                    )
                    for product, quantity in lines
                ],
            }
        )
        invoice.action_post()
        self.pay(invoice)
        self._date_payments(invoice, days)
        self.join()
        return invoice

    def _date_payments(self, invoices, days):
        self.env.flush_all()
        partials = invoices.line_ids.matched_credit_ids
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = %s WHERE id = ANY(%s)", (self.ago(days), partials.ids)
        )
        self.env.invalidate_all()

    def join(self):
        """The old register and team belong to the outlet, as if they always had."""
        self.old.club_outlet_id = self.old_team.club_outlet_id = self.outlet
        if self.has_website:
            self.website.club_outlet_id = self.outlet

    # ------------------------------------------------------------------ runs
    def job(self, **values):
        return self.env["club.backfill"].create({"club_id": self.club.id, **values})

    def preview(self, **values):
        job = self.job(**values)
        job.action_preview()
        return job

    def work(self):
        """Let the scheduled job run once."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_credit_history").method_direct_trigger()
        self.env.invalidate_all()

    def credit(self, **values):
        """A whole run: preview, start, work."""
        job = self.preview(**values)
        job.action_start()
        self.work()
        return job

    def entries(self, document):
        return self.env["club.entry"].search(
            [("source_model", "=", document._name), ("source_id", "=", document.id)], order="id"
        )

    def outcome(self, document):
        return self.env["club.outcome"].search([("source_model", "=", document._name), ("source_id", "=", document.id)])

    def reasons(self, job, side="run"):
        return job.tally[side]["reasons"]

    def assertCameTrue(self, job):
        """What the preview said is what the run brought."""
        expected, run = job.tally["expected"], job.tally["run"]
        for name in run:
            self.assertEqual(run[name], expected[name], name)
        for tier in self.club.tier_ids:
            held = self.env["club.member"].search_count([("club_id", "=", self.club.id), ("tier_id", "=", tier.id)])
            self.assertEqual(expected["after"].get(str(tier.id), 0), held, tier.name)
