"""What a goal brings to who reached it, and what refunds take of that."""

from collections import defaultdict

from odoo import fields, models

from ..engine.lots import portions
from .ledger import Intent, Source


class ClubGoalProgress(models.Model):
    """The reward of a goal and period is given once; what is taken back of it comes back when the refund does."""

    _inherit = "club.goal.progress"

    def _reward(self):
        """Give what these reached: for the first time, or again what a withdrawn refund had taken."""
        again = self.filtered("entry_ids")
        again._give_again()
        fresh = (self - again).filtered(lambda own: own.member_id.active and own.member_id.partner_id)
        fresh = fresh.filtered(lambda own: own.goal_id._is_there_to_give())
        if not fresh:
            return
        homes = fresh.member_id._home_pools()
        wanted = {own: (own.member_id.id, own._unit().id, homes[own.member_id.id].id) for own in fresh}
        accounts = self.env["club.account"].sudo()._ensure(wanted.values())
        intents = [own._intent(accounts[triple]) for own, triple in wanted.items()]
        entries = self.env["club.entry"].sudo()._post(intents, is_locked=True)
        vouchers = self.env["club.voucher"].sudo()
        for own, entry in zip(wanted, entries, strict=True):
            if own.goal_id.reward_kind == "reward":
                vouchers._win(own.member_id, own.goal_id.reward_id, entry, own._key())
            elif own.goal_id.reward_kind == "play":
                own._give_play(entry)
            own._set({"state": "done", "reached_at": fields.Datetime.now(), "entry_ids": [(4, entry.id)]})

    def _unit(self):
        goal = self.goal_id
        if goal.reward_kind == "reward":
            return goal.reward_id.club_unit_id
        return goal.unit_id or goal.club_id._main_unit()  # a play needs none, its movement does

    def _intent(self, account_id):
        """The movement of a reward; that of a voucher says what it is and moves no point."""
        goal, unit, club = self.goal_id, self._unit(), self.member_id.club_id
        data = {"goal_id": goal.id, "period": str(self.period), "value": self.value}
        amount, born = 0, ()
        if goal.reward_kind == "points":
            amount = unit._to_minor(goal.units)
            days, months = next((said for rule in (unit, club) if any(said := rule._validity())), (0, 0))
            born = portions(amount, 1, 0, club._today(), days, months)
        elif goal.reward_kind == "play":
            data["play"] = goal.game_id.name
        else:
            data["won"] = goal.reward_id.name
        return Intent(
            account_id=account_id,
            kind="goal",
            key=self._key(),
            amount=amount,
            source=Source(model="club.goal", id=goal.id, name=goal.name),
            born=born,
            data=data,
        )

    def _take(self):
        """Refunds left less than the goal: what it brought goes, but for a voucher that was used."""
        intents = []
        for own in self:
            vouchers = own._vouchers()
            plays = own._plays()
            if any(not voucher._is_unused() or voucher._busy_on() for voucher in vouchers):
                continue
            if plays.filtered(lambda play: play.state in ("drawn", "done")):
                continue  # with its prize
            plays._set({"state": "taken", "done_at": fields.Datetime.now()})
            for voucher in vouchers:
                voucher._revoke()
            takings = own._takings()
            for entry in own.entry_ids.filtered("amount"):
                mine = takings[entry.id]
                gone = sum((row.data or {}).get("absorbed", 0) + (row.data or {}).get("borne", 0) for row in mine)
                left = entry.amount - gone + sum(row.amount for row in mine)
                if left > 0:
                    intents.append(
                        Intent(
                            kind="clawback",
                            amount=left,
                            own_entry_ids=(entry.id,),
                            own_expired=sum((row.data or {}).get("absorbed", 0) for row in mine),
                            is_shop_bearing=own.club_id._rulebook().is_shop_bearing,
                            **own._taking(entry, mine),
                        )
                    )
            own._set({"state": "taken"})
        if intents:
            self.env["club.entry"].sudo()._post(intents, is_locked=True)

    def _give_again(self):
        """A refund was withdrawn: what it had taken comes back as it was."""
        intents = []
        for own in self:
            for voucher in own._vouchers():
                voucher._unrevoke()
            own._plays().filtered(lambda play: play.state == "taken")._set({"state": "granted", "done_at": False})
            takings = own._takings()
            for entry in own.entry_ids.filtered("amount"):
                mine = takings[entry.id]
                gone = sum((row.data or {}).get("absorbed", 0) + (row.data or {}).get("borne", 0) for row in mine)
                moved = -sum(row.amount for row in mine)
                if moved + gone > 0:
                    intents.append(
                        Intent(
                            kind="correction",
                            amount=max(moved, 0),
                            own_entry_ids=tuple(mine.ids),
                            grace_days=own.club_id._rulebook().grace_days,
                            data={"corrects_kind": "clawback", "absorbed": -gone},
                            **own._taking(entry, mine),
                        )
                    )
            own._set({"state": "done"})
        if intents:
            self.env["club.entry"].sudo()._post(intents, is_locked=True)

    def _vouchers(self):
        return self.env["club.voucher"].sudo().search([("entry_id", "in", self.entry_ids.ids)])

    def _takings(self):
        """Reward's entry id → what took it back or gave it again."""
        found = self.env["club.entry"].sudo().search([("corrects_id", "in", self.entry_ids.ids)], order="id")
        return defaultdict(self.env["club.entry"].sudo().browse, found.grouped(lambda row: row.corrects_id.id))

    def _taking(self, entry, mine):
        return {
            "account_id": entry.account_id._followed().id,
            "key": f"{entry.key}:taking:{len(mine) + 1}",
            "source": Source(model="club.goal", id=self.goal_id.id, name=self.goal_id.name),
            "corrects_id": entry.id,
        }


class ClubVoucher(models.Model):
    _inherit = "club.voucher"

    def _revoke(self):
        """What brought it was refunded: the coupon is worth nothing, and no point moves."""
        self.card_id.with_context(loyalty_no_mail=True, tracking_disable=True).write({"points": 0, "active": False})
        self._set({"refunded_at": fields.Datetime.now()})

    def _unrevoke(self):
        if self.refunded_at:
            points = self.program_id.reward_ids[:1].required_points
            card = self.card_id.with_context(loyalty_no_mail=True, tracking_disable=True, active_test=False)
            card.write({"points": points, "active": True})
            self._set({"refunded_at": False})
