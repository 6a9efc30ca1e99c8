"""Of what members can be told, the words to begin with, and what placeholders stand for."""

from datetime import date

from odoo import api, fields, models
from odoo.tools.misc import format_date

# Placeholder → what it is the name of.
NAMED = {
    "next_tier": "club.tier", "from_tier": "club.tier", "reward": "loyalty.program", "goal": "club.goal",
    "game": "club.game",
}  # fmt: skip


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    @api.model
    def _trigger_label(self, code):
        _ = self.env._
        return {
            "joined": _("Welcome"),
            "reached": _("Points reached"),
            "near": _("The next tier is near"),
            "near_reward": _("A reward is near"),
            "tier": _("Tier reached"),
            "tier_ends": _("Tier about to be lost"),
            "released": _("Points became available"),
            "expiring": _("Points expire"),
            "voucher": _("A voucher runs out"),
            "goal": _("Goal reached"),
            "play": _("A play was won"),
            "birthday": _("Birthday"),
            "idle": _("Long not seen"),
        }[code]

    def _amount_text(self):
        """How many, in the unit or in what tiers go by."""
        if self.trigger in ("near", "tier_ends"):
            return self.club_id._tier_format(self.club_id._tier_minor(self.units))
        return self.unit_id._format(round(self.units * 10**self.unit_id.decimals)) if self.unit_id else ""

    def _trigger_sentence(self, amount, days, reward):
        _ = self.env._
        return {
            "joined": lambda: _("Whoever becomes a member"),
            "reached": lambda: _("Whoever has collected %s", amount),
            "near": lambda: _("Whoever has %s or less to go to the next tier", amount),
            "near_reward": lambda: _(
                "Whoever has %(amount)s or less to go to %(reward)s", amount=amount, reward=reward
            ),
            "tier": lambda: _("Whoever comes to a higher tier"),
            "tier_ends": lambda: _("Whoever may lose the tier, %s days ahead", days),
            "released": lambda: _("Whoever's points became available"),
            "expiring": lambda: _("Whoever's points expire, %s days ahead", days),
            "voucher": lambda: _("Whoever's voucher runs out, %s days ahead", days),
            "goal": lambda: _("Whoever reaches a goal"),
            "play": lambda: _("Whoever has a play of a game"),
            "birthday": lambda: _("Whoever has a birthday"),
            "idle": lambda: _("Whoever has bought nothing for %s days", days),
        }[self.trigger]()

    @api.model
    def _default_words(self, code):
        """(subject, text) in the language of the environment."""
        _ = self.env._
        return {
            "joined": lambda: (
                _("Welcome to {club}"),
                _("Hello {name},\n\nYou are a member of {club} now. Every order counts."),
            ),
            "reached": lambda: (
                _("You have collected {amount}"),
                _("Hello {name},\n\nYou have collected {amount} at {club}. You can use {points} now."),
            ),
            "near": lambda: (
                _("Only {missing} to {next_tier}"),
                _("Hello {name},\n\nOnly {missing} are missing, then you are {next_tier} at {club}."),
            ),
            "near_reward": lambda: (
                _("Only {missing} to {reward}"),
                _("Hello {name},\n\nOnly {missing} are missing for {reward}. You have {points} by now."),
            ),
            "tier": lambda: (
                _("You are {tier} now"),
                _("Hello {name},\n\nYou have come from {from_tier} to {tier} at {club}. Enjoy what it brings."),
            ),
            "tier_ends": lambda: (
                _("{missing} by {date} keep {tier}"),
                _("Hello {name},\n\nYou keep {tier} at {club} if you collect {missing} by {date}."),
            ),
            "released": lambda: (
                _("{amount} can be used now"),
                _("Hello {name},\n\n{amount} became available at {club}. You can use {points} now."),
            ),
            "expiring": lambda: (
                _("{amount} expire within {days} days"),
                _("Hello {name},\n\n{amount} of yours at {club} expire within {days} days, the first after {date}."),
            ),
            "voucher": lambda: (
                _("{reward}: use it by {date}"),
                _("Hello {name},\n\nYour voucher {reward} of {club} is good until {date}. The code is on your page."),
            ),
            "goal": lambda: (
                _("You did it: {goal}"),
                _("Hello {name},\n\nYou reached {goal} at {club}. It brings you {reward}."),
            ),
            "play": lambda: (
                _("A play of {game} is waiting for you"),
                _("Hello {name},\n\nYou have a play of {game} at {club}. Play it on your page."),
            ),
            "birthday": lambda: (
                _("Happy birthday, {name}"),
                _("Hello {name},\n\n{club} wishes you a happy birthday. You have {points} to treat yourself."),
            ),
            "idle": lambda: (
                _("We would like to see you again"),
                _("Hello {name},\n\nYou were last at {club} {days} days ago. You have {points} to use."),
            ),
        }[code]()

    def _example(self):
        """Values to show a text with: figures of the rule's own, names made up."""
        self.ensure_one()
        _, club, unit = self.env._, self.club_id, self.unit_id
        scale = 10 ** (unit.decimals or 0)
        day = format_date(self.env, fields.Date.add(fields.Date.today(), days=self.days or 0))
        tiers = club.tier_ids.sorted("threshold")
        words = unit._format if unit else str
        return {
            "name": _("Ada"),
            "club": club.name or "",
            "points": words(80 * scale),
            "tier": tiers[:1].name or "",
            "next_tier": tiers[1:2].name or tiers[:1].name or "",
            "from_tier": tiers[:1].name or "",
            "amount": words(round(self.units * scale)),
            "missing": self._amount_text(),
            "reward": self.reward_id.name or _("Free coffee"),
            "goal": _("Five visits a month"),
            "game": _("Wheel"),
            "date": day,
            "days": str(self.days),
            "bonus": words(round(self.bonus * scale)),
        }


