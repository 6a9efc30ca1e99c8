from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_round, format_date

from ..engine.values import exact
from .club_cap import PAYING_KINDS


class ClubMember(models.Model):
    """What a member reads about an own membership, as texts that a template only lays out."""

    _inherit = "club.member"

    @api.model
    def _club_own(self, partner, company):
        """The partner's memberships that have something to show; of the visited company's club first."""
        own = self.sudo().search(
            Domain("partner_id", "=", partner.id)
            & Domain("club_id.state", "!=", "off")
            & Domain("club_id.active", "=", True)
        )
        return own.sorted(
            lambda member: (company not in member.club_id.company_ids, member.club_id.sequence, member.id)
        )

    @api.model
    def _club_page_join(self, partner, club):
        """What a customer who is no member reads: why, and what joining brings."""
        amounts = self.sudo()._club_waiting_amounts(partner, club)
        waiting = " · ".join(unit._format(amount) for unit, amount in amounts.items())
        _ = self.env._
        texts = {
            "automatic": _("You are not a member yet. Your first paid order makes you one, and it counts already."),
            "ask": _("You are not a member yet. Orders here count once you join."),
            "off": _("You are not a member yet. Ask our staff to make you one: tell them your e-mail address."),
        }
        if waiting:
            text = _("You are not a member yet. Your orders are worth %s as soon as you join.", waiting)
        else:
            text = texts[club.enrolment]
        return {
            "text": text,
            "is_open": club.enrolment != "off",
            "button": _("Join and get %s", waiting) if waiting else _("Join the club"),
        }

    def _club_entry_domain(self, show=""):
        """All that happened to the member, or what came ("in") or went ("out").

        A balance that moved while it was empty did not happen.
        """
        none = Domain("amount", "=", 0)
        silent = Domain("kind", "in", ("pool_in", "pool_out", "merge_in", "merge_out")) & none
        silent |= Domain("kind", "in", ("import", "move_in")) & none & Domain("lifetime_delta", "=", 0)
        domain = Domain("account_id", "in", self.account_ids.ids) & ~silent
        ways = {"in": Domain("amount", ">", 0), "out": Domain("amount", "<", 0)}
        return domain & ways.get(show, Domain.TRUE)

    def _club_entries(self, limit, offset=0, show=""):
        return self.env["club.entry"].search(
            self._club_entry_domain(show),
            order="business_at desc, id desc",
            limit=limit,
            offset=offset,
        )

    def _club_entry_total(self, show=""):
        return self.env["club.entry"].search_count(self._club_entry_domain(show))

    def _club_summary(self):
        """ "487 Beans · Gold": a membership in one line."""
        self.ensure_one()
        main = self._club_page_units()[0]
        return f"{main['number']} {main['name']} · {self.tier_id.name}"

    def _club_page(self):
        """Everything on the card: balances by unit, the way to the next tier, how points are collected."""
        self.ensure_one()
        units = self._club_page_units()
        return {
            "club": self.club_id,
            "tier": self.tier_id.name,
            "main": units[0],
            "others": units[1:],
            "next": self._club_page_next(),
            "review": self._tier_review_texts(is_warning=True).get(self.id),
            "moves": self._club_page_moves(),
            "programs": self.club_id._club_page_programs(self.tier_id.id),
            "is_suspended": self.club_id.state == "suspended",
        }

    # ------------------------------------------------------------------ balances
    def _club_main_unit(self):
        """The unit shown first and large: the one that tiers count."""
        return self.club_id.tier_unit_id or self.club_id.unit_ids[:1]

    def _club_page_units(self):
        """One dict per unit, the one that tiers count first; pools of a unit are told apart below it."""
        accounts = self.account_ids.filtered(lambda account: not account.merged_into_id)
        portfolio = accounts._portfolio()
        main = self._club_main_unit()
        by_unit = defaultdict(lambda: self.env["club.account"]) | {main: self.env["club.account"]}
        for account in accounts:
            by_unit[account.unit_id] |= account
        return [self._club_page_unit(unit, own, portfolio) for unit, own in by_unit.items()]

    def _club_page_unit(self, unit, accounts, portfolio):
        own = [portfolio[account.id] for account in accounts]
        active, held = sum(p["active"] for p in own), sum(p["held"] for p in own)
        number, words = unit._format(active, name=False), unit._format
        pools = [(account.pool_id.name, words(portfolio[account.id]["active"])) for account in accounts]
        _, debt = self.env._, sum(accounts.mapped("debt"))
        return {
            "unit": unit,
            "number": number,
            "name": words(active).removeprefix(number).strip(),
            "worth": self._club_page_worth(unit, active),
            "pools": pools if len(pools) > 1 else [],
            "inactive": [
                _("%(amount)s inactive — will be available on %(date)s", amount=words(amount), date=day)
                for (day,), amount in self._club_by_day(own, "inactive")
            ],
            "expiring": [
                _(
                    "%(amount)s to use by %(date)s; an order until then keeps them longer",
                    amount=words(amount),
                    date=day,
                )
                if is_idle
                else _("%(amount)s to use by %(date)s", amount=words(amount), date=day)
                for (day, is_idle), amount in self._club_by_day(own, "expiring")
            ],
            "held": held and accounts._promised_own_text(),
            "debt": debt
            and _(
                "You owe %s: they had been used before an order was returned. The next ones you collect pay for them.",
                words(debt),
            ),
        }

    def _club_by_day(self, portfolios, what):
        """((date in words, …), amount) of what becomes available or expires, the next date first."""
        by_day = defaultdict(int)
        for portfolio in portfolios:
            for amount, *day in portfolio[what]:
                by_day[tuple(day)] += amount
        return [((format_date(self.env, day[0], date_format="long"), *day[1:]), by_day[day]) for day in sorted(by_day)]

    def _club_page_worth(self, unit, active):
        """What the balance is worth and where it may be used now; rounded down, never promised too much."""
        club = self.club_id
        if not active or unit.kind not in PAYING_KINDS or not (places := club._club_paying_places()):
            return ""
        currency, _ = club.currency_id, self.env._
        money = float(exact(unit.money_value) * active / 10**unit.decimals)
        money = float_round(money, precision_rounding=currency.rounding, rounding_method="DOWN")
        if not money:
            return ""
        text = currency.format(money)
        return {
            ("pos",): _("worth %s at the register", text),
            ("shop",): _("worth %s in the webshop", text),
        }.get(places) or _("worth %s at the register and in the webshop", text)

    # ------------------------------------------------------------------ tier
    def _club_page_next(self):
        """The next tier: how far it is, in words and in percent. None without one."""
        club = self.club_id
        figure = self._tier_figures()[self.id]
        above = club.tier_ids.filtered(lambda tier: tier.threshold > max(figure, self.tier_id.threshold))
        if not above:
            return None
        target = above.sorted("threshold")[0]
        # A tier that is held for another reason is no start: the bar says what the words say.
        start = max((tier.threshold for tier in club.tier_ids if tier.threshold <= figure), default=0)
        return {
            "tier": target,
            "title": self.env._(
                "%(amount)s to %(tier)s",
                amount=club._tier_format(target.threshold - figure),
                tier=target.name,
            ),
            "benefits": self.env._("What %s brings", target.name),
            "text": self._club_page_collected(
                done=club._tier_format(figure, name=False), goal=club._tier_format(target.threshold)
            ),
            "percent": max(0, min(100, 100 * (figure - start) // max(target.threshold - start, 1))),
        }

    def _club_page_collected(self, **values):
        _, rules = self.env._, self.club_id._rulebook()
        if rules.tier_metric == "spend":
            if rules.is_tier_yearly:
                return _("You have spent %(done)s of %(goal)s in the last 12 months.", **values)
            return _("You have spent %(done)s of %(goal)s.", **values)
        if rules.tier_metric == "orders":
            if rules.is_tier_yearly:
                return _("You have made %(done)s of %(goal)s in the last 12 months.", **values)
            return _("You have made %(done)s of %(goal)s.", **values)
        if rules.is_tier_yearly:
            return _(
                "You have collected %(done)s of %(goal)s in the last 12 months. Using them does not set you back.",
                **values,
            )
        return _("You have collected %(done)s of %(goal)s. Using them does not set you back.", **values)


class ClubClub(models.Model):
    _inherit = "club.club"

    def _club_paying_places(self):
        """Where members can pay with points: ("pos",), ("shop",), both, or nowhere."""
        if self.state != "on" or not self.is_redeem_allowed:
            return ()
        outlets = self.sudo().outlet_ids.filtered("is_opted_in")
        places = (("pos", self.is_redeem_pos, "pos_config_ids"), ("shop", self.is_redeem_shop, "website_ids"))
        return tuple(code for code, is_open, name in places if is_open and outlets[name])
