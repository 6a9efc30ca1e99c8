from lxml import html
from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install", "loyalty_club")
class TestDemo(HttpCase):
    """The demo merchant as somebody meets it who has just installed the add-on with demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club = cls.demo("club")

    @classmethod
    def demo(cls, name):
        return cls.env.ref(f"loyalty_club.demo_{name}")

    def member(self, name):
        return self.demo(f"partner_{name}").club_member_ids

    def test_no_other_points_or_coupons_are_on_its_receipts_and_in_its_carts(self):
        register = self.env.ref("loyalty_club.demo_register")
        kinds = ("loyalty", "next_order_coupons")
        native = self.env["loyalty.program"].search([("program_type", "in", kinds), ("club_id", "=", False)])
        self.assertEqual(set(native.mapped("program_type")), set(kinds))
        for program in native:
            self.assertTrue(program.pos_config_ids)
            self.assertNotIn(register, program.pos_config_ids)
            self.assertFalse(program.ecommerce_ok)
        member = self.member("ada")
        self.assertFalse(native.coupon_ids.filtered(lambda card: card.partner_id == member.partner_id))

    def test_prizes_have_names_of_their_own(self):
        prizes = (self.demo("game_wheel") | self.demo("game_scratch")).prize_ids
        named = self.env["ir.model.data"].search([("module", "=", "loyalty_club"), ("model", "=", prizes._name)])
        self.assertEqual(set(named.mapped("res_id")), set(prizes.ids))

    def test_shop_is_open(self):
        self.assertEqual((self.club.state, self.club.is_redeem_allowed), ("on", True))
        outlet = self.demo("outlet")
        self.assertTrue(outlet.is_opted_in)
        self.assertEqual(outlet.website_ids, self.env.ref("website.default_website"))
        self.assertEqual(outlet.team_ids, self.demo("team"))
        methods = self.demo("register").payment_method_ids
        self.assertEqual(set(methods.mapped("name")), {"Cash", "Card", "Loyalty"})

    def test_tiers_earn_faster_one_after_the_other(self):
        tiers = self.club.tier_ids.sorted("threshold")
        self.assertEqual(tiers.mapped("threshold"), [0, 500, 1500])
        self.assertEqual(tiers.mapped("name"), ["Member", "Silver", "Gold"])
        beans = {p.tier_id: p.ratio for p in tiers.program_ids if p.unit_id == self.demo("unit")}
        rates = [beans[tier] / tier.multiplier for tier in tiers]
        self.assertEqual(rates, [1, 0.8, 0.5])
        self.assertEqual(set(tiers.program_ids.mapped("state")), {"live"})
        self.assertEqual(self.demo("program_member").name, "Beans Rewards")
        self.assertEqual(self.demo("program_gold").portion_count, 2)

    def test_bands(self):
        bands = self.club.condition_ids.sorted("minimum_total")
        self.assertEqual([(b.minimum_total, b.maximum) for b in bands], [(20, 50), (50, 100), (100, 250)])

    def test_members_stand_where_their_orders_brought_them(self):
        reached = {name: self.member(name).tier_id.name for name in ("ada", "grace", "linus", "noor", "tom", "mei")}
        self.assertEqual(reached.pop("ada"), "Gold")
        self.assertEqual(reached.pop("grace"), "Silver")
        self.assertEqual(set(reached.values()), {"Member"})
        self.assertFalse(self.member("olga"), "whoever has bought nothing yet is no member")
        self.assertEqual(self.club.prove(), [])

    def test_adas_balance_has_every_part(self):
        balance, stamps = self.member("ada").get_balance()
        self.assertGreater(int(stamps["active"]), 5)
        self.assertGreater(int(balance["active"]), 1000)
        self.assertTrue(balance["inactive"], "the second half of a gold award waits")
        soon = fields.Date.to_string(fields.Date.add(fields.Date.today(), days=31))
        self.assertTrue([part for part in balance["expiring"] if part["expires_on"] <= soon])

    def test_ledger_tells_of_all_that_happens_in_a_shop(self):
        entries = self.env["club.entry"].search([("account_id.club_id", "=", self.club.id)])
        kinds = {"award", "spend", "clawback", "expire", "adjust_in", "voucher"}
        self.assertLessEqual(kinds, set(entries.mapped("kind")))
        known, told = {"pos.order", "sale.order", "loyalty.program", False}, set(entries.mapped("source_model"))
        self.assertEqual(told, known | ({"club.goal"} & told))
        span = max(entries.mapped("business_at")) - min(entries.mapped("business_at"))
        self.assertGreater(span.days, 300)
        self.assertLessEqual(max(entries.mapped("created_at")), fields.Datetime.now())

    def test_past_sessions_are_closed_and_the_register_opens(self):
        register = self.demo("register")
        sessions = self.env["pos.session"].search([("config_id", "=", register.id)])
        self.assertTrue(sessions)
        self.assertEqual(set(sessions.mapped("state")), {"closed"})
        self.assertEqual(set(sessions.move_id.mapped("state")), {"posted"})
        for session in sessions:
            closed_at = fields.Datetime.context_timestamp(session.with_context(tz=self.club.tz), session.stop_at)
            self.assertEqual(session.move_id.date, closed_at.date())
        register.with_user(self.demo("user_barista")).open_ui()
        self.assertTrue(register.current_session_id)

    def test_webshop_orders_are_paid_and_delivered(self):
        orders = self.env["sale.order"].search([("pricelist_id", "=", self.demo("pricelist").id)])
        self.assertTrue(orders)
        self.assertEqual(set(orders.mapped("invoice_status")), {"invoiced"})
        self.assertEqual(set(orders.mapped("delivery_status")), {"full"})
        self.assertEqual(set(orders.invoice_ids.mapped("amount_residual")), {0})

    def test_wheel_and_scratch_card_wait_for_ada(self):
        self.authenticate("ada", "ada")
        text = " ".join(html.fromstring(self.url_open("/my/club/games").text).text_content().split())
        for words in ("Wheel of Beans", "You have 2 plays.", "Morning Scratch", "Your free play of today is here."):
            self.assertIn(words, text)

    def test_ada_is_on_the_way_to_her_goals(self):
        self.authenticate("ada", "ada")
        text = " ".join(html.fromstring(self.url_open("/my/club").text).text_content().split())
        for words in ("Three in a Month", "3 visits", "Every Morning", "4 days in a row", "25 Beans"):
            self.assertIn(words, text)

    def test_three_rewards_and_adas_voucher(self):
        rewards = self.demo("reward_coffee") | self.demo("reward_tenth") | self.demo("reward_delivery")
        self.assertEqual(self.club.reward_ids, rewards)
        self.assertEqual(rewards.reward_ids.mapped("reward_type"), ["product", "discount", "shipping"])
        ada = self.member("ada")
        self.assertEqual((ada.voucher_ids.program_id, ada.voucher_ids.state), (self.demo("reward_coffee"), "owned"))
        self.assertEqual(len(ada.rewards_in_reach()), 3)
        self.authenticate("ada", "ada")
        page = html.fromstring(self.url_open("/my/club/rewards").text)
        text = " ".join(page.text_content().split())
        for name in ("My vouchers", "Free Flat White", "80 Beans", "10 % Off Your Order", "Free Delivery"):
            self.assertIn(name, text)
        self.assertFalse(self.env["mail.mail"].search([("subject", "like", "voucher")]))

    def test_ada_sees_her_own_page(self):
        self.authenticate("ada", "ada")
        page = html.fromstring(self.url_open("/my/club").text)
        text = " ".join(page.text_content().split())
        self.assertIn("Bean & Brew", text)
        self.assertIn("Gold", text)
        self.assertIn("will be available on", text)

    def test_barista_may_look_up_members_but_not_adjust(self):
        barista = self.demo("user_barista")
        self.authenticate("barista", "barista")
        self.assertTrue(barista.has_group("loyalty_club.loyalty_club_group_user"))
        self.assertFalse(barista.has_group("loyalty_club.loyalty_club_group_manager"))
        self.assertEqual(self.club.with_user(barista).find_member(query="ada byron"), self.member("ada"))

    def test_products_are_sold_in_both_channels(self):
        products = self.env["product.template"].search([("categ_id", "=", self.demo("product_category").id)])
        self.assertGreaterEqual(len(products), 12)
        self.assertTrue(all(products.mapped("available_in_pos")) and all(products.mapped("is_published")))
        self.assertTrue(all(products.mapped("image_1920")))