class ClubMessage(models.Model):
    _inherit = "club.message"

    def _named(self):
        """Model → ids of what these messages name and what is still there: one query a model."""
        named = {model: set() for model in NAMED.values()}
        for data in self.mapped("data"):
            for name, model in NAMED.items():
                if record_id := (data or {}).get(f"{name}_id"):
                    named[model].add(record_id)
        return {model: set(self.env[model].browse(ids).exists().ids) for model, ids in named.items()}

    def _values(self, balances, named=None):
        """Placeholder → text for this message, in the language of the environment.

        :param balances: member id → what is active of the club's first unit
        :param named: as ``_named``, of all that are sent together
        """
        self.ensure_one()
        named = self._named() if named is None else named
        data, member, club = self.data or {}, self.member_id, self.club_id
        unit = self.env["club.unit"].browse(data.get("unit_id") or club._main_unit().id)
        values = {
            "name": member.partner_id.name or "",
            "club": club.name,
            "points": club._main_unit()._format(balances.get(member.id, 0)),
            "tier": member.tier_id.name,
            "days": str(data.get("days", "")),
        }
        for name in ("amount", "missing", "bonus"):
            if name in data:
                values[name] = unit._format(data[name])
        if "metric" in data:
            values["missing"] = club._tier_format(data["missing"], metric=data["metric"])
        for name, model in NAMED.items():
            if record_id := data.get(f"{name}_id"):
                values[name] = self.env[model].browse(record_id).name if record_id in named[model] else ""
        if "goal_id" in data:
            goal = self.env["club.goal"].browse(data["goal_id"] if values["goal"] else ())
            values["reward"] = goal._reward_text_or_none()
        if day := data.get("date"):
            values["date"] = format_date(self.env, date.fromisoformat(day))
        return values


class ClubGoal(models.Model):
    _inherit = "club.goal"

    def _reward_text_or_none(self):
        return self._reward_text() if self else ""


class ClubClub(models.Model):
    _inherit = "club.club"

    def _main_unit(self):
        """The unit that tiers count, which is shown first everywhere."""
        return self.tier_unit_id or self.unit_ids[:1]
