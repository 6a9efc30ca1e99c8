from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ClubCommon
from .test_guests import GuestCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestAttacksRules(ClubCommon):
    """What a rule names goes away under it, and figures of a rule that nobody types."""

    def bonus(self, **vals):
        """A rule that has been on for thirty days."""
        bonus = self.env["club.bonus"].create({"name": "Double", "club_id": self.club.id} | vals)
        bonus.live_from = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        self.env.flush_all()
        return bonus

    def earned(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        return sum(order.club_entry_ids.mapped("amount"))

    def test_when_something_began_is_typed_by_nobody_and_switches_work_all_the_same(self):
        manager = new_test_user(self.env, "manager", "loyalty_club.loyalty_club_group_manager")
        club, outlet = self.club.with_user(manager), self.outlet.with_user(manager)
        past = "2020-01-01 00:00:00"
        for record, name in (
            (club, "on_since"), (club, "inactivity_since"), (club, "earn_since"), (outlet, "opted_in_at"),
            (outlet, "pool_since"),
        ):  # fmt: skip
            with self.subTest(name), self.assertRaisesRegex(UserError, "noted by itself"):
                record.write({name: past})
        club.write({"is_earn_pos": False, "inactivity_months": 6})
        club.write({"is_earn_pos": True})
        self.assertIn("pos", self.club.earn_since)
        self.assertTrue(self.club.inactivity_since)
        outlet.is_opted_in = False
        outlet.is_opted_in = True
        club.action_switch_off()
        club.action_switch_on()
        self.assertEqual(self.club.state, "on")

    def test_former_version_of_a_bonus_stays_as_it_was(self):
        manager = new_test_user(self.env, "manager", "loyalty_club.loyalty_club_group_manager")
        bonus = self.bonus()
        bonus.factor = 3
        [version] = bonus.with_context(active_test=False).search([("version_of_id", "=", bonus.id)])
        with self.assertRaises(UserError):
            version.with_user(manager).write({"factor": 100})

    def test_deleting_what_a_bonus_names_does_not_make_it_mean_everything(self):
        # The host lets nobody delete what an open register may sell.
        self.env["pos.session"].search([("state", "!=", "closed")]).state = "closed"
        self.env.flush_all()
        branch = self.outlet.copy({"pos_config_ids": False, "website_ids": False, "team_ids": False})
        for field, record in (
            ("tag_ids", self.env["product.tag"].create({"name": "Hot"})),
            ("categ_ids", self.env["product.category"].create({"name": "Hot"})),
            ("pos_categ_ids", self.env["pos.category"].create({"name": "Hot"})),
            ("public_categ_ids", self.env["product.public.category"].create({"name": "Hot"})),
            ("product_ids", self._product("Tea", 1.0)),
            ("tier_ids", self.gold),
            ("outlet_ids", branch),
        ):
            with self.subTest(field):
                self.bonus(**{field: [Command.set(record.ids)]})
                with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    record.unlink()
                self.env.invalidate_all()
                self.env.registry.clear_cache()
                self.assertTrue(record.exists())
        self.assertEqual(self.earned(), 100)
        self.assertCoherent()

    def test_archived_product_stays_excluded_and_named(self):
        tea = self._product("Tea", 1.0)
        bonus = self.bonus(product_ids=[Command.set(tea.ids)])
        self.club.excluded_product_ids = self.cake.product_tmpl_id
        (tea | self.cake).product_tmpl_id.active = False
        bonus.factor = 3
        self.env.registry.clear_cache()
        self.assertEqual(self.earned(), 100)
        self.assertFalse(self.sell([(self.cake, 1)], self.ada).club_entry_ids)

    def test_rule_that_was_on_is_not_deleted(self):
        bonus = self.bonus()
        self.assertEqual(self.earned(), 200)
        with self.assertRaises(UserError):
            bonus.unlink()
        bonus.is_on = False
        with self.assertRaises(UserError):
            bonus.unlink()
        self.env["club.bonus"].create({"name": "Never on", "club_id": self.club.id, "is_on": False}).unlink()

    def test_nobody_types_what_a_rule_gave_or_since_when_it_is_on(self):
        groups = self.env.ref("loyalty_club.loyalty_club_group_manager")
        values = {"name": "Mia", "login": "mia", "group_ids": [Command.set(groups.ids)]}
        bonuses = self.env["club.bonus"].with_user(self.env["res.users"].create(values))
        own = self.bonus(budget=10)
        typed = {"given": 7, "live_from": "2020-01-01 00:00:00", "live_until": "2030-01-01 00:00:00"}
        made = bonuses.create({"name": "Old", "club_id": self.club.id, "version_of_id": own.id} | typed)
        rule = own.with_user(bonuses.env.user)
        for name, value in (typed | {"version_of_id": made.id}).items():
            with self.subTest(name), self.assertRaises(UserError):
                rule.write({name: value})
        for bonus in (own, made):
            self.assertFalse(bonus.given or bonus.live_until or bonus.version_of_id)
            self.assertGreater(bonus.live_from.year, 2020)
        rule.factor = 4
        version = bonuses.with_context(active_test=False).search([("version_of_id", "=", own.id)])
        self.assertEqual((version.factor, version.live_until, rule.live_from), (2, rule.live_from, rule.live_from))


@tagged("post_install", "-at_install", "loyalty_club")
class TestAttacksHistory(GuestCommon):
    """First orders that are none, and a run over the history by a manager of one company."""

    def test_guest_who_comes_again_has_the_first_order_once(self):
        values = {"name": "Welcome", "club_id": self.club.id, "kind": "flat", "units": 50, "is_first_order": True}
        bonus = self.env["club.bonus"].create(values)
        bonus.live_from = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        self.env.flush_all()
        for email in ("ada@example.com", " ADA@Example.com", '"Ada" <ada@example.com>'):
            self.buy(self.guest(email))
        self.buy(self.ada)
        self.buy(self.guest("carol@example.com"))
        self.confirm()
        self.assertBalance(4 * 10 + 50)

    def test_guest_who_comes_again_on_the_same_day_is_one_visit(self):
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "st", "kind": "stamps"}
        )
        visits = self.env["club.program"].create(
            {
                "club_id": self.club.id,
                "name": "Visits",
                "tier_id": self.club.tier_ids[:1].id,
                "unit_id": stamps.id,
                "stamp_by": "visit",
                "is_daily": True,
            }
        )
        visits.action_go_live()

        def order(email):
            order = self.quotation([(self.cake, 1)], self.guest(email), website_id=self.website.id)
            order.action_confirm()
            return order

        # Two in one batch, then one alone; somebody else's visit is a visit.
        batch = order("ada@example.com") | order(" ADA@example.com")
        for each in batch:
            self._pay_online(each)
        self._pay_online(order("ada@example.com"))
        self._pay_online(order("bob@example.org"))
        given = self.env["club.entry"].search([("account_id.unit_id", "=", stamps.id)])
        self.assertEqual(given.mapped("amount"), [1, 1])
        self.assertCoherent()

    def test_manager_of_one_company_credits_its_history_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.club.company_ids = [Command.link(other.id)]
        hidden = self.env["club.outlet"].create({"club_id": self.club.id, "company_id": other.id, "name": "Hidden"})
        groups = self.env.ref("loyalty_club.loyalty_club_group_manager")
        values = {"name": "Mia", "login": "mia", "group_ids": [Command.set(groups.ids)]}
        mine = {"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]}
        user = self.env["res.users"].create(values | mine)
        job = self.env["club.backfill"].with_user(user).create({"club_id": self.club.id})
        self.assertEqual(job.sudo().outlet_ids, self.outlet)
        with self.assertRaises(AccessError):
            job.outlet_ids = [Command.set(hidden.ids)]
