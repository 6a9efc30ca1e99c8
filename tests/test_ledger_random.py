import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.ledger import Source
from .common_ledger import LedgerCommon

PAID = Source(model="pos.order", id=1, name="Order 1")
SEEDS = (7, 20, 88)
STEPS = 60


@tagged("post_install", "-at_install")
class TestLedgerRandom(LedgerCommon):
    """Whatever happens in whatever order, over weeks: every balance agrees with its history after each step."""

    def test_any_history_stays_coherent(self):
        start = fields.Datetime.now()
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.tell(random.Random(seed), start)
                savepoint.rollback()
                self.env.invalidate_all()

    def tell(self, dice, start):
        self.awards, self.holds, self.spends, self.taken = {}, [], [], {}
        now, told = start, []
        acts = (self.act_earn, self.act_earn, self.act_spend, self.act_hold, self.act_capture, self.act_release,
                self.act_give_back, self.act_claw, self.act_correct, self.act_expire, self.act_return)  # fmt: skip
        for _step in range(STEPS):
            now += timedelta(hours=dice.choice((1, 7, 30, 90)))
            with freeze_time(now):
                self.today = self.club._today()
                act = dice.choice(acts)
                told.append(act.__name__)
                try:
                    act(dice, dice.choice((self.ada_member, self.bob_member)))
                except UserError:
                    told[-1] += " (refused)"
                self.assertEqual(self.club.prove(), [], told)
        with freeze_time(now):
            self.env["club.member"]._merge_partners(self.ada, self.bob)
            self.assertEqual(self.club.prove(), [], told)
            for act in (self.act_capture, self.act_give_back, self.act_claw, self.act_correct, self.act_return) * 6:
                try:
                    act(dice, self.bob_member)
                except UserError:
                    told.append(f"{act.__name__} after the merge (refused)")
                self.assertEqual(self.club.prove(), [], (told, act.__name__))
        self.assertGreater(len(told), STEPS // 2)

    # ------------------------------------------------------------------ what may happen
    def act_earn(self, dice, member):
        valid = dice.choice((None, None, 5, 20))
        days = dice.choice((0, 0, 3))
        entry = self.earn(dice.randint(1, 100), member, days=days, valid=valid and valid + days)
        self.awards[entry] = entry.amount

    def act_spend(self, dice, member):
        self.spends.append(self.post("spend", dice.randint(1, 80), member, allow_debt=dice.random() < 0.2))

    def act_hold(self, dice, member):
        channel = dice.choice(("sale", "pos"))
        self.holds.append(self.hold(dice.randint(1, 60), member, order=str(len(self.holds)), channel=channel))

    def act_capture(self, dice, member):
        if self.holds:
            dice.choice(self.holds)._capture(PAID)

    def act_release(self, dice, member):
        if self.holds:
            dice.choice(self.holds)._release()

    def act_give_back(self, dice, member):
        captured = [hold for hold in self.holds if hold.state == "captured"]
        if captured:
            dice.choice(captured)._give_back(dice.randint(1, 30), f"return:{dice.random()}", PAID)

    def act_return(self, dice, member):
        if self.spends:
            spend = dice.choice(self.spends)
            back = sum(self.env["club.entry"].search([("corrects_id", "=", spend.id)]).mapped("amount"))
            amount = min(dice.randint(1, 30), -spend.amount - back)
            if amount > 0:
                self.post(
                    "spend_return",
                    amount,
                    account=spend.account_id._followed(),
                    own_entry_ids=(spend.id,),
                    corrects_id=spend.id,
                    grace_days=10,
                )

    def act_claw(self, dice, member):
        """A refund: takes a part of what is left of one award."""
        open_awards = [award for award, left in self.awards.items() if left]
        if open_awards:
            award = dice.choice(open_awards)
            amount = dice.randint(1, self.awards[award])
            self.awards[award] -= amount
            taken = self.taken.setdefault(award, [])
            entry = self.post(
                "clawback",
                amount,
                account=award.account_id._followed(),
                own_entry_ids=(award.id,),
                own_expired=sum((past.data or {}).get("absorbed", 0) for past in taken),
                is_shop_bearing=dice.random() < 0.3,
                corrects_id=award.id,
            )
            taken.append(entry)

    def act_correct(self, dice, member):
        """A refund withdrawn: all that it took comes back."""
        if self.taken:
            award, taken = self.taken.popitem()
            moved = -sum(entry.amount for entry in taken)
            if moved > 0:
                self.post(
                    "correction",
                    moved,
                    account=award.account_id._followed(),
                    own_entry_ids=tuple(entry.id for entry in taken),
                    corrects_id=award.id,
                    data={"corrects_kind": "clawback"},
                )

    def act_expire(self, dice, member):
        self.env["club.account"].sudo()._expire_members(member.ids)
