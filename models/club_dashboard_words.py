"""The dashboard in words: five figures with trend and advice, bars, and tables, each with what it opens."""

from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import fields, models
from odoo.tools.misc import format_date, formatLang

from ..engine import figures
from ..engine.figures import Points
from .club_dashboard import AGES

MOST = 10  # times: what rose by more had hardly anything before


class ClubClub(models.Model):
    _inherit = "club.club"

    def _dashboard_words(self, view, found, clubs):
        """What the screen shows. A ``key`` is what ``open_dashboard`` opens."""
        now, before = self._dashboard_sums(view, found, True), self._dashboard_sums(view, found, False)
        counted_at = self._counted_at().get(self.id)
        standing = now["standing"]
        return {
            "club": {"id": self.id, "name": self.name},
            "clubs": [{"id": club.id, "name": club.name} for club in clubs],
            "units": [{"id": unit.id, "name": unit.display_name} for unit in view.units],
            "outlets": [{"id": outlet.id, "name": outlet.name} for outlet in view.outlets],
            "unit_id": view.unit.id,
            "outlet_id": view.outlet.id,
            "step": view.step,
            "first": fields.Date.to_string(view.first),
            "last": fields.Date.to_string(view.last),
            "counted_at": fields.Datetime.to_string(counted_at) if counted_at else False,
            "is_new": not (standing["total"] or now["orders"] or before["orders"] or now["points"].earned),
            "cards": self._dashboard_cards(view, found, now, before),
            "bars": self._dashboard_bars(view, found),
            "tables": [table for table in self._dashboard_tables(view, found, now) if table["rows"]],
            "owed": self._dashboard_ages(view, found),
        }

    # ------------------------------------------------------------------ sums
    def _dashboard_sums(self, view, found, is_now):
        """Everything of one of the two periods that a figure is made of."""
        sorts, kinds, extra, net = defaultdict(int), defaultdict(int), 0, 0
        for row in found["points"]["kind"]:
            if row[0] == is_now:
                _now, sort, kind, _bar, _outlet, _channel, _reward, _number, points, more = row
                sorts[sort] += points
                kinds[kind] += points
                extra, net = extra + more, net + points
        rates, sales = {}, defaultdict(lambda: [0, 0.0, 0, 0])
        for row in found["orders"]["all"]:
            sold = sales[row[1]]
            if row[0] is is_now:
                sold[0] += row[5]
                sold[1] += self._dashboard_money(rates, row[2], row[6])
            sold[2] += row[7]
            sold[3] += row[8]
        standing = defaultdict(int)
        for kind, is_then, _tier, number in found["members"]:
            if is_then == is_now:
                standing[kind] += number
        return {
            "points": Points(**{sort: sorts[sort] for sort in ("earned", "taken", "spent", "returned", "expired")}),
            "kinds": kinds,
            "extra": extra,
            "net": net,
            "sales": sales,
            "orders": sum(sold[0] for sold in sales.values()),
            "money": sum(sold[1] for sold in sales.values()),
            "standing": standing,
        }

    # ------------------------------------------------------------------ five figures
    def _dashboard_cards(self, view, found, now, before):
        makers = (
            self._dashboard_active,
            self._dashboard_redemption,
            self._dashboard_cost,
            self._dashboard_liability,
            self._dashboard_leaving,
        )
        if view.unit.kind == "stamps":  # worth nothing before their card is full: what it cost is not known by them
            makers = [maker for maker in makers if maker != self._dashboard_cost]
        return [maker(view, found, now, before) for maker in makers]

    def _dashboard_card(self, key, name, value, note, pair=(None, None), advice="", is_good=None, is_whole=False):
        """``pair``: the figure now and in the days before, none where that is not known."""
        text, way = self._dashboard_trend(*pair)
        return {
            "key": key,
            "name": name,
            "value": value,
            "note": note,
            "trend": text,
            "way": way,
            "tone": "" if is_good is None or not way else "success" if (way == "up") == is_good else "danger",
            "advice": advice,
            "scope": self.env._("All outlets") if is_whole else "",
        }

    def _dashboard_trend(self, now, before):
        """(text, up or down or nothing)."""
        if now is None or before is None or (not now and not before):
            return "", ""
        if not before:
            return self.env._("from 0"), "up" if now > 0 else "down"
        trend = figures.change(now, before)
        if trend >= MOST:
            return self.env._("more than tenfold"), "up"
        return self._dashboard_percent(abs(trend)), "up" if trend > 0 else "down" if trend else ""

    def _dashboard_active(self, view, found, now, before):
        _, standing = self.env._, now["standing"]
        share = figures.ratio(now["sales"]["member"][1], now["money"])
        texts = {
            "weak": _("Few sales are to members. Let cashiers ask everybody, and put the QR code to join on receipts."),
            "strong": _("Members bring at least half of the sales: they are worth the best offers."),
        }
        return self._dashboard_card(
            "active",
            _("Active members"),
            self._dashboard_number(standing["active"]),
            _("members in all: %s", self._dashboard_number(standing["total"]))
            if share is None
            else _(
                "of %(total)s, with %(share)s of the sales",
                total=self._dashboard_number(standing["total"]),
                share=self._dashboard_percent(share),
            ),
            self._dashboard_stood("active", now, before),
            texts.get(figures.judge_share(share), ""),
            is_good=True,
            is_whole=bool(view.outlet),
        )

    def _dashboard_redemption(self, view, found, now, before):
        _, points, rate = self.env._, now["points"], now["points"].redemption
        earlier = before["points"].redemption
        texts = {
            "low": _(
                "Members collect and hardly use it. Offer a reward within reach of a few visits, and tell them "
                "before points expire."
            ),
            "closed": _("Nobody can use points: redeeming is switched off. Switch it on under Program on the club."),
            "high": _("Members use nearly all they earn. Check that rewards cost what you planned."),
        }
        return self._dashboard_card(
            "points",
            _("Used of what was earned"),
            self._dashboard_percent(rate),
            _(
                "%(earned)s earned, %(used)s used, %(expired)s expired",
                earned=view.unit._format(points.awarded, name=False),
                used=view.unit._format(points.used, name=False),
                expired=view.unit._format(-points.expired, name=False),
            ),
            (rate, earlier),
            texts.get(figures.judge_redemption(rate, self.is_redeem_allowed), ""),
        )

    def _dashboard_cost(self, view, found, now, before):
        _ = self.env._
        cost, earlier = (self._dashboard_worth(view.unit, sums["points"].used) for sums in (now, before))
        sales = now["sales"]["member"][1]
        texts = {"high": _("What members used is more than a tenth of what they paid: give less, or ask more for it.")}
        return self._dashboard_card(
            "spent",
            _("What it cost"),
            self.currency_id.format(float(cost)),
            _("%(share)s of what members paid", share=self._dashboard_percent(figures.ratio(cost, _exact(sales))))
            if sales > 0
            else _("nothing was sold to members"),
            (cost, earlier) if before["points"].awarded or earlier else (None, None),
            texts.get(figures.judge_cost(cost, _exact(sales)), ""),
        )

    def _dashboard_liability(self, view, found, now, before):
        _ = self.env._
        owed = sum(points for _day, _kind, _number, points in found["owed"])
        old = sum(self._dashboard_age_sums(view, found)[-1:])
        total = now["standing"]["total"]
        texts = {"old": _("More than a third is older than a year. Let points expire, or invite members to use them.")}
        return self._dashboard_card(
            "owed",
            _("Owed to members"),
            self.currency_id.format(float(self._dashboard_worth(view.unit, owed)))
            if view.unit.kind != "stamps"
            else view.unit._format(owed, name=False),
            _(
                "%(points)s, %(each)s a member",
                points=view.unit._format(owed),
                each=view.unit._format((2 * owed + total) // (2 * total), name=False) if total else 0,
            ),
            (owed, owed - now["net"]) if not view.outlet and view.last == self._today() else (None, None),
            texts.get(figures.judge_owed(old, owed), ""),
            is_whole=bool(view.outlet),
        )

    def _dashboard_leaving(self, view, found, now, before):
        _, standing = self.env._, now["standing"]
        rules = self.env["club.message.rule"].sudo()
        idle = [("club_id", "=", self.id), ("trigger", "=", "idle"), ("is_on", "=", True)]
        has_message = bool(standing["leaving"] and rules.search_count(idle, limit=1))
        texts = {
            "tell": _('Nobody tells them that they are missed: switch on the message "Long not seen" with a bonus.'),
            "many": _("More than a quarter of the active members stay away: a stronger offer may bring them back."),
        }
        return self._dashboard_card(
            "leaving",
            _("About to leave"),
            self._dashboard_number(standing["leaving"]),
            _("active members without an order for 90 days"),
            self._dashboard_stood("leaving", now, before),
            texts.get(figures.judge_leaving(standing["leaving"], standing["active"], has_message), ""),
            is_good=False,
            is_whole=bool(view.outlet),
        )

    def _dashboard_stood(self, kind, now, before):
        """A figure of members, with the one of then where members were counted then."""
        then = before["standing"]
        return now["standing"][kind], then[kind] if then["total"] else None

    # ------------------------------------------------------------------ bars
    def _dashboard_bars(self, view, found):
        """Earned, used and expired by day, week or month, in whole units."""
        days = figures.starts(view.first, view.last, view.step)
        sums, scale = {day: defaultdict(int) for day in days}, 10 ** (view.unit.decimals or 0)
        for is_now, sort, _kind, bar, _outlet, _channel, _reward, _number, points, _extra in found["points"]["bar"]:
            if is_now and bar in sums:
                sums[bar][sort] += points
        form = "MMM y" if view.step == "month" else "d MMM"
        rows = [Points(**{sort: sums[day][sort] for sort in ("earned", "taken", "spent", "returned")}) for day in days]
        return {
            "labels": [format_date(self.env, day, date_format=form) for day in days],
            "days": [fields.Date.to_string(day) for day in days],
            "earned": [row.awarded / scale for row in rows],
            "used": [row.used / scale for row in rows],
            "expired": [-sums[day]["expired"] / scale for day in days],
        }

    def _dashboard_age_sums(self, view, found):
        """Points by age: up to 3, 6 and 12 months, and older."""
        today, sums = self._today(), [0] * (len(AGES) + 1)
        for day, _kind, _number, points in found["owed"]:
            age = relativedelta(today.replace(day=1), day)
            months = 12 * age.years + age.months
            sums[sum(months >= limit for limit in AGES)] += points
        return sums

    def _dashboard_ages(self, view, found):
        _, sums = self.env._, self._dashboard_age_sums(view, found)
        soon = sum(points for _day, kind, _number, points in found["owed"] if kind == "soon")
        labels = [_("up to 3 months"), _("3 to 6 months"), _("6 to 12 months"), _("older than a year")]
        total = sum(sums)
        return {
            "rows": [
                {
                    "key": f"age:{index}",
                    "name": label,
                    "text": view.unit._format(points, name=False),
                    "money": self._dashboard_price(view.unit, points),
                    "percent": round(100 * points / total) if total else 0,
                }
                for index, (label, points) in enumerate(zip(labels, sums, strict=True))
            ],
            "soon": _("%s run out within 30 days", view.unit._format(soon)) if soon else "",
            "soon_key": "soon",
            "total": total,
        }

    # ------------------------------------------------------------------ writing figures
    def _dashboard_number(self, number):
        return formatLang(self.env, number, digits=0)

    def _dashboard_percent(self, share):
        """ "34 %"; one decimal below ten, none of nothing."""
        if share is None:
            return "–"
        percent = 100 * float(share)
        return f"{formatLang(self.env, percent, digits=1 if abs(percent) < 10 and percent % 1 else 0)} %"

    def _dashboard_price(self, unit, minor):
        return "" if unit.kind == "stamps" else self.currency_id.format(float(self._dashboard_worth(unit, minor)))

    def _dashboard_within(self, view):
        """Days of the period as a domain that an index helps with."""
        edge = timedelta(hours=14)
        since = fields.Datetime.to_datetime(view.first) - edge
        until = fields.Datetime.to_datetime(view.last) + timedelta(days=1) + edge
        return [
            ("day", ">=", view.first),
            ("day", "<=", view.last),
            ("business_at", ">=", since),
            ("business_at", "<", until),
        ]


def _exact(money):
    """Sums of money as a share needs them: to the cent."""
    return round(100 * money) / 100 if money else 0
