""" "My points": what a member has, answered in sentences, for chats and chatbots."""

from odoo import api, models
from odoo.tools import format_list

from .asked import one

NAMED = 5  # rewards that an answer names


class ClubMember(models.Model):
    _inherit = "club.member"

    @api.readonly
    def points_in_words(self):
        """What this member has and can get, in sentences that the member may read.

        :return: text in the member's own language, else in the caller's: balances, what expires next, the way to
            the next tier, rewards in reach
        """
        one(self).check_access("read")
        return self._points_in_words()

    def _points_in_words(self, lang=None):
        """See ``points_in_words``, whoever asks.

        :param lang: of whoever reads it, by default the member
        """
        return " ".join(self._points_lines(lang))

    def _points_lines(self, lang=None):
        """The same, a sentence a line."""
        self.ensure_one()
        member = self.sudo()
        member = member.with_context(lang=lang or member.partner_id.lang or self.env.lang)
        return [sentence for sentence in member._points_said() if sentence]

    def _points_said(self):
        """The sentences one by one; a club that is closed keeps what members have."""
        _, club = self.env._, self.club_id
        units = self._club_page_units()
        if club.state == "on" and not any(self.account_ids.mapped("balance")) and not any(u["debt"] for u in units):
            yield _("You have no %s yet.", units[0]["unit"].name_plural)
        else:
            balances = [f"{unit['number']} {unit['name']}" for unit in units]
            yield _("You have %s.", format_list(self.env, balances))
        accounts = self.account_ids.filtered(lambda account: not account.merged_into_id)
        portfolio = accounts._portfolio()
        for unit in units:
            if unit["pools"]:
                places = [_("%(amount)s at %(place)s", place=name, amount=amount) for name, amount in unit["pools"]]
                yield _("That is %s.", format_list(self.env, places))
            own = accounts.filtered(lambda account, one=unit["unit"]: account.unit_id == one)
            yield from self._points_dates(unit["unit"]._format, [portfolio[account.id] for account in own])
            yield unit["debt"]
        if club.state != "on":
            yield club._club_frozen_text() or _("%s is closed at the moment; what you have is kept.", club.name)
            return
        if ahead := self._club_page_next():
            yield _("You are %(tier)s: %(gap)s.", tier=self.tier_id.name, gap=ahead["title"])
        elif self.tier_id:
            yield _("You are %s.", self.tier_id.name)
        yield self._points_rewards()

    def _points_dates(self, words, portfolios):
        """The first part that comes free, and the first that expires."""
        _ = self.env._
        for (day,), amount in self._club_by_day(portfolios, "inactive")[:1]:
            yield _("%(amount)s will be available on %(date)s.", amount=words(amount), date=day)
        for (day, is_idle), amount in self._club_by_day(portfolios, "expiring")[:1]:
            told = {"amount": words(amount), "date": day}
            if is_idle:
                yield _("Use %(amount)s by %(date)s; an order until then keeps them longer.", **told)
            else:
                yield _("Use %(amount)s by %(date)s.", **told)

    def _points_rewards(self):
        """What can be had now, else the nearest reward and what is missing."""
        _, found = self.env._, self._club_rewards()
        within = [program for program, verdict in found if not verdict.code]
        if within:
            names = [f"{program.name} ({program.club_price_text})" for program in within[:NAMED]]
            return _("You can have: %s.", format_list(self.env, names))
        short = [pair for pair in found if pair[1].code == "points"]
        if not short:
            return ""
        program, verdict = min(short, key=lambda pair: pair[1].missing)
        missing = program.club_unit_id._format(verdict.missing)
        return _("%(missing)s more and you can have: %(reward)s.", missing=missing, reward=program.name)
