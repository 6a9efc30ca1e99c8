from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClubCommon
from .common_credit import CreditCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestCredit(CreditCommon, ClubCommon):
    """Points become store credit at their own rate, once, and unspent credit becomes points again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 487)
        cls.enrol(cls, cls.bob, 100)

    def test_points_leave_and_the_wallet_has_the_money(self):
        credit = self.convert(250)
        self.assertEqual((credit.money, credit.wallet_money, credit.kind), (2.0, 2.0, "convert"))
        self.assertEqual(credit.entry_id.kind, "convert_out")
        self.assertBalance(237)
        self.assertWallet(2.0, 2.0)
        self.assertEqual(self.card_of().history_ids.mapped("issued"), [2.0])

    def test_what_buys_nothing_stays(self):
        self.convert(51)  # 0.408
        self.assertWallet(0.4, 0.4)
        self.assertBalance(487 - 50)

    def test_same_key_converts_once_and_says_the_same(self):
        member = self.member()
        first = member.convert(self.unit.id, "100", "one")
        self.assertEqual(member.convert(self.unit.id, 100, "one"), first)
        self.assertEqual((first["money"], first["points"], first["wallet"]), ("0.80", "100", "0.80"))
        with self.assertRaisesRegex(UserError, "another amount"):
            member.convert(self.unit.id, 200, "one")
        self.assertBalance(387)
        self.assertWallet(0.8, 0.8)

    def test_second_conversion_uses_the_same_wallet(self):
        self.convert(100)
        card = self.card_of()
        self.convert(100)
        self.assertEqual(self.card_of(), card)
        self.assertEqual(self.wallet.coupon_count, 1)
        self.assertWallet(1.6, 1.6)

    def test_wallet_that_the_customer_has_is_used(self):
        card = self.top_up(20)
        self.convert(100)
        self.assertEqual(self.card_of(), card)
        self.assertWallet(20.8, 0.8)

    def test_amounts_that_are_none_are_refused_in_words(self):
        for amount in (0, -100, "nan", float("nan"), float("inf"), "1e400", 10**30, "ten", None, 0.5, 49, 488):
            with self.subTest(amount=amount), self.assertRaises(UserError), self.env.cr.savepoint():
                self.member().convert(self.unit.id, amount, "key")
        for key in ("", None, 7, "x" * 65, "a\0"):
            with self.subTest(key=key), self.assertRaises(UserError), self.env.cr.savepoint():
                self.member().convert(self.unit.id, 100, key)
        self.assertBalance(487)
        self.assertFalse(self.card_of())

    def test_gate_switch_and_suspended_club_refuse(self):
        for record, values, words in (
            (self.club, {"is_redeem_allowed": False}, "switched off"),
            (self.club, {"state": "suspended"}, "switched off"),
            (self.unit, {"is_credit_allowed": False}, "do not become store credit"),
        ):
            with self.subTest(words=words, **values), self.env.cr.savepoint() as undo:
                record.write(values)
                with self.assertRaisesRegex(UserError, words):
                    self.convert(100)
                undo.close(rollback=True)
                self.env.invalidate_all()
        self.assertBalance(487)

    def test_promised_points_are_not_converted(self):
        account = self.member().account_ids
        self.env["club.hold"]._authorise(
            account, 400, 4.0, self.company.currency_id, "pos", ("pos.order", "key"), "payment"
        )
        with self.assertRaisesRegex(UserError, "at most 87 Beans"), self.env.cr.savepoint():
            self.convert(100)
        self.convert(87)
        self.assertBalance(400)

    def test_conversion_moves_no_tier_and_is_no_lifetime(self):
        before = self.member().lifetime
        self.convert(400)._reverse("Changed her mind")
        self.assertEqual(self.member().lifetime, before)
        self.assertBalance(487)

    # ------------------------------------------------------------------ back to points
    def test_unspent_credit_goes_back_to_where_it_came_from(self):
        lot = self.member().account_ids.lot_ids
        credit = self.convert(250)
        self.assertEqual(lot.left_amount, 237)
        entry = credit.reverse("Pressed the wrong button", key="undo")
        self.assertEqual(credit.reverse("Pressed the wrong button", key="undo"), entry)
        self.assertEqual((lot.left_amount, self.member().account_ids.lot_ids), (487, lot))
        self.assertEqual(entry.reason, "Pressed the wrong button")
        self.assertWallet(0, 0)
        with self.assertRaisesRegex(UserError, "0.00"):
            credit.reverse("Again")

    def test_parts_go_back_until_nothing_is_left(self):
        credit = self.convert(250)
        credit.reverse("A part", "0.50")
        self.assertBalance(237 + 62)
        self.assertWallet(1.5, 1.5)
        credit.reverse("The rest")
        self.assertBalance(487)
        self.assertWallet(0, 0)

    def test_own_money_never_becomes_points(self):
        credit = self.convert(250)
        card = self.top_up(20)
        card._club_move(-21.0, "Spent")
        self.env["club.credit"]._bring(self.member(), self.wallet, self._source(), 21.0)
        self.assertWallet(1.0, 0)
        with self.assertRaises(UserError):
            credit.reverse("Too late")
        self.assertBalance(237)

    def _source(self):
        return self.sell([(self.cake, 1)], self.bob)._club_source()

    def test_only_what_nobody_has_used_goes_back(self):
        credit = self.convert(250)
        self.card_of()._club_move(-1.5, "Spent")
        self.env["club.credit"]._bring(self.member(), self.wallet, self._source(), 1.5)
        self.assertEqual(credit.left_money, 0.5)
        for amount in ("0.51", 0, -1, "nan", "x"):
            with self.subTest(amount=amount), self.assertRaises(UserError), self.env.cr.savepoint():
                credit.reverse("Too much", amount)
        credit.reverse("The rest", 0.5)
        self.assertBalance(237 + 62)
        self.assertWallet(0, 0)

    def test_wallet_emptied_by_hand_gives_nothing_back_and_is_flagged(self):
        credit = self.convert(250)
        self.assertFalse(self.member().credit_warning)
        groups = "point_of_sale.group_pos_user,loyalty_club.loyalty_club_group_manager"
        self.card_of().with_user(new_test_user(self.env, "till", groups)).points = 0.5
        self.env.invalidate_all()
        self.assertIn("1.50 less", self.member().credit_warning)
        members = self.env["club.member"]
        self.assertEqual(members.search([("has_credit_fault", "=", True)]), self.member())
        self.assertNotIn(self.member(), members.search([("has_credit_fault", "=", False)]))
        self.assertEqual(credit.left_money, 0.5)

    def test_wallet_filled_by_hand_makes_no_points(self):
        credit = self.convert(250)
        self.card_of().points = 1000
        with self.assertRaises(UserError), self.env.cr.savepoint():
            credit.reverse("More than it was", 3)
        credit.reverse("What it was")
        self.assertBalance(487)
        self.assertWallet(998, 0)

    # ------------------------------------------------------------------ who may
    def test_staff_convert_and_managers_turn_back(self):
        cashier = new_test_user(self.env, "till", "point_of_sale.group_pos_user")
        told = self.member().with_user(cashier).convert(self.unit.id, 100, "k")
        credit = self.env["club.credit"].browse(told["credit_id"])
        with self.assertRaises(AccessError):
            credit.with_user(cashier).reverse("I may not")
        for values in ({"money": 99}, {"wallet_money": 99}):
            with self.assertRaises(AccessError):
                credit.with_user(cashier).write(values)
            with self.assertRaises(AccessError):
                credit.write(values)
        with self.assertRaises(AccessError):
            credit.sudo().unlink()
        with self.assertRaises(AccessError):
            self.env["club.credit"].create({"member_id": self.member().id})

    def test_customers_move_nothing_by_a_call(self):
        portal = new_test_user(self.env, "portal_ada", "base.group_portal", partner_id=self.ada.id)
        credit = self.convert(100)
        for method, args in (("convert", (self.unit.id, 100, "k")),):
            with self.assertRaises(AccessError):
                getattr(self.member().with_user(portal), method)(*args)
        with self.assertRaises(AccessError):
            credit.with_user(portal).reverse("Mine")
        self.assertBalance(387)

    # ------------------------------------------------------------------ the wallet
    def test_programme_is_made_once_and_tops_up_by_its_own_product(self):
        self.assertEqual(self.club._club_ensure_wallet(), self.wallet)
        self.assertEqual((self.wallet.program_type, self.wallet.currency_id), ("ewallet", self.club.currency_id))
        self.assertTrue(self.wallet.rule_ids.product_ids)
        self.assertEqual(self.wallet.reward_ids.discount_mode, "per_point")

    def test_merchants_own_wallet_is_used_where_it_fits(self):
        own = self.wallet.copy({"name": "Our wallet"})
        other = self.env["club.club"].create({"name": "Other", "company_ids": [Command.set(self.company.ids)]})
        other.unit_ids.write({"is_credit_allowed": True, "credit_rate": 0.01})
        self.assertEqual(other.credit_program_id, own)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            other.credit_program_id = self.wallet

    def test_wallet_without_a_top_up_product_of_its_own_gets_one(self):
        product = self.env.ref("loyalty.ewallet_product_50")
        self.wallet.rule_ids.product_ids |= product
        new = self.club._club_top_up_product()
        self.assertNotEqual(new, product)
        self.assertFalse(new.taxes_id)

    def test_rates_and_kinds_without_sense_are_refused(self):
        for values in ({"credit_rate": 0}, {"credit_rate": -1}, {"kind": "stamps"}):
            with self.subTest(**values), self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
                self.unit.write(values)
                self.unit.flush_recordset()

    def test_merged_contacts_have_one_wallet_and_one_account_of_it(self):
        self.convert(250)
        self.convert(100, partner=self.bob)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        self.assertWallet(2.8, 2.8)
        self.assertBalance(237)

    def test_erased_member_leaves_the_figures(self):
        credit = self.convert(250)
        self.member()._erase()
        self.assertEqual((credit.exists().money, credit.member_id.partner_id.id), (2.0, False))
        with self.assertRaises(UserError):
            credit.reverse("Nobody is there")


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditReward(RewardCommon, CreditCommon, ClubCommon):
    """500 Beans for 5.00 on the wallet: a reward like any other, at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 487)
        cls.five = cls.reward("Five back", 400, club_credit=5.0, club_limit_member=1)

    def test_reward_is_on_the_wallet_at_once_and_has_no_code(self):
        told = self.member().buy_voucher(self.five.id, "one")
        self.assertEqual((told["code"], told["money"]), (False, "5.00"))
        self.assertEqual(self.member().buy_voucher(self.five.id, "one")["voucher_id"], told["voucher_id"])
        self.assertWallet(5.0, 5.0)
        self.assertBalance(87)
        voucher = self.env["club.voucher"].browse(told["voucher_id"])
        self.assertEqual((voucher.state, voucher.card_id.points), ("used", 0))

    def test_it_says_what_it_brings(self):
        self.assertIn("5.00 of store credit", self.five.club_sentence)
        found = self.member().rewards_in_reach()
        self.assertIn("5.00 of store credit", found[0]["text"])

    def test_limits_count_until_it_is_turned_back(self):
        voucher = self.buy(self.five)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            voucher.action_refund()
        self.member().adjust(self.unit.id, 400, "More")
        with self.assertRaisesRegex(UserError, "as often as one can"), self.env.cr.savepoint():
            self.buy(self.five, key="two")
        voucher.credit_id.reverse("Not wanted")
        self.assertTrue(voucher.refunded_at)
        self.assertBalance(887)
        self.assertWallet(0, 0)
        self.buy(self.five, key="two")
        self.assertWallet(5.0, 5.0)

    def test_it_cannot_be_given_away_or_be_below_zero(self):
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.five.club_is_giftable = True
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.reward("Other", 1, club_credit=1.0, club_id=False)
