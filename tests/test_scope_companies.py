from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_accounting import PLENTY, AccountingCase


@tagged("post_install", "-at_install", "loyalty_club")
class TestScopeCompanies(AccountingCase):
    """A club of two companies: the register of one, and the invoices of the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.env.user.company_ids += cls.other
        cls.club.company_ids += cls.other
        cls.program = cls.env["club.program"].create(
            {"name": "Beans Rewards", "tier_id": cls.club.tier_ids.id, "ratio": 1}
        )
        cls.program.action_go_live()
        cls.team = cls.env["crm.team"].create({"name": "Airport", "company_id": cls.other.id})
        cls.since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        cls.club.sudo().on_since = cls.since
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (cls.since, cls.program.id))
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()

    def open_airport(self, pool):
        outlet = self.env["club.outlet"].create(
            {
                "club_id": self.club.id,
                "company_id": self.other.id,
                "name": "Airport",
                "pool_id": pool.id,
                "team_ids": [Command.set(self.team.ids)],
            }
        )
        outlet.sudo().opted_in_at = self.since

    def buy_at_the_airport(self, amount):
        """An invoice of the other company, paid."""
        invoice = (
            self.env["account.move"]
            .with_company(self.other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "invoice_line_ids": [Command.create({"name": "Coffee", "price_unit": amount, "tax_ids": False})],
                }
            )
        )
        invoice.action_post()
        wizard = self.env["account.payment.register"].with_company(self.other)
        wizard.with_context(active_model="account.move", active_ids=invoice.ids).create({})._create_payments()
        return invoice

    def balances(self):
        return {account.pool_id.name: account.balance for account in self.member.account_ids}

    def may_use(self):
        """What the register of the first company offers."""
        told = {
            "partner_id": self.customer.id,
            "order_uuid": "an order",
            "payment_uuid": "a payment",
            "total": 5000.0,
            "remaining": 5000.0,
        }
        self.register.open_ui()
        return [choice["balance"] for choice in self.register.club_quote(told)["choices"]]

    def test_points_of_one_company_are_used_at_the_others_register(self):
        self.open_airport(self.pool)
        invoice = self.buy_at_the_airport(120)
        self.assertEqual(invoice.club_points_earned, "+120 points")
        self.assertEqual(self.balances(), {self.pool.name: PLENTY + 120})
        self.assertEqual(self.may_use(), [self.club.tier_unit_id._format(PLENTY + 120)])
        self.assertEqual(self.club.prove(), [])

    def test_company_with_balances_of_its_own(self):
        self.open_airport(self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"}))
        self.buy_at_the_airport(120)
        self.assertEqual(self.balances(), {self.pool.name: PLENTY, "Airport": 120})
        self.assertEqual(self.may_use(), [self.club.tier_unit_id._format(PLENTY)])
        self.assertEqual(len(self.member.search([("partner_id", "=", self.customer.id)])), 1)
        wizard = self.env["club.regroup"].with_context(allowed_company_ids=(self.company | self.other).ids)
        wizard = wizard.browse(self.club.with_env(wizard.env).action_regroup()["res_id"])
        wizard.action_share_all()
        wizard.action_regroup()
        self.env.invalidate_all()
        self.assertEqual(self.may_use(), [self.club.tier_unit_id._format(PLENTY + 120)])
        self.assertEqual(self.club.prove(), [])
