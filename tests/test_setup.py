from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import ClubCommon


class SetupCommon(ClubCommon):
    """A company without a club; the club "Beans" is off, and elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.used = cls.club
        cls.outlet.unlink()
        cls.club.action_switch_off()
        cls.club.company_ids = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.env["club.club"].search([("company_ids", "in", cls.company.ids)]).active = False
        cls.env["club.setup"].search([]).unlink()
        cls.env.invalidate_all()


@tagged("post_install", "-at_install", "loyalty_club")
class TestSetup(SetupCommon):
    """The checklist leads from nothing to the first award."""

    def opened(self):
        action = self.env["club.club"].action_open_app()
        self.assertEqual(action["res_model"], "club.setup")
        return self.env["club.setup"].browse(action["res_id"])

    def assertOpensFigures(self, env=None):
        self.assertNotEqual((env or self.env)["club.club"].action_open_app().get("res_model"), "club.setup")

    def test_addresses_are_those_of_the_menu(self):
        """Who opens an address stands before their own company's record, under the app's menu."""
        for name, path in (("club_setup_action_own", "loyalty-setup"), ("club_club_action_own", "loyalty-club")):
            server_action = self.env.ref(f"loyalty_club.{name}")
            menus = self.env["ir.ui.menu"].search([("action", "=", f"ir.actions.server,{server_action.id}")])
            self.assertEqual((server_action.path, len(menus)), (path, 1))
            action = server_action.run()
            self.assertFalse(action.get("path"), "the client keeps the address of the menu's action")
        self.assertEqual(self.opened().company_id, self.company)

    # ------------------------------------------------------------------ the checklist
    def test_three_steps_and_the_first_award(self):
        setup = self.opened()
        self.assertEqual((setup.done_count, setup.club_id), (0, self.env["club.club"]))
        with self.assertRaisesRegex(UserError, "Say first what you reward"):
            setup.action_take_part()
        with self.assertRaisesRegex(UserError, "Say first what you reward and where"):
            setup.action_switch_on()
        with Form(setup) as form:
            form.club_name = "Nuts & Co"
            form.unit_name, form.unit_plural = "Nut", "Nuts"
        self.assertIn(self.register, setup.pos_config_ids)
        self.assertIn(self.website, setup.website_ids)
        setup.action_make_club()
        setup.invalidate_recordset()
        club = self.club = setup.club_id
        self.assertEqual((club.name, club.unit_ids.name_plural, club.state), ("Nuts & Co", "Nuts", "off"))
        self.assertIn("1 Nut for every", setup.club_text)
        setup.action_make_club()
        self.assertEqual(self.env["club.club"].search([("name", "=", "Nuts & Co")]), club)
        setup.write({"website_ids": False, "pos_config_ids": self.register.ids})
        setup.action_take_part()
        setup.action_take_part()
        self.assertEqual(club.outlet_ids.pos_config_ids, self.register)
        self.assertTrue(self.register.payment_method_ids.filtered(lambda method: method._is_club_tender()))
        setup.invalidate_recordset()
        self.assertEqual(setup.done_count, 2)
        self.assertIn(self.register.name, setup.place_text)
        setup.action_switch_on()
        setup.invalidate_recordset()
        self.assertEqual((setup.done_count, club.state), (3, "on"))
        self.assertIn("choose the customer", setup.award_text)
        self.sell([(self.cake, 1)], self.ada)
        self.assertEqual(self.opened(), setup, "the award is shown before the list goes")
        setup.invalidate_recordset()
        self.assertEqual((setup.done_count, setup.is_award_done), (3, True))
        self.assertIn("Ada: +10 Nuts with", setup.award_text)
        self.assertEqual(setup.action_open_award()["res_id"], setup.entry_id.id)
        setup.action_close()
        self.assertOpensFigures()
        self.assertEqual(self.env["club.setup"].action_open()["res_id"], setup.id)
        self.assertBalance(10)

    def test_settings_lead_to_the_checklist_and_then_to_the_club(self):
        settings = self.env["res.config.settings"].create({})
        action = settings.action_club_open()
        self.assertEqual(action["res_model"], "club.setup")
        self.env["club.setup"].browse(action["res_id"]).action_make_club()
        self.assertEqual(self.env["res.config.settings"].create({}).action_club_open()["res_model"], "club.club")

    def test_closed_it_stays_closed_and_within_reach(self):
        setup = self.opened()
        setup.action_close()
        self.assertOpensFigures()
        self.assertEqual(self.env["club.setup"].action_open()["res_id"], setup.id)

    def test_club_that_was_used_before_needs_no_checklist(self):
        self.used.write({"company_ids": [Command.set(self.company.ids)], "active": True})
        self.enrol()
        self.used.action_switch_on()
        self.opened()
        self.env["club.setup"].search([]).unlink()
        outlet = {"club_id": self.used.id, "name": "High Street", "pos_config_ids": [Command.set(self.register.ids)]}
        self.env["club.outlet"].create(outlet)
        self.sell([(self.cake, 1)], self.ada)
        self.assertOpensFigures()
        self.assertFalse(self.env["club.setup"].search([]))

    def test_cashiers_see_no_checklist_and_make_none(self):
        cashier = new_test_user(self.env, "setup_cashier", "loyalty_club.loyalty_club_group_user")
        self.assertOpensFigures(self.env(user=cashier))
        with self.assertRaises(AccessError):
            self.env(user=cashier)["club.setup"].action_open()
        with self.assertRaises(AccessError):
            self.used.with_user(cashier).set_up("cafe")

    def test_club_that_is_there_and_empty_can_be_filled(self):
        club = self.env["club.club"].create({"name": "By hand", "company_ids": [Command.set(self.company.ids)]})
        setup = self.opened()
        self.assertEqual((setup.club_id, setup.is_empty), (club, True))
        setup.ready_made = "boutique"
        setup.action_make_club()
        setup.invalidate_recordset()
        self.assertEqual((club.ready_made, club.name, setup.is_empty), ("boutique", "By hand", False))
        setup.ready_made = "cafe"
        with self.assertRaisesRegex(UserError, "By hand is set up already: Boutique"):
            setup.action_make_club()

    def test_manager_of_the_club_alone_sets_it_up(self):
        """Whoever has no right to registers, orders or products but looks after the club."""
        manager = new_test_user(self.env, "club_alone", "loyalty_club.loyalty_club_group_manager")
        env = self.env(user=manager)
        setup = env["club.setup"].browse(env["club.club"].action_open_app()["res_id"])
        with Form(setup) as form:
            form.ready_made = "boutique"
        self.assertIn(self.register, setup.pos_config_ids)
        setup.action_make_club()
        setup.action_take_part()
        setup.action_switch_on()
        club = setup.club_id
        self.assertEqual((club.state, self.register.club_outlet_id.club_id), ("on", club))
        with Form(club) as form:
            form.page_title = "Ours"
        reward = club.reward_ids[0]
        with Form(reward) as form:
            form.name = "A present"
        self.assertEqual((club.page_title, reward.name), ("Ours", "A present"))
        with self.assertRaises(AccessError):
            self.register.with_user(manager).name = "Mine"

    def test_names_must_be_there(self):
        setup = self.opened()
        setup.unit_plural = "  "
        with self.assertRaisesRegex(UserError, "Give the club a name"):
            setup.action_make_club()

    def test_places_of_others_are_refused(self):
        setup = self.opened()
        other = self.env["website"].create({"name": "Elsewhere", "company_id": self.used.company_ids.id})
        with self.assertRaisesRegex(ValidationError, "is of another company"):
            setup.website_ids = other
        setup.action_make_club()
        theirs = self.env["club.outlet"].create(
            {"club_id": self.used.id, "company_id": self.used.company_ids.id, "name": "Theirs"}
        )
        self.website.club_outlet_id = theirs
        setup.website_ids = self.website
        with self.assertRaisesRegex(UserError, "belongs to Beans"):
            setup.action_take_part()
        setup.website_ids = setup.pos_config_ids = False
        with self.assertRaisesRegex(UserError, "Tick at least one"):
            setup.action_take_part()

    def test_register_that_was_made_since_is_named_and_joins(self):
        setup = self.opened()
        setup.action_make_club()
        setup.write({"website_ids": self.website.ids, "pos_config_ids": False})
        setup.action_take_part()
        setup.invalidate_recordset()
        self.assertTrue(setup.is_place_done)
        self.assertIn(self.register.name, setup.free_text)
        setup.action_take_rest()
        setup.invalidate_recordset()
        self.assertFalse(setup.free_text)
        self.assertEqual(self.register.club_outlet_id.club_id, setup.club_id)

    def test_outlet_that_had_stopped_takes_part_again(self):
        setup = self.opened()
        setup.action_make_club()
        setup.write({"website_ids": False, "pos_config_ids": self.register.ids})
        setup.action_take_part()
        outlet = self.register.club_outlet_id
        outlet.is_opted_in = False
        setup.invalidate_recordset()
        self.assertFalse(setup.is_place_done)
        setup.action_take_part()
        self.assertTrue(outlet.is_opted_in)

    # ------------------------------------------------------------------ ready-made
    def ready(self, kind):
        """A club made by the checklist with that set-up, on, at the register."""
        setup = self.opened()
        setup.write({"website_ids": False, "pos_config_ids": self.register.ids})
        with Form(setup) as form:
            form.ready_made = kind
            text = form.ready_made_text
        setup.action_make_club()
        setup.action_take_part()
        self.club = setup.club_id
        self.assertEqual(set(self.club.program_ids.mapped("state")), {"draft"})
        self.assertIn("go live with it", self.club.switch_text)
        made = self.counts()
        self.club.set_up(kind)
        self.assertEqual(self.counts(), made, "the same again changes nothing")
        other = "grocer" if kind == "cafe" else "cafe"
        with self.assertRaisesRegex(UserError, "is set up already.*programs"):
            self.club.set_up(other)
        setup.action_switch_on()
        self.assertEqual(set(self.club.program_ids.mapped("state")), {"live"})
        return text

    def counts(self):
        club = self.club
        return [len(club[name]) for name in ("program_ids", "reward_ids", "unit_ids", "tier_ids", "pool_ids")]

    def test_cafe_gives_points_and_stamps_and_the_tenth_visit_is_a_voucher(self):
        self.assertIn("A stamp a visit", self.ready("cafe"))
        points, stamps = self.club.unit_ids.sorted("sequence")
        self.sell([(self.cake, 3)], self.ada)
        self.sell([(self.cake, 1)], self.ada)
        had = {account.unit_id: account.balance for account in self.member().account_ids}
        self.assertEqual(had, {points: 40, stamps: 1})
        self.member().adjust(stamps.id, 9, "From the paper card")
        [voucher] = self.member().voucher_ids
        self.assertEqual((voucher.price, voucher.program_id.reward_ids.discount), (10, 5))
        self.assertCoherent()

    def test_boutique_has_tiers_and_vouchers_to_buy(self):
        self.ready("boutique")
        self.assertEqual(self.club.tier_ids.mapped("name"), ["Member", "Silver", "Gold"])
        self.sell([(self.coffee, 5)], self.ada)
        self.assertEqual(self.member().tier_id.name, "Silver")
        self.sell([(self.coffee, 1)], self.ada)
        reward = self.club.reward_ids.sorted("club_price")[0]
        self.member().buy_voucher(reward.id, "her first")
        self.assertBalance(500 + 125 - 400)

    def test_grocer_gives_a_share_back_that_pays(self):
        self.ready("grocer")
        self.assertEqual((self.club.unit_ids.kind, self.club.unit_ids.name_plural), ("cashback", "cashback"))
        self.assertTrue(self.club.is_redeem_allowed)
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(200)

    def test_whatever_a_merchant_made_is_not_touched(self):
        club = self.env["club.club"].create({"name": "Own", "company_ids": [Command.set(self.company.ids)]})
        self.env["club.tier"].create({"club_id": club.id, "name": "Silver", "threshold": 5})
        club.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "several tiers"):
            club.set_up("cafe")
        with self.assertRaisesRegex(UserError, "no such set-up"):
            club.set_up("bakery")
        self.assertFalse(club.program_ids)

    def test_draft_that_was_dropped_or_made_by_hand_stays_so(self):
        club = self.env["club.club"].create({"name": "Own", "company_ids": [Command.set(self.company.ids)]})
        club.set_up("cafe")
        mine = self.env["club.program"].create({"name": "Mine", "tier_id": club.tier_ids.id})
        points = club.program_ids.filtered(lambda program: program.unit_kind == "points") - mine
        points.unlink()
        club.invalidate_recordset()
        club.action_switch_on()
        self.assertEqual(mine.state, "draft")
        self.assertEqual((club.program_ids - mine).mapped("state"), ["live"])

    def test_currency_without_cents_gets_figures_that_are_worth_something(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        club = self.env["club.club"].create(
            {"name": "Yen", "company_ids": [Command.set(self.company.ids)], "currency_id": yen.id}
        )
        club.set_up("boutique")
        self.assertEqual(club.program_ids.mapped("ratio"), [100])
        self.assertEqual(club.reward_ids.reward_ids.sorted("discount").mapped("discount"), [500, 2500])
