from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_games import GamesCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGames(GamesCommon, ClubCommon):
    """What merchants may build, what a play brings, and that it is drawn once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 100)
        cls.wheel = cls.game()
        cls.points, cls.voucher_prize, cls.nothing = cls.wheel.prize_ids

    # ------------------------------------------------------------------ what may be entered
    def test_fewer_than_two_prizes_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least two prizes"):
            self.game("One", [{"name": "10 Beans", "kind": "points", "amount": 10}])
        with self.assertRaisesRegex(ValidationError, "at least two prizes"):
            self.game("None", [])
        with self.assertRaisesRegex(ValidationError, "at least two prizes"):
            (self.points | self.voucher_prize).unlink()

    def test_all_weights_zero_are_refused_together_and_one_by_one(self):
        with self.assertRaisesRegex(ValidationError, "weight 0"):
            self.game("Off", [{"name": name, "kind": "nothing", "weight": 0} for name in ("a", "b")])
        with self.assertRaisesRegex(ValidationError, "weight 0"):
            self.wheel.prize_ids.write({"weight": 0})

    def test_weight_below_zero_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(ValidationError, "0 or more"):
            self.points.weight = -1

    def test_prizes_are_replaced_in_one_go(self):
        card = self.plain_game()
        card.write({
            "prize_ids": [
                Command.delete(card.prize_ids[0].id),
                Command.create({"name": "20 Beans", "kind": "points", "amount": 20}),
            ]
        })  # fmt: skip
        self.assertEqual(card.prize_ids.mapped("name"), ["No luck", "20 Beans"])

    def test_archived_reward_is_refused_and_one_archived_later_is_not_drawn(self):
        old = self.reward("Old one")
        old.active = False
        with self.assertRaisesRegex(ValidationError, "Old one is archived.*Choose another reward"):
            self.voucher_prize.reward_id = old
        self.voucher_prize.reward_id.active = False
        self.assertIn("Ten percent off cannot be given any more", self.wheel.preview)
        self.assertEqual(self.voucher_prize.odds_text, "None left")
        self.give(self.wheel)
        with self.rolls(1):
            self.assertEqual(self.play(self.wheel).prize_id, self.nothing)
        self.wheel.is_on = False
        with self.assertRaisesRegex(ValidationError, "is archived"):
            self.wheel.is_on = True

    def test_reward_that_is_no_voucher_is_no_prize(self):
        with self.assertRaisesRegex(ValidationError, "is no voucher"):
            self.voucher_prize.reward_id = self.reward("In the cart", club_offer="order")
        with self.assertRaisesRegex(ValidationError, "store credit"):
            self.voucher_prize.reward_id = self.reward("Money", club_credit=5, club_offer="voucher")

    def test_parts_of_another_club_are_refused(self):
        other = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        with self.assertRaisesRegex(ValidationError, "its own club"):
            self.points.unit_id = other.unit_ids
        with self.assertRaisesRegex(ValidationError, "its own club"):
            self.wheel.tier_ids = other.tier_ids
        with self.assertRaisesRegex(ValidationError, "no reward of this club"):
            self.voucher_prize.reward_id = self.reward("Nuts", club_id=other.id, club_unit_id=other.unit_ids.id)

    def test_points_prize_needs_an_amount(self):
        with self.assertRaisesRegex(ValidationError, "above 0"):
            self.points.amount = 0

    def test_form_shows_odds_and_cost_before_it_is_saved(self):
        self.unit.money_value = 0.05
        with Form(self.env["club.game"].with_context(default_club_id=self.club.id)) as form:
            form.name = "Preview"
            with form.prize_ids.new() as prize:
                prize.name, prize.kind, prize.amount, prize.weight = "20 Beans", "points", 20, 1
            with form.prize_ids.new() as prize:
                prize.name, prize.kind, prize.weight = "No luck", "nothing", 3
            self.assertIn("250.00", form.preview)  # 1,000 plays, one in four brings 20 × 0.05
            self.assertIn("25 % of them win", form.preview)
            odds = []
            for number in range(2):
                with form.prize_ids.edit(number) as line:
                    odds.append(line.odds_text)
        self.assertEqual(odds, ["1 in 4 (25 %)", "3 in 4 (75 %)"])
        game = form.record
        self.assertFalse(game.is_on)
        self.assertEqual(game._expected_cost(), 250)

    def test_bought_plays_are_set_against_the_cost(self):
        self.unit.money_value = 0.05
        game = self.plain_game(price=4)
        self.assertEqual((game._expected_cost(), game._expected_income()), (250, 200))
        self.assertIn("200.00", game.preview)

    # ------------------------------------------------------------------ what a play brings
    def test_points_are_on_the_balance_before_anything_moves(self):
        self.give(self.wheel)
        with self.rolls(0):
            play = self.play(self.wheel)
        self.assertEqual((play.state, play.prize_id, play.roll, play.rolls), ("drawn", self.points, 0, 4))
        self.assertEqual((play.entry_id.kind, play.entry_id.amount), ("game", 10))
        self.assertEqual(self.member().lifetime, 10)
        self.assertBalance(110)

    def test_reward_comes_as_a_voucher_for_nothing(self):
        self.give(self.wheel)
        with self.rolls(1):
            play = self.play(self.wheel)
        voucher = play.voucher_id
        self.assertEqual((voucher.program_id, voucher.price, voucher.state), (self.voucher_prize.reward_id, 0, "owned"))
        self.assertEqual(voucher.card_id.points, 1)
        self.assertIn("You won: Ten percent", " ".join(voucher.entry_id._club_sentences()))
        self.assertBalance(100)

    def test_won_voucher_is_given_back_without_points(self):
        self.give(self.wheel)
        with self.rolls(1):
            voucher = self.play(self.wheel).voucher_id
        voucher.action_refund("A mistake")
        self.assertEqual((voucher.state, voucher.card_id.points), ("refunded", 0))
        self.assertBalance(100)

    def test_no_win_moves_nothing(self):
        self.give(self.wheel)
        with self.rolls(3):
            play = self.play(self.wheel)
        self.assertEqual((play.prize_id, play.entry_id.id, play.voucher_id.id), (self.nothing, False, False))
        self.assertBalance(100)

    def test_roll_is_drawn_below_the_weights_by_the_systems_generator(self):
        self.give(self.wheel, 20)
        with patch("odoo.addons.loyalty_club.models.club_play.secrets.randbelow", return_value=2) as generator:
            play = self.play(self.wheel)
        generator.assert_called_once_with(4)
        self.assertEqual(play.prize_id, self.nothing)

    def test_won_points_are_good_as_long_as_the_club_says(self):
        self.club.validity_days = 30
        self.give(self.wheel)
        with self.rolls(0):
            lot = self.play(self.wheel).entry_id.lot_ids
        self.assertEqual(lot.expires_on, self.club._today() + timedelta(days=30))

    # ------------------------------------------------------------------ once
    def test_what_was_not_seen_is_shown_again_and_nothing_is_drawn_anew(self):
        self.give(self.wheel, 2)
        first = self.play(self.wheel, "a")
        for click in range(20):
            self.assertEqual(self.play(self.wheel, f"click {click}"), first)
        self.assertEqual(len(self.plays(state="granted")), 1)
        self.see(first)
        second = self.play(self.wheel, "b")
        self.assertNotEqual(second, first)
        self.assertEqual(self.play(self.wheel, "a"), first, "the same click again shows the same play")

    def test_without_a_play_nothing_is_drawn(self):
        with self.assertRaisesRegex(UserError, "no play left.*Every paid order brings a play"):
            self.play(self.wheel)
        self.assertFalse(self.plays())

    def test_key_of_another_game_or_no_text_is_refused(self):
        card = self.plain_game()
        self.give(card)
        self.play(card, "same")
        with self.assertRaisesRegex(UserError, "another game"):
            self.play(self.wheel, "same")
        for key in ("", None, 7, "x" * 65, "a\0"):
            with self.assertRaisesRegex(UserError, "at most 64"):
                self.play(self.wheel, key)

    def test_daily_play_once_a_day_in_the_clubs_zone(self):
        card = self.plain_game(is_daily=True, is_on_order=False)
        self.club.tz = "Pacific/Auckland"  # 12 or 13 hours ahead
        with freeze_time("2026-06-01 10:00:00"):
            self.see(self.play(card, "a"))
            with self.assertRaisesRegex(UserError, "free play is here tomorrow, June 2"):
                self.play(card, "b")
        with freeze_time("2026-06-01 12:30:00"):  # after midnight over there
            self.see(self.play(card, "c"))
            with self.assertRaisesRegex(UserError, "June 3"):
                self.play(card, "d")
        self.assertEqual(self.plays().mapped("origin"), ["daily", "daily"])

    def test_given_plays_are_used_before_todays_own(self):
        card = self.plain_game(is_daily=True)
        self.give(card)
        self.see(self.play(card, "a"))
        self.play(card, "b")
        self.assertEqual(self.plays().mapped("origin"), ["staff", "daily"])

    # ------------------------------------------------------------------ for points
    def test_bought_play_takes_its_price_once(self):
        card = self.plain_game(price=30)
        with self.rolls(1):
            play = self.play(card, "a", is_bought=True)
            self.assertEqual(self.play(card, "a", is_bought=True), play)
            self.assertEqual(self.play(card, "b", is_bought=True), play, "not seen yet, so nothing is bought")
        self.assertEqual((play.origin, play.price, play.paid_entry_id.amount), ("paid", 30, -30))
        self.assertEqual(self.member().lifetime, 0)
        self.assertBalance(70)

    def test_free_play_is_used_before_one_is_bought(self):
        card = self.plain_game(price=30)
        self.give(card)
        self.assertEqual(self.play(card, "a", is_bought=True).origin, "staff")

    def test_play_that_fails_costs_nothing_and_stays(self):
        card = self.plain_game(price=30)
        self.give(self.wheel)
        broken = patch.object(type(self.env["club.play"]), "_give_points", side_effect=ValueError("broken"))
        for game, is_bought in ((card, True), (self.wheel, False)):
            with self.subTest(game=game.name), self.rolls(0), broken, self.assertRaises(ValueError):
                self.play(game, is_bought=is_bought)
        self.env.invalidate_all()
        self.assertEqual(self.plays().mapped("state"), ["granted"])
        self.assertBalance(100)

    def test_prizes_that_are_gone_cost_nothing_and_the_play_stays(self):
        card = self.plain_game(price=30)
        card.prize_ids.write({"stock_total": 1})
        self.give(card)
        for key in ("a", "b"):
            self.see(self.play(card, key, is_bought=True))
        balance = self.balance()
        self.give(card)
        with self.assertRaisesRegex(UserError, "gone for now. Your play stays yours"):
            self.play(card, "c")
        self.assertEqual(self.plays().mapped("state"), ["done", "done", "granted"])
        self.assertBalance(balance)

    def test_too_few_points_and_closed_gate_are_said(self):
        card = self.plain_game(price=130)
        with self.assertRaisesRegex(UserError, "30 Beans more"):
            self.play(card, is_bought=True)
        card.price = 10
        self.club.is_redeem_allowed = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self.play(card, is_bought=True)
        self.assertFalse(self.plays())
        self.assertBalance(100)

    def test_play_that_is_not_sold_is_not_bought(self):
        with self.assertRaisesRegex(UserError, "not sold"):
            self.play(self.wheel, is_bought=True)

    # ------------------------------------------------------------------ stock
    def test_stock_in_all_and_a_day(self):
        card = self.plain_game()
        first, other = card.prize_ids
        first.write({"stock_total": 3, "stock_day": 2})
        self.give(card, 6)
        with self.rolls(0):
            with freeze_time("2026-06-01 10:00:00"):
                names = []
                for number in range(3):
                    play = self.play(card, f"a{number}")
                    names.append(play.prize_id)
                    self.see(play)
            self.assertEqual(names, [first, first, other])
            with freeze_time("2026-06-02 10:00:00"):
                plays = []
                for number in range(2):
                    play = self.play(card, f"b{number}")
                    plays.append(play.prize_id)
                    self.see(play)
        self.assertEqual(plays, [first, other])
        self.assertEqual(first.won_count, 3)
        self.env.invalidate_all()
        self.assertEqual((first.odds_text, other.odds_text), ("None left", "1 in 1 (100 %)"))

    def test_reward_that_has_ended_is_not_drawn(self):
        self.voucher_prize.reward_id.date_to = fields.Date.subtract(self.club._today(), days=1)
        self.give(self.wheel)
        with self.rolls(1):
            self.assertEqual(self.play(self.wheel).prize_id, self.nothing)

    def test_reward_of_which_all_are_taken_is_not_drawn(self):
        reward = self.voucher_prize.reward_id
        reward.club_limit_total = 1
        self.give(self.wheel, 2)
        with self.rolls(1):
            first = self.play(self.wheel, "a")
            self.see(first)
            self.assertEqual((first.prize_id, self.play(self.wheel, "b").prize_id), (self.voucher_prize, self.nothing))

    def test_won_voucher_is_mailed_as_a_bought_one_is(self):
        self.club.is_voucher_mailed = True
        self.give(self.wheel)
        with self.rolls(1):
            self.assertTrue(self.play(self.wheel).voucher_id.is_mail_due)

    # ------------------------------------------------------------------ who may
    def test_game_that_is_off_over_or_paused_is_not_played(self):
        self.give(self.wheel)
        self.wheel.date_to = fields.Date.subtract(self.club._today(), days=1)
        with self.assertRaisesRegex(UserError, "is over"):
            self.play(self.wheel)
        self.wheel.write({"date_to": False, "is_on": False})
        with self.assertRaisesRegex(UserError, "is over"):
            self.play(self.wheel)
        self.wheel.is_on = True
        self.club.state = "suspended"
        with self.assertRaisesRegex(UserError, "paused"):
            self.play(self.wheel)
        self.club.state = "on"
        self.assertEqual(self.play(self.wheel).state, "drawn")

    def test_tiers_limit_the_daily_play_and_not_what_was_given(self):
        card = self.plain_game(is_daily=True, tier_ids=self.silver.ids)
        self.assertNotIn(card, self.member()._club_games())
        with self.assertRaisesRegex(UserError, "no play left"):
            self.play(card)
        self.give(card)
        self.assertIn(card, self.member()._club_games())
        self.assertEqual(self.play(card).origin, "staff")

    # ------------------------------------------------------------------ given by staff
    def test_plays_are_given_from_one_to_twenty_each(self):
        self.enrol(self.bob)
        members = self.member() | self.member(self.bob)
        given = members.grant_plays(self.wheel.id, 20, "one")
        self.assertEqual(len(given), 40)
        self.assertEqual(members.grant_plays(self.wheel.id, 20, "one"), [], "the same key again gives nothing")
        self.assertEqual((len(self.plays()), len(self.plays(self.bob))), (20, 20))
        for count in (0, 21, -1, "3", 1.5, True, None):
            with self.subTest(count=count), self.assertRaisesRegex(UserError, "from 1 to 20"):
                members.grant_plays(self.wheel.id, count)

    def test_member_of_another_club_gets_none_and_nobody_does(self):
        other = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        stranger = self.env["club.member"].enrol(self.bob.id, other.id)
        with self.assertRaisesRegex(UserError, "Bob.*is no member of Beans.*nobody got a play"):
            (self.member() | stranger).grant_plays(self.wheel.id, 1)
        self.assertFalse(self.env["club.play"].search([("member_id", "in", (self.member() | stranger).ids)]))
        with self.assertRaisesRegex(UserError, "not one of your club"):
            self.env["club.play"]._play(stranger.sudo(), self.wheel.sudo(), "a")

    def test_played_games_and_won_prizes_stay(self):
        self.give(self.wheel)
        with self.rolls(0):
            self.play(self.wheel)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.wheel.unlink()
        with self.assertRaisesRegex(UserError, "weight 0"):
            self.points.unlink()

    def test_erasing_forgets_what_staff_wrote_and_keeps_the_figures(self):
        self.member().grant_plays(self.wheel.id, 1, reason="Ada was ill")
        with self.rolls(0):
            play = self.play(self.wheel)
        self.member().with_context(active_test=False)._erase()
        self.assertEqual((play.source_name, play.prize_id, play.amount), (False, self.points, 10))
        self.assertCoherent()

    def test_merged_members_bring_their_plays_and_have_one_daily_play(self):
        card = self.plain_game(is_daily=True)
        self.enrol(self.bob)
        self.give(card, 2, self.bob)
        self.give(card, 1)
        for key in ("a", "b", "c"):
            self.see(self.play(card, key, self.bob), self.bob)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        self.env.invalidate_all()
        self.assertEqual(len(self.plays()), 4)
        self.see(self.play(card, "d"))
        with self.assertRaisesRegex(UserError, "no play left"):
            self.play(card, "e")
        self.assertCoherent()
