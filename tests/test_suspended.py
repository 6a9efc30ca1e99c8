from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_kiosk_spend import SpendCommon
from .common_messages import MessagesCommon
from .common_pos import TenderCommon

PAUSED = "Beans is paused"


class Suspended:
    """The club goes out of use, a moment ago: what was on until this second still counts in it."""

    def suspend(self):
        self.club.state = "suspended"
        self.env.flush_all()
        self.env.cr.execute("UPDATE club_switch SET ended_at = ended_at - INTERVAL '1 hour'")
        self.env.registry.clear_cache()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSuspended(Suspended, GamesCommon, GoalCommon, MessagesCommon, TenderCommon):
    """A suspended club shows everything and moves nothing, at the register, in carts, by jobs and by programs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.money_value = 0.05
        cls.ten = cls.reward()
        cls.voucher = cls.bought(cls.ten)  # 407 left

    def job(self, model, name):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(api.Environment(cr, SUPERUSER_ID, {})[model], name)()
        self.env.invalidate_all()

    # ------------------------------------------------------------------ the office
    def test_button_says_what_it_does_to_how_many(self):
        self.enrol(self.bob, 50)
        wizard = self.env["club.suspension"].browse(self.club.action_suspend()["res_id"])
        self.assertIn("(members: 2)", wizard.text)
        self.assertIn("2 of them have 457 Beans.", wizard.text)
        self.assertIn("never credited", wizard.text)
        self.assertEqual(self.club.state, "on")
        wizard.action_confirm()
        self.assertEqual(self.club.state, "suspended")
        self.assertIn("Suspended: members see what they have", self.club.switch_text)
        self.assertIn("(members: 2)", self.club.switch_text)

    def test_managers_alone_suspend(self):
        wizard = self.env["club.suspension"].create({"club_id": self.club.id})
        with self.assertRaises(AccessError):
            wizard.with_user(self.cashier).action_confirm()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "suspender", "loyalty_club.loyalty_club_group_manager", company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).action_confirm()
        self.assertEqual(self.club.state, "on")

    # ------------------------------------------------------------------ the register
    def test_register_knows_the_customer_and_takes_no_points(self):
        self.suspend()
        order = self.ring_up([(self.coffee, 1)])
        known = self.till().club_identify(self.told(order, "p"), "name", "Ada")
        self.assertNotIn("refused", known)
        self.assertIn("407", str(known["customer"]))
        self.assertIn(PAUSED, self.refusal(order, 100))
        answer = self.till().club_buy_voucher(self.told(order, "p"), self.ten.id, "now")
        self.assertIn(PAUSED, answer["refused"])
        self.assertBalance(407)

    def test_voucher_is_not_taken_and_is_good_afterwards(self):
        self.suspend()
        scan = (self.voucher.card_id.code, "2026-01-01 12:00:00", self.ada.id, False)
        answer = self.till().use_coupon_code(*scan)
        self.assertIn(PAUSED, answer["payload"]["error_message"])
        cart = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self.assertIn(PAUSED, cart._try_apply_code(self.voucher.card_id.code)["error"])
        self.club.action_switch_on()
        self.assertTrue(self.till().use_coupon_code(*scan)["successful"])

    def test_voucher_on_an_order_that_is_paid_is_refused_unless_it_was_paid_before(self):
        line = {
            "price_unit": -10.0, "is_reward_line": True, "reward_id": self.ten.reward_ids.id, "points_cost": 1,
            "coupon_id": self.voucher.card_id.id, "reward_identifier_code": "one",
        }  # fmt: skip
        product = self.ten.reward_ids.discount_line_product_id
        product.taxes_id = self.coffee.taxes_id
        session = self.open_session()
        session.start_at = fields.Datetime.now() - timedelta(days=1)
        late = fields.Datetime.to_string(fields.Datetime.now() - timedelta(hours=2))
        orders = [self.ring_up([(self.coffee, 1), (product, 1, line)]) for _both in range(2)]
        for order in orders:
            self.add_rest(order)
        self.suspend()
        TenderCommon.assertRefused(self, orders[0], PAUSED)
        self.assertEqual(self.sync(orders[1] | {"date_order": late}).state, "paid")
        self.voucher.invalidate_recordset()
        self.assertEqual(self.voucher.state, "used")

    def test_orders_paid_meanwhile_earn_nothing_then_or_later(self):
        goal = self.goal(target=1)
        game = self.plain_game(is_on_order=True)
        self.suspend()
        order = self.sell([(self.coffee, 1)], self.ada)
        cart = self.quotation([(self.coffee, 1)])
        cart.action_confirm()
        self.pay(self.invoice(cart))
        self.assertBalance(407)
        self.club.action_switch_on()
        (order | order)._club_sync()
        self.job("club.outcome", "_cron_reconcile")
        self.assertBalance(407)
        self.assertFalse(self.progress(goal))
        self.assertFalse(self.plays(game_id=game.id))

    def test_refund_of_an_older_order_takes_and_gives_as_ever(self):
        order = self.sell_for_points([(self.coffee, 1)], 100)
        [line] = order.lines
        self.assertGreater(self.balance(), 307, "100 used, and some earned")
        self.suspend()
        whole = [(self.coffee, -1, {"refunded_orderline_id": line.id})]
        refund = self.ring_up(whole, is_refund=True)
        self.add_payment(refund, self.tender, -5.0)
        self.add_rest(refund)
        self.sync(refund)
        self.assertBalance(407)

    # ------------------------------------------------------------------ the webshop
    def test_cart_shows_what_there_is_and_takes_nothing(self):
        cart = self.quotation([(self.coffee, 1)], website_id=self.website.id)
        self.website.club_outlet_id = self.outlet
        self.suspend()
        card = cart._club_shop_card(self.ada)
        self.assertEqual((card["balance"], card["tenders"], card["rewards"]), ("407 Beans", [], []))
        self.assertIn(PAUSED, card["why"])
        self.assertFalse(card["earns"])
        self.assertEqual(cart._club_shop_card(None), {}, "visitors are invited to nothing")
        self.assertFalse(cart.club_is_points_offered or cart.club_is_reward_offered)
        self.assertIn(PAUSED, str(cart._club_points_refusal()))

    # ------------------------------------------------------------------ the own page and other programs
    def test_what_members_and_programs_may_do_moves_nothing(self):
        game = self.plain_game(price=5, price_unit_id=self.unit.id)
        self.give(game)
        member = self.member()
        self.suspend()
        for work in (
            lambda: self.buy(self.ten, key="two"),
            lambda: self.play(game),
            lambda: self.play(game, "bought", is_bought=True),
            lambda: member.authorise(self.unit.id, 10, "order-1", total=100),
            lambda: member.buy_voucher(self.ten.id, "three"),
            lambda: member.convert(self.unit.id, 10, "four"),
        ):
            with self.assertRaises(UserError):
                work()
        page = member._club_page()
        self.assertTrue(page["is_suspended"])
        self.assertEqual(page["main"]["number"], "407")
        self.assertEqual(len(self.plays(state="granted")), 1, "a play waits")
        self.assertBalance(407)

    # ------------------------------------------------------------------ jobs, and on again
    def test_nothing_falls_due_and_what_did_lives_on(self):
        member, today = self.member(), self.club._today()
        self.voucher.card_id.sudo().expiration_date = today + timedelta(days=5)
        member.set_tier(self.gold.id, today + timedelta(days=5), "Lost parcel")
        self.club.tier_period = "year"
        member.sudo().tier_review_on = today + timedelta(days=6)
        rule = self.rule("joined")
        self.suspend()
        newcomer = self.enrol(self.bob)
        with self.later(days=10):
            self.env.invalidate_all()
            self.job("club.member", "_cron_review_tiers")
            self.assertEqual(member.tier_id, self.gold)
            self.run_job()
            self.assertFalse(self.messages(rule, newcomer.partner_id))
            self.club.action_switch_on()
            self.env.invalidate_all()
            good_until = self.club._today() + timedelta(days=30)
            self.assertEqual(self.voucher.card_id.expiration_date, good_until)
            self.assertEqual((member.tier_until, member.tier_review_on), (good_until, good_until))
            self.job("club.member", "_cron_review_tiers")
            self.assertEqual(member.tier_id, self.gold)
        with self.later(days=41):
            self.env.invalidate_all()
            self.job("club.member", "_cron_review_tiers")
            self.assertEqual(member.tier_id, self.tier)
        self.assertCoherent()

    def test_what_waits_is_given_to_nobody_and_its_owner_is_reminded_anew(self):
        self.ten.club_is_giftable = True
        voucher = self.bought(self.ten, "two")
        voucher.card_id.sudo().expiration_date = self.club._today() + timedelta(days=5)
        voucher.sudo()._warn()
        self.assertTrue(voucher.warned_at)
        self.suspend()
        with self.assertRaisesRegex(UserError, PAUSED):
            voucher.sudo()._give_away(self.env.user, "bob@example.com", "For you")
        self.assertFalse(voucher.gifted_at)
        with self.later(days=10):
            self.env.invalidate_all()
            self.club.action_switch_on()
            self.assertFalse(voucher.warned_at)
        self.assertTrue(voucher.sudo()._give_away(self.env.user, "bob@example.com", "For you"))

    def test_code_of_a_receipt_is_good_afterwards(self):
        self.open_session().start_at = fields.Datetime.now() - timedelta(days=1)
        before = fields.Datetime.to_string(fields.Datetime.now() - timedelta(hours=2))
        order = self.sell([(self.coffee, 1)], date_order=before)
        collector = new_test_user(self.env, "collector", "base.group_portal", partner_id=self.bob.id)
        code, claims = order._club_spoken_code(), self.env["club.claim"]
        day = order._club_claim_day()
        self.suspend()
        with self.later(days=20):
            self.assertFalse(claims._collect(code, collector, self.company).is_collected)
            self.club.action_switch_on()
            self.env.invalidate_all()
            self.assertEqual(order._club_claim_day(), self.club._today() + timedelta(days=30))
            self.assertGreater(order._club_claim_day(), day)
            self.assertTrue(claims._collect(code, collector, self.company).is_collected)
        self.assertEqual(self.balance(self.bob), 100)

    def test_what_was_over_before_stays_over(self):
        card = self.voucher.card_id.sudo()
        card.expiration_date = self.club._today() - timedelta(days=1)
        self.suspend()
        with self.later(days=10):
            self.club.action_switch_on()
            self.assertEqual(card.expiration_date, self.club._today() - timedelta(days=11))


@tagged("post_install", "-at_install")
class TestSuspendedKiosk(Suspended, SpendCommon):
    """Kiosks say that the club is paused, and know nobody."""

    def test_device_says_it_is_paused_and_does_nothing(self):
        code = self.pass_of()
        self.suspend()
        told = self.post(f"/pos-self/data/{self.kiosk.id}", self.kiosk)["pos.config"][0]["club_self"]
        self.assertFalse(told["is_on"])
        self.assertIn(PAUSED, told["frozen"])
        self.assertIn("refused", self.identify(scanned=code))
        self.assertIn("refused", self.choose(points=100))
        self.assertFalse(self.live())
        self.outlet.is_opted_in = False
        self.env.flush_all()
        told = self.post(f"/pos-self/data/{self.kiosk.id}", self.kiosk)["pos.config"][0]["club_self"]
        self.assertFalse(told, "an outlet that is out shows nothing of it")
        self.assertCoherent()
