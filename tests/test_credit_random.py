import random

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClubCommon
from .common_credit import CreditCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestCreditRandom(CreditCommon, ClubCommon):
    """Whatever happens to a wallet, credit from points is never more than what is on it, and all of it goes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("program_type", "!=", "ewallet")]).active = False
        cls.mug = cls._product("Mug", 1.0, taxes_id=[Command.clear()], type="service")
        cls.enrol(cls, cls.ada, 5000)

    def assertSane(self):
        self.env.invalidate_all()
        member = self.member()
        wallet, noted = member._club_wallet_money(self.wallet), member._club_credit_noted(self.wallet)
        self.assertGreaterEqual(noted, 0)
        self.assertLessEqual(noted, wallet + 0.001)
        own = self.paid_in + sum(member.credit_ids.mapped("wallet_money"))
        self.assertAlmostEqual(own, wallet, 2)
        self.assertFalse(member.credit_warning)
        self.assertCoherent()

    def step_convert(self, draw):
        if self.balance() >= 50:
            self.converted.append(self.convert(draw.randint(50, min(900, self.balance()))))

    def step_top_up(self, draw):
        money = draw.randint(1, 900) / 100
        self.top_up(money)
        self.paid_in += money

    def step_order(self, draw):
        if not self.card_of() or self.card_of().points < 1:
            return
        order = self.env["sale.order"].create({
            "partner_id": self.ada.id,
            "team_id": self.team.id,
            "pricelist_id": self.pricelist.id,
            "order_line": [Command.create({"product_id": self.mug.id, "product_uom_qty": draw.randint(1, 12)})],
        })  # fmt: skip
        order._update_programs_and_rewards()
        order._apply_program_reward(self.wallet.reward_ids, self.card_of())
        order.action_confirm()
        self.orders.append(order)

    def step_cancel(self, draw):
        if self.orders:
            self.orders.pop(draw.randrange(len(self.orders)))._action_cancel()

    def step_reverse(self, draw):
        credit = draw.choice(self.converted) if self.converted else self.env["club.credit"]
        if credit and credit.left_money >= 0.1:
            credit.reverse("At random", draw.choice((None, 0.1, round(credit.left_money / 2, 2))))

    def test_any_life_of_a_wallet_ends_where_it_began(self):
        for seed in range(3):
            draw = random.Random(seed)
            with self.subTest(seed=seed), self.env.cr.savepoint() as undo:
                self.converted, self.orders, self.paid_in = [], [], 0.0
                steps = (self.step_convert, self.step_top_up, self.step_order, self.step_cancel, self.step_reverse)
                for _ in range(25):
                    draw.choice(steps)(draw)
                    self.assertSane()
                for order in self.orders:
                    order._action_cancel()
                self.env.invalidate_all()
                for credit in self.converted:
                    if credit.left_money:
                        credit.reverse("The end")
                self.assertSane()
                self.assertWallet(self.paid_in, 0)
                self.assertBalance(5000)
                undo.close(rollback=True)
                self.env.invalidate_all()
