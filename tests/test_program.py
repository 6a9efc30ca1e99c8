from freezegun import freeze_time
from lxml import etree
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestProgram(ClubCommon):
    """Programs, tiers, conditions and ratios: what may be saved, what is locked, what is said."""

    def setUp(self):
        super().setUp()
        (self.env["club.club"].search([]) - self.club).active = False

    def _draft(self, **vals):
        return self.env["club.program"].create({"name": "Silver Beans", "tier_id": self.silver.id, **vals})

    def assertRefused(self, words, action, error=UserError):
        with self.assertRaises(error) as refused:
            action()
        self.assertIn(words, str(refused.exception))

    # ------------------------------------------------------------------ programs
    def test_program_without_a_tier_is_refused(self):
        self.assertRefused("belongs to a membership tier", lambda: self.env["club.program"].create({"name": "Orphan"}))
        form = Form(self.env["club.program"])
        form.name = "Orphan"
        with self.assertRaises(AssertionError):
            form.save()

    def test_draft_earns_nothing_and_live_earns(self):
        self.program.action_end()
        draft = self._draft(tier_id=self.tier.id, ratio=10)
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_entry_ids)
        draft.action_go_live()
        self.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (self.club.on_since, draft.id))
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(10)

    def test_live_program_locks_its_earning_fields(self):
        locked = {
            "tier_id": self.gold.id,
            "ratio": 3,
            "level": 1,
            "validity_days": 5,
            "validity_months": 5,
            "outlet_ids": [Command.set(self.outlet.ids)],
            "portion_count": 2,
            "portion_interval_days": 3,
        }
        for name, value in locked.items():
            with self.subTest(field=name):
                self.assertRefused("Choose Revise", lambda name=name, value=value: self.program.write({name: value}))
        self.program.write({"name": "Beans for all", "description": "<p>Collect.</p>"})
        self.assertEqual(self.program.name, "Beans for all")

    def test_form_shows_locked_fields_as_readonly(self):
        arch = etree.fromstring(self.env["club.program"].get_views([(False, "form")])["views"]["form"]["arch"])
        for name in (
            "tier_id",
            "unit_id",
            "ratio",
            "level",
            "validity_days",
            "validity_months",
            "outlet_ids",
            "portion_count",
        ):
            self.assertEqual(arch.xpath(f"//field[@name='{name}']")[0].get("readonly"), "state != 'draft'", name)

    def test_one_tier_always_starts_at_zero(self):
        with self.assertRaisesRegex(UserError, "starts at 0"):
            self.tier.unlink()
        with self.assertRaisesRegex(UserError, "starts at 0"):
            self.tier.threshold = 100
        with self.assertRaisesRegex(UserError, "starts at 0"):
            self.club.tier_ids.unlink()

    def test_revise_replaces_at_a_date(self):
        self.program.action_revise()
        draft = self.env["club.program"].search([("revision_of_id", "=", self.program.id)])
        soon = fields.Datetime.add(fields.Datetime.now(), days=3)
        draft.write({"ratio": 0.5, "start_at": soon})
        draft.action_go_live()
        self.assertEqual((self.program.state, self.program.ended_at), ("live", soon))
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(100)
        rules = self.club._rulebook()
        later = fields.Datetime.add(soon, seconds=1)
        self.assertEqual(rules.program_for(self.unit.id, self.tier.id, self.outlet.id, later).id, draft.id)
        self.env["club.program"]._cron_end()
        self.assertEqual(self.program.state, "live")
        with freeze_time(later):
            self.env["club.program"]._cron_end()
        self.assertEqual(self.program.state, "ended")

    def test_revise_replaces_at_the_moment_it_goes_live(self):
        draft = self.env["club.program"].browse(self.program.action_revise()["res_id"])
        self.assertEqual((draft.state, draft.revision_of_id, draft.ratio), ("draft", self.program, 1))
        self.assertEqual(self.program.action_revise()["res_id"], draft.id)
        draft.ratio = 2
        draft.action_go_live()
        self.assertEqual((self.program.state, draft.state), ("ended", "live"))
        self.assertEqual(self.program.ended_at, draft.live_from)

    def test_states_are_not_typed_in(self):
        for vals in ({"state": "draft"}, {"live_from": fields.Datetime.now()}, {"ended_at": False}):
            with self.subTest(vals=vals):
                self.assertRefused("Use Go Live", lambda vals=vals: self.program.write(vals))
        for vals in ({"state": "live"}, {"live_from": "2020-01-01 00:00:00"}):
            with self.subTest(vals=vals):
                self.assertRefused("starts as a draft", lambda vals=vals: self._draft(**vals))
        self.assertRefused("is not a draft", self.program.action_go_live)
        self.assertRefused("Only a live program", self._draft().action_revise)

    def test_live_program_is_neither_archived_nor_deleted(self):
        self.assertRefused("not archived", self.program.action_archive)
        self.assertRefused("stays in the history", self.program.unlink)
        self.program.action_end()
        self.program.action_archive()
        self.assertFalse(self.program.active)

    def test_archived_program_still_counts_for_orders_of_its_time(self):
        """A register that was offline sends its order after the program ended and was put away."""
        order = self.ui_order([(self.coffee, 1)], [(self.cash, 121.0)], self.ada)
        order["date_order"] = fields.Datetime.to_string(fields.Datetime.now())
        self.env.cr.execute(
            "UPDATE club_program SET state = 'ended', active = FALSE,"
            " ended_at = now() AT TIME ZONE 'UTC' + interval '1 hour' WHERE id = %s",
            (self.program.id,),
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.sync(order)
        self.assertBalance(100)

    @mute_logger("odoo.sql_db")
    def test_absurd_figures_are_refused(self):
        for vals in (
            {"ratio": 0},
            {"ratio": -1},
            {"ratio": 10_000_000},
            {"portion_count": 0},
            {"portion_count": 500},
            {"portion_interval_days": -1},
            {"validity_days": -1},
            {"validity_days": 100_000},
            {"validity_months": -1},
            {"validity_months": 10_000},
            {"validity_days": 30, "validity_months": 1},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._draft(**vals).flush_recordset()

    def test_summary_says_it_in_words(self):
        draft = self._draft(ratio=2, portion_count=3, portion_interval_days=30)
        self.assertEqual(
            draft.summary,
            f"Silver: 1 Bean per {self.club.currency_id.format(2)}, in 3 portions 30 days apart",
        )

    # ------------------------------------------------------------------ tiers
    def test_tier_without_live_program_warns(self):
        self.assertEqual(self.tier.program_warning, "")
        self.assertIn("earn as Member members do", self.silver.program_warning)
        draft = self._draft()
        self.assertTrue(self.silver.program_warning)
        draft.action_go_live()
        self.assertEqual(self.silver.program_warning, "")
        self.assertIn("earn as Silver members do", self.gold.program_warning)
        draft.action_end()
        self.program.action_end()
        self.assertIn("earn nothing", self.silver.program_warning)

    def test_new_tier_form_opens_a_draft_for_it(self):
        action = self.silver.action_add_program()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.name = "Silver Beans"
        self.assertEqual(form.save().tier_id, self.silver)

    @mute_logger("odoo.sql_db")
    def test_tiers_do_not_start_at_the_same_total(self):
        for vals in ({"threshold": 500}, {"threshold": -1}, {}, {"threshold": 900, "multiplier": 0}):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["club.tier"].create({"club_id": self.club.id, "name": "Again", **vals})

    # ------------------------------------------------------------------ conditions, ratios, units
    @mute_logger("odoo.sql_db")
    def test_conditions_read_as_sentences_and_refuse_duplicates(self):
        condition = self.env["club.condition"].create({"club_id": self.club.id, "minimum_total": 20, "maximum": 50})
        self.assertEqual(condition.display_name, f"from {self.club.currency_id.format(20)}: at most 50 Beans")
        for vals in (
            {"minimum_total": 20, "maximum": 70},
            {"minimum_total": 30, "maximum": 0},
            {"minimum_total": -1, "maximum": 5},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["club.condition"].create({"club_id": self.club.id, **vals})

    def test_product_ratio_is_set_on_the_product_itself(self):
        template = self.coffee.product_tmpl_id
        with Form(template) as form, form.club_ratio_ids.new() as line:
            line.unit_id = self.unit
            line.ratio = 4
        self.assertEqual(template.club_ratio_ids.sentence, f"Coffee: 1 Bean per {self.club.currency_id.format(4)}")
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(25)
        self.assertRefused(
            "one product, variant or category",
            lambda: self.env["club.ratio"].create({"unit_id": self.unit.id, "ratio": 1}),
        )

    def test_category_ratio_yields_to_the_variants_own(self):
        self.coffee.categ_id = self.env["product.category"].create({"name": "Hot drinks"})
        with Form(self.coffee.categ_id) as form, form.club_ratio_ids.new() as line:
            line.unit_id = self.unit
            line.ratio = 10
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(10)
        self.env["club.ratio"].create({"unit_id": self.unit.id, "product_id": self.coffee.id, "ratio": 50})
        self.sell([(self.coffee, 1)], self.ada)
        self.assertBalance(12)

    def test_unit_says_what_it_is_worth(self):
        self.assertEqual(self.unit.value_text, f"100 Beans = {self.club.currency_id.format(1)}")
        self.assertEqual(self.club.unit_value_text, self.unit.value_text)
        stamps = self.env["club.unit"].create({"club_id": self.club.id, "kind": "stamps", "name": "stamp"})
        self.assertEqual(stamps.value_text, "They fill a card")
        stamps.name_plural = "Coffee Stamps"
        self.assertEqual(stamps.display_name, "Coffee Stamps", "a name is shown as it was typed")

    # ------------------------------------------------------------------ the club and its settings
    def test_unknown_time_zone_is_refused_with_a_sentence(self):
        for record in (self.club, self.outlet):
            with self.assertRaisesRegex(ValidationError, "There is no time zone Mars/Base"):
                record.tz = "Mars/Base"
        with self.assertRaisesRegex(ValidationError, "There is no time zone"):
            self.env["club.outlet"].create({"club_id": self.club.id, "name": "Far", "tz": "Mars/Base"})

    def test_switch_says_what_it_does(self):
        self.assertIn("live programs: 1", self.club.switch_text)
        self.assertIn("Switching off", self.club.switch_text)
        self.club.action_switch_off()
        self.assertIn("Switching on", self.club.switch_text)
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertFalse(order.club_entry_ids)

    def test_settings_switch_and_gate(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual((settings.club_id, settings.club_is_on), (self.club, True))
        settings = self.env["res.config.settings"].create({"club_is_on": False, "club_is_redeem_allowed": False})
        settings.execute()
        self.assertEqual((self.club.state, self.club.is_redeem_allowed), ("off", False))

    def test_menu_opens_the_only_club(self):
        self.assertEqual(self.env["club.club"].action_open_own()["res_id"], self.club.id)
        self.env["club.club"].create({"name": "Second"})
        self.assertFalse(self.env["club.club"].action_open_own().get("res_id"))

    # ------------------------------------------------------------------ adjusting
    def test_adjust_keeps_its_reason(self):
        member = self.enrol()
        form = Form(self.env["club.adjust"].with_context(default_member_id=member.id))
        form.amount = 25
        form.reason = "A cold flat white"
        self.assertEqual(form.preview, "0 Beans now, 25 Beans afterwards")
        form.save().action_adjust()
        self.assertBalance(25)
        entry = member.recent_entry_ids
        self.assertEqual(
            (entry.reason, entry.actor, entry.kind), ("A cold flat white", self.env.user.name, "adjust_in")
        )

    def test_adjust_refuses_more_than_there_is(self):
        member = self.enrol(points=10)
        for vals in ({"direction": "remove", "amount": 11}, {"amount": 0}, {"amount": -5}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.env["club.adjust"].create({"member_id": member.id, "reason": "Try", **vals}).action_adjust()
        self.assertBalance(10)

    def test_adjust_is_for_managers(self):
        member = self.enrol()
        cashier = new_test_user(self.env, "till", "point_of_sale.group_pos_user")
        self.assertRefused(
            "club.adjust",
            lambda: self.env["club.adjust"].with_user(cashier).create({"member_id": member.id}),
            AccessError,
        )
