from lxml import etree
from odoo import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ClubCommon

ACTIONS = (
    "club_member_action", "club_program_action", "club_tier_action", "club_condition_action",
    "club_ratio_action", "club_entry_action", "club_account_action", "club_hold_action",
    "club_outcome_action", "club_club_action",
    "club_unit_action", "club_outlet_action", "club_pool_action",
)  # fmt: skip


@tagged("post_install", "-at_install", "loyalty_club")
class TestScreens(ClubCommon):
    """Every list opens, filters and groups; every number leads to what it is made of."""

    def setUp(self):
        super().setUp()
        self.ada.phone = "+44 20 7946 0101"
        self.order = self.sell([(self.coffee, 1)], self.ada)

    def _search_arch(self, action):
        model = self.env[action.res_model]
        return model, etree.fromstring(model.get_views([(False, "search")])["views"]["search"]["arch"])

    def test_every_screen_opens_for_staff(self):
        staff = new_test_user(self.env, "staff", "loyalty_club.loyalty_club_group_user")
        for name in ACTIONS:
            action = self.env.ref(f"loyalty_club.{name}")
            for user in (staff, self.env.ref("base.user_admin")):
                model = self.env(user=user)[action.res_model]
                views = model.get_views([(False, mode) for mode in action.view_mode.split(",")])["views"]
                for mode, view in views.items():
                    shown = {
                        node.get("name")
                        for node in etree.fromstring(view["arch"]).xpath("//field[not(ancestor::field)]")
                    }
                    with self.subTest(action=name, user=user.login, mode=mode):
                        model.search_read([], list(shown & model._fields.keys()), limit=2)

    def test_every_filter_and_group_works(self):
        for name in ACTIONS:
            model, arch = self._search_arch(self.env.ref(f"loyalty_club.{name}"))
            for node in arch.xpath("//filter"):
                with self.subTest(action=name, filter=node.get("name")):
                    if node.get("domain"):
                        model.search(safe_eval(node.get("domain")))
                    elif node.get("date"):
                        self.assertIn(node.get("date"), model._fields)
                    else:
                        group = safe_eval(node.get("context"))["group_by"]
                        model._read_group([], [group], ["__count"])
                        described = model.fields_get([group.split(":")[0]], ["groupable"])
                        self.assertTrue(described[group.split(":")[0]]["groupable"])
            for node in arch.xpath("//field[@filter_domain]"):
                with self.subTest(action=name, field=node.get("string")):
                    model.search(safe_eval(node.get("filter_domain"), {"self": "Ada"}))
            self.assertTrue(arch.xpath("//filter"), name)

    def _found(self, action, field, words):
        """What the search box finds when these words are typed for that field."""
        model, arch = self._search_arch(self.env.ref(f"loyalty_club.{action}"))
        [node, *_] = arch.xpath(f"//field[@name='{field}']")
        domain = node.get("filter_domain")
        return model.search(safe_eval(domain, {"self": words}) if domain else [(field, "ilike", words)])

    def test_history_is_found_by_customer_and_by_order(self):
        self.sell([(self.coffee, 1)], self.bob)
        entry = self.member().account_ids.entry_ids
        self.assertEqual(self._found("club_entry_action", "source_name", self.order.name), entry)
        for words in ("Ada", "7946 0101", "ada@example", self.member().card_number):
            with self.subTest(words=words):
                found = self._found("club_entry_action", "member_id", words)
                self.assertIn(entry, found)
                self.assertNotIn(self.bob, found.member_id.partner_id)
                self.assertIn(self.member(), self._found("club_member_action", "partner_id", words))

    def test_reason_of_an_order_is_found_by_customer_and_by_order(self):
        self.program.action_end()
        order = self.sell([(self.coffee, 1)], self.ada)
        found = self._found("club_outcome_action", "source_name", order.name)
        self.assertEqual(found.message, self.env["club.outcome"]._texts()["no_program"])
        self.assertEqual(found.action_open_source()["res_id"], order.id)
        self.assertIn(found, self._found("club_outcome_action", "member_id", "Ada"))

    def test_order_leads_to_its_calculation(self):
        self.assertEqual(self.order.club_points_text, "+100 Beans")
        action = self.order.action_club_explain()
        entry = self.env["club.entry"].browse(action["res_id"])
        self.assertEqual(entry.action_open_source()["res_id"], self.order.id)
        rows = etree.HTML(str(entry.explanation)).xpath("//tbody/tr")
        self.assertEqual([cell.text for cell in rows[0]][::2], ["Coffee", "100"])
        self.refund(self.order)
        self.env.invalidate_all()
        self.assertEqual(len(self.env["club.entry"].search(self.order.action_club_explain()["domain"])), 2)
        self.assertFalse(self.order.action_club_explain()["res_id"])

    def test_refund_order_says_it_is_one(self):
        refund = self.refund(self.order)
        self.assertEqual(refund.club_explanation, self.env["club.outcome"]._texts()["refund"])
        self.assertFalse(refund.club_points_text)

    def test_invoice_of_an_order_stays_quiet(self):
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self.assertTrue(order.club_explanation)
        self.assertFalse(self.invoice(order).club_explanation)

    def test_member_form_shows_what_there_is(self):
        member = self.member()
        account = member.open_account_ids
        self.assertEqual((account.active_amount, account.held_amount, account.debt_text), (100, 0, ""))
        self.assertEqual(member.tier_gap, "400 Beans to Silver")
        self.assertEqual(member.recent_entry_ids.mapped("source_name"), [self.order.name])
        buttons = etree.fromstring(member.get_view(view_type="form")["arch"]).iter("button")
        answer = self.env["club.why"].new({"question": member.card_number}).answer
        self.assertTrue({"Adjust", "Grant Plays", "Why?"} <= {button.get("string") for button in buttons})
        self.assertIn(member.display_name, answer, "what the button asks has an answer")
        self.env["club.hold"]._authorise(
            account, 30, 0.3, self.company.currency_id, "pos", ("pos.order", "key"), "payment"
        )
        self.env.invalidate_all()
        self.assertEqual((account.held_amount, member.open_hold_ids.amount), (30, 30))

    def test_member_form_shows_inactive_and_owed(self):
        self.program.action_end()
        late = self.env["club.program"].create(
            {"name": "Late", "tier_id": self.tier.id, "portion_count": 2, "portion_interval_days": 30}
        )
        late.action_go_live()
        self.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (self.club.on_since, late.id))
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.sell([(self.coffee, 1)], self.bob)
        account = self.member(self.bob).open_account_ids
        self.assertEqual(account.active_amount, 50)
        self.assertIn("50 Beans available on", account.inactive_text)
        self.member().adjust(self.unit.id, -100, "Used elsewhere")
        self.refund(self.order)
        self.assertEqual(self.member().open_account_ids.debt_text, "100 Beans owed")

    def test_contact_leads_to_the_member(self):
        self.assertEqual(self.ada.club_balance, "100 Beans")
        self.assertEqual(self.ada.action_club_member()["res_id"], self.member().id)

    def test_member_is_added_on_the_form(self):
        form = Form(self.env["club.member"])
        form.club_id, form.partner_id = self.club, self.bob
        self.assertEqual(form.save(), self.member(self.bob))

    def test_outlet_takes_over_a_register(self):
        with Form(self.env["club.outlet"]) as form:
            form.club_id, form.name = self.club, "Station"
        form.record.pos_config_ids = [Command.link(self.register.id)]
        self.assertEqual(self.register.club_outlet_id.name, "Station")
        self.assertFalse(self.outlet.pos_config_ids)

    def test_settings_of_register_and_website_name_their_outlet(self):
        settings = self.env["res.config.settings"].create({"pos_config_id": self.register.id})
        self.assertEqual(settings.pos_club_outlet_id, self.outlet)
        self.env["res.config.settings"].create(
            {"pos_config_id": self.register.id, "pos_club_outlet_id": False}
        ).execute()
        self.assertFalse(self.register.club_outlet_id)
        settings = self.env["res.config.settings"].create({"website_id": self.website.id})
        self.assertEqual(settings.website_club_outlet_id, self.outlet)
