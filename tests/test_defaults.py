from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestDefaults(ClubCommon):
    """A club that somebody names and switches on, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.action_switch_off()
        with Form(cls.env["club.club"]) as form:
            form.name = "Untouched"
        cls.untouched = form.record
        cls.promised = cls.untouched.switch_text
        cls.untouched.action_switch_on()

    def test_club_switched_on_untouched_gives_one_point_for_every_one_net_rounded_down(self):
        club, self.club = self.untouched, self.untouched
        self.assertEqual(
            (club.basis, club.earn_rounding, club.earn_on_discounted, club.earn_on_redemption),
            ("net", "down", True, True),
        )
        self.assertEqual((club.validity_days, club.validity_months, club.inactivity_months), (0, 0, 0))
        self.assertFalse(club.is_redeem_allowed)
        self.assertEqual((club.unit_ids.name_plural, len(club.pool_ids)), ("points", 1))
        self.assertIn("it gets its first: 1 point for every", self.promised)
        self.assertEqual(club.program_ids.mapped("state"), ["live"])
        self.assertIn(f"1 point per {self.company.currency_id.format(1)}", club.program_ids.summary)
        self.outlet.pos_config_ids = False
        outlet = self.env["club.outlet"].create(
            {"club_id": club.id, "name": "Only one", "pos_config_ids": [Command.set(self.register.ids)]}
        )
        self.assertTrue(outlet.is_opted_in)
        order = self.sell([(self.cake, 1), (self.coffee, 0.999)], self.ada)  # 10.00 + 99.90 net
        self.assertEqual(order.club_points_earned, "+109 points")
        [lot] = self.member().account_ids.lot_ids
        self.assertFalse(lot.expires_on)
        self.assertEqual(lot.available_on, club._today())
        self.assertBalance(109)

    def test_whoever_made_a_programme_gets_no_other(self):
        club = self.env["club.club"].create({"name": "Touched", "company_ids": [Command.set(self.company.ids)]})
        draft = self.env["club.program"].create({"name": "Later", "tier_id": club.tier_ids.id})
        self.env.invalidate_all()
        club.action_switch_on()
        self.assertEqual(club.program_ids, draft)
        self.assertEqual(draft.state, "draft")
        self.untouched.program_ids.action_end()
        self.untouched.action_switch_off()
        self.untouched.action_switch_on()
        self.assertEqual(self.untouched.program_ids.mapped("state"), ["ended"])
