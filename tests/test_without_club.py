from odoo.tests import Form, new_test_user, tagged

from .common import ClubCommon

# What colleagues do all day, and by which rights: none of them is of the club.
KEEPER = "base.group_user,product.group_product_manager"
SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"
HEAD = "base.group_user,sales_team.group_sale_manager"
BOOKS = "base.group_user,account.group_account_invoice"


@tagged("post_install", "-at_install", "loyalty_club")
class TestWithoutClub(ClubCommon):
    """Who knows nothing of clubs reads, writes and duplicates the host's records as before it was installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.excluded_product_ids = cls.cake.product_tmpl_id
        cls.env["club.ratio"].create({"unit_id": cls.unit.id, "product_id": cls.coffee.id, "ratio": 2})

    def as_user(self, record, groups):
        login = f"without_{groups.rsplit('.', maxsplit=1)[-1]}"
        user = self.env["res.users"].search([("login", "=", login)]) or new_test_user(self.env, login, groups)
        self.assertFalse(user.has_group("loyalty_club.loyalty_club_group_user"))
        return record.with_user(user).with_context(lang="en_US")

    def read_all(self, record):
        """Each of our fields that the user is told of can be read."""
        for name, field in record._fields.items():
            if name.startswith("club_") and record._has_field_access(field, "read"):
                with self.subTest(model=record._name, field=name):
                    record.invalidate_recordset()
                    record.read([name])

    def test_our_fields_on_the_hosts_records_refuse_nobody(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        bill = self.invoice(order)
        self.pay(bill)
        self.assertEqual(self.balance(), 50)
        for record, groups in (
            (self.coffee, KEEPER), (self.coffee.product_tmpl_id, KEEPER), (self.coffee.categ_id, KEEPER),
            (self.ada, KEEPER), (self.company, KEEPER), (order, SELLER), (bill, BOOKS), (self.team, HEAD),
            (self.website, HEAD),
        ):  # fmt: skip
            self.read_all(self.as_user(record, groups))

    def test_a_product_is_duplicated_and_earns_as_its_original(self):
        copied = self.as_user(self.cake.product_tmpl_id, KEEPER).copy()
        copied.write({"name": "Another cake"})
        Form(copied).save()
        self.assertEqual(copied.sudo().club_excluded_ids, self.club)

    def test_an_order_that_earned_is_duplicated_and_sold(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self.pay(self.invoice(order))
        copied = self.as_user(order, SELLER).copy()
        copied.action_confirm()
        self.assertFalse(copied.sudo().club_entry_ids)
        self.pay(self.invoice(copied.sudo()))
        self.assertBalance(100)

    def test_an_invoice_that_earned_is_duplicated_and_credited(self):
        bill = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.ada.id,
            "invoice_line_ids": [(0, 0, {"product_id": self.coffee.id, "quantity": 1, "tax_ids": self.tax.ids})],
        })  # fmt: skip
        own = self.as_user(bill, BOOKS)
        own.action_post()
        own.copy().action_post()
        wizard = own.env["account.move.reversal"].with_context(active_model="account.move", active_ids=own.ids)
        wizard.create({"journal_id": own.journal_id.id}).refund_moves()
        self.assertCoherent()
