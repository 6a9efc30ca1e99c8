from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_pos import TenderCommon
from .common_reserved import ReservedCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestTierPrice(ReservedCommon, TenderCommon):
    """Members from Silver on pay 5 % less; Ada is one of them, Bob is nobody's member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.five = cls._pricelist("Silver 5 %", 5)
        cls.silver.pricelist_id = cls.five

    @classmethod
    def _pricelist(cls, name, percent, **values):
        item = {"compute_price": "percentage", "percent_price": percent, "applied_on": "3_global"}
        return cls.env["product.pricelist"].create(
            {"name": name, "company_id": False, "item_ids": [Command.create(item)], **values}
        )

    def setUp(self):
        super().setUp()
        self.make(self.silver)

    def price_list(self, partner=None, company=None):
        self.env["res.partner"].invalidate_model(["property_product_pricelist"])
        partner = (partner or self.ada).with_company(company or self.company)
        return partner.property_product_pricelist

    def test_members_of_the_tier_have_its_pricelist_and_others_have_theirs(self):
        self.assertEqual(self.price_list(), self.five)
        self.assertNotEqual(self.price_list(self.bob), self.five)
        self.enrol(self.bob)
        self.assertNotEqual(self.price_list(self.bob), self.five)

    def test_new_quotation_has_its_prices(self):
        order = self.quotation([(self.coffee, 1)], pricelist_id=False)
        order = self.env["sale.order"].create({
            "partner_id": self.ada.id,
            "order_line": [Command.create({"product_id": self.coffee.id, "tax_ids": self.tax.ids})],
        })  # fmt: skip
        self.assertEqual(order.pricelist_id, self.five)
        self.assertAlmostEqual(order.amount_total, 114.95)

    def test_higher_tier_without_one_has_that_of_the_nearest_below(self):
        self.make(self.gold)
        self.assertEqual(self.price_list(), self.five)
        self.gold.pricelist_id = self._pricelist("Gold 10 %", 10)
        self.assertEqual(self.price_list(), self.gold.pricelist_id)
        self.gold.pricelist_id.active = False
        self.assertEqual(self.price_list(), self.five)

    def test_pricelist_set_by_hand_comes_first(self):
        own = self._pricelist("Ada's own", 20)
        self.ada.property_product_pricelist = own
        self.assertEqual(self.ada.specific_property_product_pricelist, own)
        self.assertEqual(self.price_list(), own)
        self.ada.specific_property_product_pricelist = False
        self.assertEqual(self.price_list(), self.five)

    def test_saving_the_contact_sets_nothing_by_hand(self):
        with Form(self.ada) as form:
            form.country_id = self.env.ref("base.fr")
        self.ada.property_product_pricelist = self.ada.property_product_pricelist
        self.assertFalse(self.ada.specific_property_product_pricelist)
        self.lose_tier()
        self.assertNotEqual(self.price_list(), self.five)

    def test_it_comes_and_goes_with_tier_membership_club_and_outlet(self):
        before = self.price_list(self.bob)
        cases = {
            "club off": (self.club, {"state": "off"}),
            "club suspended": (self.club, {"state": "suspended"}),
            "club archived": (self.club, {"active": False}),
            "no outlet takes part": (self.outlet, {"is_opted_in": False}),
            "member left": (self.member(), {"active": False}),
            "only a guest": (self.member(), {"is_guest": True}),
            "pricelist taken away": (self.silver, {"pricelist_id": False}),
            "pricelist archived": (self.five, {"active": False}),
            "tier lost": (self.member(), {"tier_id": self.tier.id}),
        }
        for case, (record, values) in cases.items():
            with self.subTest(case=case), self.cr.savepoint() as savepoint:
                self.assertEqual(self.price_list(), self.five)
                record.write(values)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.price_list(), before)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_it_counts_where_the_company_takes_part_and_the_pricelist_may_be_used(self):
        other = self.env["res.company"].create({"name": "Airport"})
        self.env.user.company_ids |= other
        self.assertNotEqual(self.price_list(company=other), self.five)
        self.club.company_ids |= other
        self.env["club.outlet"].create({"club_id": self.club.id, "company_id": other.id, "name": "Airport"})
        self.assertEqual(self.price_list(company=other), self.five)
        self.five.company_id = self.company
        self.assertNotEqual(self.price_list(company=other), self.five)
        self.assertEqual(self.price_list(), self.five)

    def test_one_query_more_for_any_number_of_contacts_and_none_without_tier_prices(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(20)])

        def cost():
            partners.mapped("property_product_pricelist")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            partners.mapped("property_product_pricelist")
            return self.cr.sql_log_count - before

        some = cost()
        self.silver.pricelist_id = False
        self.assertLessEqual(some - cost(), 2)

    # ------------------------------------------------------------------ registers
    def test_registers_that_take_part_get_it(self):
        self.assertIn(self.five, self.register.available_pricelist_ids)
        self.assertTrue(self.register.use_pricelist)

    def test_open_register_gets_it_when_it_opens_next(self):
        session = self.open_session()
        ten = self.gold.pricelist_id = self._pricelist("Gold 10 %", 10)
        self.assertNotIn(ten, self.register.available_pricelist_ids)
        self.assertIn("Counter", self.gold.pricelist_text)
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")
        self.open_session()
        self.assertIn(ten, self.register.available_pricelist_ids)
        self.gold.invalidate_recordset(["pricelist_text"])
        self.assertFalse(self.gold.pricelist_text)

    def test_it_goes_with_the_tier_the_outlet_and_the_register_and_others_stay(self):
        own = self._pricelist("Own", 1)
        self.register.available_pricelist_ids |= own
        for record, values in (
            (self.silver, {"pricelist_id": False}),
            (self.outlet, {"is_opted_in": False}),
            (self.register, {"club_outlet_id": False}),
        ):
            with self.subTest(**values), self.cr.savepoint() as savepoint:
                record.write(values)
                self.assertNotIn(self.five, self.register.available_pricelist_ids)
                self.assertIn(own, self.register.available_pricelist_ids)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_register_keeps_what_its_merchant_put_there(self):
        self.register.available_pricelist_ids |= (six := self._pricelist("Six", 6))
        self.gold.pricelist_id = six
        self.gold.pricelist_id = False
        self.assertIn(six, self.register.available_pricelist_ids)

    def test_register_in_another_currency_does_not_get_it(self):
        dear = self._pricelist("Dear", 5, currency_id=self.env.ref("base.CHF").id)
        self.gold.pricelist_id = dear
        self.assertNotIn(dear, self.register.available_pricelist_ids)
        self.assertFalse(self.gold.pricelist_text)

    def test_register_asks_for_a_customers_terms(self):
        self.env.flush_all()
        terms = self.till().club_terms(self.ada.id)
        self.assertEqual((terms["program_ids"], terms["pricelist_id"]), ([], self.five.id))
        self.lose_tier()
        self.assertNotEqual(self.till().club_terms(self.ada.id)["pricelist_id"], self.five.id)
        self.assertEqual(self.till().club_terms("1")["pricelist_id"], False)
        portal = self.env["res.users"].create(
            {"name": "Eve", "login": "eve", "group_ids": [Command.set(self.env.ref("base.group_portal").ids)]}
        )
        with self.assertRaises(AccessError):
            self.register.with_user(portal).club_terms(self.ada.id)

    def test_register_knows_whether_to_ask(self):
        configs = self.env["pos.config"]
        self.assertTrue(configs._load_pos_data_read(self.register, self.register)[0]["_club_prices"])
        self.silver.pricelist_id = False
        self.assertFalse(configs._load_pos_data_read(self.register, self.register)[0]["_club_prices"])
