from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_vault import VaultCommon


@tagged("post_install", "-at_install")
class TestVaultGrowth(VaultCommon):
    """What members were on the way to comes along with a club's file, and what they had once stays once."""

    def setUp(self):
        super().setUp()
        self.furnish()

    def brought(self):
        """The club that the file makes, on since yesterday at the same places, and its Ada."""
        vault, club = self.bring(self.strip())
        self.assertEqual(vault.state, "done", vault.note)
        self.club.action_switch_off()
        club.action_switch_on()
        club.sudo().on_since = club.outlet_ids.sudo().opted_in_at = fields.Datetime.now() - timedelta(days=1)
        self.env.registry.clear_cache()
        ada = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", self.ada.id)])
        return club, ada

    def test_plays_that_wait_are_played_in_the_new_club(self):
        self.give(self.game_on, 3)
        with self.rolls(1):
            self.see(self.play(self.game_on))
        self.ada_member.play_ids.sudo()._set({"source_name": "A long story. " * 50})
        club, ada = self.brought()
        plays = ada.play_ids
        self.assertEqual((plays.mapped("state"), plays.mapped("origin")), (["granted"] * 2, ["staff"] * 2))
        game = plays.game_id
        self.assertEqual((game.club_id, game.name), (club, "Wheel"))
        with self.rolls(1):
            self.assertEqual(self.env["club.play"]._play(ada.sudo(), game.sudo(), "again").prize_kind, "nothing")

    def test_prizes_that_were_won_are_gone(self):
        prize = self.game_on.prize_ids.filtered("reward_id")
        prize.stock_total = 1
        self.give(self.game_on, 1)
        with self.rolls(0):
            self.play(self.game_on)
        _club, ada = self.brought()
        [prize] = self.env["club.game"].search([("club_id", "=", ada.club_id.id)]).prize_ids.filtered("reward_id")
        self.assertEqual((prize.won_count, prize.odds_text), (1, "None left"))

    def test_goal_that_was_half_way_is_reached_by_the_next_order_and_a_reached_one_stays_so(self):
        half = self.env["club.goal"].search([("club_id", "=", self.club.id)])
        self.back(half)
        whole = self.goal(name="One", target=1)
        self.sell([(self.coffee, 1)], self.ada)
        before = {row.goal_id.name: (row.value, row.state) for row in self.progress(half) | self.progress(whole)}
        self.assertEqual(before, {"Two": (1, "open"), "One": (1, "done")})
        club, ada = self.brought()
        self.assertEqual({row.goal_id.name: (row.value, row.state) for row in ada.goal_progress_ids}, before)
        self.back(club.goal_ids)
        self.run_job("club.goal.progress", "_repair")
        had = sum(ada.account_ids.mapped("balance"))
        self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual({row.state for row in ada.goal_progress_ids}, {"done"})
        club.bonus_ids.is_on = False
        kinds = ada.account_ids.entry_ids.filtered(lambda entry: entry.kind == "goal")
        self.assertEqual(sum(kinds.mapped("amount")), 50, "the reached one brought nothing again")
        self.assertGreater(sum(ada.account_ids.mapped("balance")), had)
        self.assertEqual(club.prove(), [])

    def test_tiers_by_orders_go_on_counting(self):
        self.club.tier_metric = "orders"
        for tier, threshold in ((self.silver, 2), (self.gold, 3)):
            tier.threshold = threshold
        self.sell([(self.coffee, 1)], self.ada)
        self.sell([(self.coffee, 1)], self.ada)
        figures = self.ada_member._tier_figures()
        self.assertEqual((figures[self.ada_member.id], self.ada_member.tier_id), (2, self.silver))
        club, ada = self.brought()
        self.assertEqual((ada._tier_figures()[ada.id], ada.tier_id.name), (2, "Silver"))
        self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual((ada._tier_figures()[ada.id], ada.tier_id.name), (3, "Gold"))

    def test_birthday_and_welcome_vouchers_come_once(self):
        self.bob.club_birthday = fields.Date.today().replace(year=1990)
        self.tier.birthday_reward_id = self.reward("Cake", 0)
        self.run_job("club.tier", "_cron_give_perks")
        given = self.bob_member.voucher_ids.filtered(lambda voucher: "birthday" in voucher.request_key)
        self.assertEqual(len(given), 1)
        club, ada = self.brought()
        bob = club.member_ids - ada
        counts = [len(member.voucher_ids) for member in (ada, bob)]
        self.run_job("club.tier", "_cron_give_perks")
        self.assertEqual([len(member.voucher_ids) for member in (ada, bob)], counts)
        self.assertEqual(counts[1], 1)
        again = self.content(self.export(club)).rows["had"]
        self.assertIn("birthday", [row["what"] for row in again], "and in the next file")

    def test_reward_that_is_there_once_a_member_stays_so(self):
        self.ten.club_limit_member = 2
        self.voucher.card_id.sudo().points = 0  # used
        self.bought(self.ten, "two")
        club, ada = self.brought()
        self.assertEqual(len(ada.voucher_ids), 1)
        reward = ada.voucher_ids.program_id
        ada.adjust(club.unit_ids.id, 500, "Enough")
        with self.assertRaises(UserError):
            ada.buy_voucher(reward.id, "a third")
        self.assertEqual(reward._club_counts(ada)[reward.id, None], 2)

    def test_what_was_paid_before_the_file_is_not_credited_again(self):
        """Its points are in the balances that came: history offers what was sold since alone."""
        self.sell([(self.coffee, 1)], self.ada)
        self.env.cr.execute("UPDATE pos_order SET date_order = date_order - INTERVAL '2 days'")
        self.env.invalidate_all()
        _vault, club = self.bring(self.strip())
        self.club.action_switch_off()
        had = club.member_ids.account_ids.mapped("balance")
        action = club.action_switch_on()
        self.assertNotEqual(isinstance(action, dict) and action.get("res_model"), "club.backfill")
        run = self.env["club.backfill"].create({"club_id": club.id, "before_activation_only": False})
        run.action_preview()
        run.action_start()
        self.run_job("club.backfill")
        self.assertEqual((run.state, club.member_ids.account_ids.mapped("balance")), ("done", had))

    def test_merged_members_have_had_what_either_had(self):
        self.ada_member.sudo().had_before = {"birthday:2026": 1, "reward:7": 2}
        self.bob_member.sudo().had_before = {"reward:7": 1}
        self.env["club.member"]._merge_partners(self.bob, self.ada)
        self.assertEqual(self.ada_member.had_before, {"birthday:2026": 1, "reward:7": 3})
