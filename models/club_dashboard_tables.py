"""The tables of the dashboard: a row has its texts and the key of what it opens."""

from collections import defaultdict

from odoo import models
from odoo.tools.misc import formatLang

from ..engine import figures
from ..engine.figures import Points
from .club_dashboard import BEST
from .club_report import CHANNELS

GIVEN = ("bonus", "goal", "game", "winback")


class ClubClub(models.Model):
    _inherit = "club.club"

    def _dashboard_tables(self, view, found, now):
        return [
            self._dashboard_table_sales(view, now),
            self._dashboard_table_tiers(view, found),
            self._dashboard_table_rewards(view, found),
            self._dashboard_table_given(view, found, now),
            self._dashboard_table_places(view, found, "outlet"),
            self._dashboard_table_places(view, found, "channel"),
        ]

    def _dashboard_table(self, name, title, columns, rows, note=""):
        return {"name": name, "title": title, "columns": columns, "rows": rows, "note": note}

    def _dashboard_row(self, key, label, *cells, opens=()):
        """``opens``: a key for each cell that opens something of its own."""
        return {"key": key, "name": label, "cells": list(cells), "opens": list(opens)}

    def _dashboard_table_sales(self, view, now):
        """Members beside others: how often, and how much at a time (G17)."""
        _, sales = self.env._, now["sales"]
        labels = [
            ("member", _("Members")),
            ("known", _("Customers who are no members")),
            ("unknown", _("No customer named")),
        ]
        rows, tickets = [], {}
        for who, label in labels:
            orders, money, customers, in_months = sales.get(who, (0, 0.0, 0, 0))
            if not orders and not money:
                continue
            tickets[who] = money / orders if orders else 0
            often = formatLang(self.env, in_months / customers, digits=1) if customers else "–"
            rows.append(
                self._dashboard_row(
                    f"orders:{who}",
                    label,
                    self._dashboard_number(orders),
                    often,
                    self.currency_id.format(tickets[who]),
                    self.currency_id.format(money),
                )
            )
        others = [sales[who] for who in ("known", "unknown") if who in sales]
        orders = sum(sold[0] for sold in others)
        note = ""
        if orders and tickets.get("member"):
            more = figures.change(tickets["member"], sum(sold[1] for sold in others) / orders)
            if more:
                share = self._dashboard_percent(abs(more))
                note = (
                    _("An order of a member is %s larger than one of others.", share)
                    if more > 0
                    else _("An order of a member is %s smaller than one of others.", share)
                )
        columns = [_("Orders"), _("Orders a month and customer"), _("Average order"), _("Sold for")]
        return self._dashboard_table("sales", _("Members and others"), columns, rows, note)

    def _dashboard_table_tiers(self, view, found):
        _, sums = self.env._, defaultdict(lambda: defaultdict(int))
        for kind, is_now, tier_id, number in found["members"]:
            if is_now and tier_id:
                sums[tier_id][kind] += number
        rows = [
            self._dashboard_row(
                f"tier:{tier.id}",
                tier.name,
                *(self._dashboard_number(sums[tier.id][kind]) for kind in ("total", "active", "up", "down")),
                opens=(f"tier:{tier.id}", f"tier:{tier.id}:active", f"moves:{tier.id}:up", f"moves:{tier.id}:down"),
            )
            for tier in self.env["club.tier"].search_fetch([("club_id", "=", self.id)], ["name"], order="threshold")
            if tier.id in sums
        ]
        columns = [_("Members"), _("Active"), _("Moved up to it"), _("Moved down to it")]
        return self._dashboard_table("tiers", _("Tiers"), columns, rows)

    def _dashboard_table_rewards(self, view, found):
        _, sums = self.env._, defaultdict(lambda: [0, 0])
        for is_now, sort, _kind, _bar, _outlet, _channel, reward_id, number, points, _x in found["points"]["reward"]:
            if is_now and reward_id:
                sums[reward_id][0] += number if sort == "spent" else 0
                sums[reward_id][1] -= points
        kept = [reward_id for reward_id, (_number, points) in sums.items() if points > 0]
        best = sorted(kept, key=lambda reward_id: (-sums[reward_id][0], -sums[reward_id][1], reward_id))[:BEST]
        rows = [
            self._dashboard_row(
                f"reward:{reward.id}",
                reward.name,
                self._dashboard_number(sums[reward.id][0]),
                view.unit._format(sums[reward.id][1], name=False),
            )
            for reward in self.env["loyalty.program"].sudo().browse(best)
        ]
        columns = [_("Times"), view.unit.display_name]
        return self._dashboard_table("rewards", _("Best rewards"), columns, rows)

    def _dashboard_table_given(self, view, found, now):
        """What bonuses, goals and games gave beside what orders earn by themselves."""
        _, kinds, labels = self.env._, now["kinds"], self.env["club.entry"]._kind_labels()
        given = [("extra", _("By bonus rules"), now["extra"])]
        given += [(f"kind:{kind}", labels[kind], kinds[kind]) for kind in GIVEN]
        given.append(("kind:play", _("Paid for plays"), kinds["play"]))
        rows = [
            self._dashboard_row(
                key, label, view.unit._format(points, name=False), self._dashboard_price(view.unit, points)
            )
            for key, label, points in given
            if points
        ]
        prizes = 0 if view.outlet else now["standing"]["prizes"]
        if prizes:
            rows.append(
                self._dashboard_row("prizes", _("Rewards won in games"), "", self.currency_id.format(prizes / 1000000))
            )
        columns = [view.unit.display_name, _("Worth")]
        return self._dashboard_table("given", _("Bonuses, goals and games"), columns, rows)

    def _dashboard_table_places(self, view, found, name):
        """By outlet or channel: what was earned and used there, and the share of sales that members bring."""
        _, at = self.env._, {"outlet": 4, "channel": 5}[name]
        sums, sold, rates = defaultdict(lambda: defaultdict(int)), defaultdict(lambda: defaultdict(float)), {}
        for row in found["points"][name]:
            if row[0] and row[1] in ("earned", "taken", "spent", "returned"):
                sums[row[at]][row[1]] += row[8]
        for row in found["orders"][name]:
            if row[0]:
                sold[row[at - 1]][row[1]] += self._dashboard_money(rates, row[2], row[6])
        if name == "outlet":
            labels = {outlet.id: outlet.name for outlet in self._dashboard_outlets(view, {*sums, *sold})}
        else:
            labels = {code: self._dashboard_channel(code) for code, _label in CHANNELS}
        rows = []
        for place in [*labels, None]:
            if place not in sums and place not in sold:
                continue
            points, money = Points(**sums[place]), sold[place]
            share = figures.ratio(money["member"], sum(money.values()))
            rows.append(
                self._dashboard_row(
                    f"{name}:{place or 0}",
                    labels[place] if place else _("Elsewhere: by staff, on the member's page"),
                    view.unit._format(points.awarded, name=False),
                    view.unit._format(points.used, name=False),
                    self.currency_id.format(money["member"]),
                    self._dashboard_percent(share),
                    opens=[f"{name}:{place or 0}:{what}" for what in ("earned", "spent", "sold")],
                )
            )
        columns = [_("Earned"), _("Used"), _("Sold to members"), _("Share of sales")]
        title = _("By outlet") if name == "outlet" else _("By channel")
        return self._dashboard_table(f"{name}s", title, columns, rows)

    def _dashboard_outlets(self, view, found):
        """The club's outlets, and those that were closed since."""
        gone = [outlet_id for outlet_id in found if outlet_id and outlet_id not in view.outlets.ids]
        outlets = self.env["club.outlet"].with_context(active_test=False)
        return view.outlets | (outlets.search([("id", "in", gone)]) if gone else outlets)

    def _dashboard_channel(self, code):
        return dict(self.env["club.report"]._fields["channel"]._description_selection(self.env))[code]
