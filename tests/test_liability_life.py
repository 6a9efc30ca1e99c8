import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..engine.values import Born
from ..models.ledger import Source
from .common_accounting import PLENTY
from .test_liability import LiabilityCase

SEEDS = (3, 14, 159)
STEPS = 40


@tagged("post_install", "-at_install")
class TestLiabilityLife(LiabilityCase):
    """Whatever happens in whatever order: after a booking the account says what members have."""

    def test_any_history_ends_with_what_members_have(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.live(random.Random(seed))
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def live(self, dice):
        self.awards, self.spends, self.told = [], [], []
        now = fields.Datetime.now()
        acts = (self.act_earn, self.act_earn, self.act_reward, self.act_back, self.act_claw, self.act_expire,
                self.act_adjust, self.act_value, self.act_rate, self.act_book, self.act_book)  # fmt: skip
        for _step in range(STEPS):
            now += timedelta(hours=dice.choice((1, 20, 90)))
            with freeze_time(now):
                act = dice.choice(acts)
                try:
                    act(dice)
                    self.told.append(act.__name__)
                except UserError:
                    self.told.append(f"{act.__name__} (refused)")
        with freeze_time(now):
            self.act_book(dice)
        self.assertIn("act_expire", self.told)

    def act_earn(self, dice):
        today = self.club._today()
        first = today + timedelta(days=dice.choice((0, 0, 4)))
        last = dice.choice((None, first + timedelta(days=5)))
        amount = dice.randint(1, 5000)
        self.awards.append(self.post("award", amount, born=(Born(amount=amount, available_on=first, expires_on=last),)))

    def act_reward(self, dice):
        self.spends.append(self.post("voucher", dice.randint(1, 3000)))

    def act_back(self, dice):
        if self.spends:
            spend = self.spends.pop()
            self.post("spend_return", -spend.amount, own_entry_ids=tuple(spend.ids), corrects_id=spend.id, grace_days=3)

    def act_claw(self, dice):
        if self.awards:
            award = self.awards.pop(dice.randrange(len(self.awards)))
            self.post("clawback", dice.randint(1, award.amount), own_entry_ids=tuple(award.ids), corrects_id=award.id)

    def act_expire(self, dice):
        self.env["club.account"]._expire_members(self.member.ids)

    def act_adjust(self, dice):
        self.member.adjust(self.club.tier_unit_id.id, dice.choice((-700, 25, 300)), "Dice")

    def act_value(self, dice):
        self.club.tier_unit_id.money_value = dice.choice((0.01, 0.02, 0.013))

    def act_rate(self, dice):
        self.club.accrual_rate = dice.choice((100, 80, 66.67))

    def act_book(self, dice):
        self.book()
        value = self.club.tier_unit_id.money_value * self.club.accrual_rate / 100
        self.assertOwes(self.company.currency_id.round(self.points() * value + 1e-9))
        self.assertFalse(self.book(), self.told)


@tagged("post_install", "-at_install")
class TestLiabilityCompanies(LiabilityCase):
    """Each company books its own liability; what one awards and another gives for, they owe each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.env.user.company_ids += cls.other
        cls.club.company_ids += cls.other
        invoices = cls.env["account.move"].with_company(cls.other)
        cls.airport = invoices.create({"move_type": "out_invoice", "partner_id": cls.customer.id})
        cls.accruals._book(cls.other)

    def setUp(self):
        super().setUp()
        self.other_before = self.trial_balance(self.other)

    def other_booked(self):
        after, change = self.trial_balance(self.other), {}
        for account in after.keys() | self.other_before.keys():
            moved = self.other.currency_id.round(after.get(account, 0.0) - self.other_before.get(account, 0.0))
            if moved:
                change[self.env["account.account"].browse(account)] = moved
        return change

    def award_there(self, amount):
        return self.post("award", amount, source=Source(model="account.move", id=self.airport.id, name="There"))

    def book_both(self):
        return self.accruals._book(self.company | self.other)

    def test_award_is_booked_where_it_was_made(self):
        self.award_there(1000)
        self.book_both()
        self.assert_booked({})
        self.assertEqual(
            self.other_booked(),
            {self.other.club_expense_account_id: 10.0, self.other.club_liability_account_id: -10.0},
        )

    def test_points_used_at_another_company_are_owed_to_it(self):
        self.member.adjust(self.club.tier_unit_id.id, -PLENTY, "Start from nothing")
        self.award_there(1000)
        self.book_both()
        self.before, self.other_before = self.trial_balance(), self.trial_balance(self.other)
        self.club.earn_on_redemption = False
        self.open_new_session()
        self.sell([(self.coffee, 1)], [(self.cash_pm1, 100.0), (self.tender, 7.0)])
        self.close()
        here, there = self.book_both()
        self.assertEqual(self.causes(here), {"lent": 7.0, "used": -7.0})
        self.assertEqual(self.causes(there), {"borrowed": -7.0})
        clearing = self.company.club_clearing_account_id
        self.assert_booked(
            {
                self.sales_account: -100.0,
                self.tax_account(): -7.0,
                self.cash_pm1.journal_id.default_account_id: 100.0,
                clearing: 7.0,
            }
        )
        self.assertEqual(
            self.other_booked(),
            {self.other.club_clearing_account_id: -7.0, self.other.club_liability_account_id: 7.0},
        )
        self.assertEqual(self.club.prove_liability(), [])

    def test_expiry_is_the_awarding_companys(self):
        today = self.club._today()
        source = Source(model="account.move", id=self.airport.id, name="There")
        self.post("award", 400, source=source, born=(Born(amount=400, available_on=today, expires_on=today),))
        self.book_both()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env["club.account"]._expire_members(self.member.ids)
            booked = self.book_both()
        self.assertEqual(booked.company_id, self.other)
        self.assertEqual(self.causes(booked), {"expired": -4.0})
        self.assertEqual(self.other_booked(), {})

    def test_another_currency_is_booked_at_its_rate(self):
        """The club counts in the first company's money; the other keeps its books in half as much."""
        double = self.env["res.currency"].create({"name": "DBL", "symbol": "D", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "company_id": self.other.id, "rate": rate, "name": "2020-01-01"}
                for currency, rate in ((double, 2.0), (self.club.currency_id, 1.0))
            ]
        )
        self.other.currency_id = double
        self.award_there(1000)
        self.book_both()
        self.assertEqual(self.other_booked()[self.other.club_liability_account_id], -20.0)
