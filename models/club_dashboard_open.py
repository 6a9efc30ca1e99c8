"""What a figure of the dashboard is made of: the records behind it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from .club_dashboard import AGES
from .club_day import SOON_DAYS

SORTS = {
    "points": ("earned", "taken", "spent", "returned", "expired"),
    "earned": ("earned", "taken"),
    "spent": ("spent", "returned"),
    "expired": ("expired",),
}
USED_UP = SORTS["earned"] + SORTS["spent"]
ACTIVE = ["active", "leaving"]  # who is about to leave is active, too
LISTS = ("list", "pivot", "graph")


class ClubClub(models.Model):
    _inherit = "club.club"

    @api.model
    @api.readonly
    def open_dashboard(
        self, key, club_id=None, period="month", first=None, last=None, outlet_id=None, unit_id=None, step=None
    ):
        """The action that shows the records behind a figure; the filters are those of ``get_dashboard``.

        :param key: as ``get_dashboard`` gave it: ``active``, ``points``, ``reward:7``, ``bar:2026-11-01:spent``
        """
        self._check_may_count()
        club = self.search([("id", "=", club_id)])
        name, _colon, value = str(key).partition(":")
        opener = getattr(club, f"_dashboard_open_{name}", None) if name.isidentifier() else None
        if not club or (opener is None and name not in SORTS):
            raise UserError(self.env._("This figure is not known. Load the dashboard again."))
        view = club._dashboard_view(period, first, last, outlet_id, unit_id, step)
        return opener(view, value) if opener else club._dashboard_sorted(view, SORTS[name])

    def _dashboard_action(self, title, model, domain, views=("list", "form"), **context):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, kind) for kind in views],
            "domain": list(Domain(domain)),
            "context": context,
            "target": "current",
        }

    # ------------------------------------------------------------------ points
    def _dashboard_moved(self, view, title, *domain):
        places = [("outlet_id", "=", view.outlet.id)] if view.outlet else []
        own = [("club_id", "=", self.id), ("unit_id", "=", view.unit.id)]
        action = self._dashboard_action(title, "club.report", [*own, *self._dashboard_within(view), *places, *domain])
        listed = self.env.ref("loyalty_club.club_report_view_list_unit").id
        return action | {"views": [(listed if kind == "list" else False, kind) for kind in LISTS]}

    def _dashboard_sorted(self, view, sorts):
        return self._dashboard_moved(view, view.unit.display_name, ("sort", "in", sorts))

    def _dashboard_open_bar(self, view, value):
        """All of one day, week or month, as far as it is in the period; of one colour."""
        day, _colon, colour = value.partition(":")
        first = self._dashboard_date(day)
        length = {"week": relativedelta(days=7), "month": relativedelta(months=1)}.get(
            view.step, relativedelta(days=1)
        )
        within = [("day", ">=", max(first, view.first)), ("day", "<", first + length)]
        return self._dashboard_moved(
            view, view.unit.display_name, *within, ("sort", "in", SORTS.get(colour, SORTS["points"]))
        )

    def _dashboard_open_kind(self, view, value):
        return self._dashboard_moved(view, self.env["club.entry"]._kind_labels().get(value, ""), ("kind", "=", value))

    def _dashboard_open_extra(self, view, value):
        return self._dashboard_moved(view, self.env._("By bonus rules"), ("extra", "!=", 0))

    def _dashboard_open_reward(self, view, value):
        return self._dashboard_moved(view, self.env._("Rewards"), ("reward_id", "=", self._dashboard_id(value)))

    def _dashboard_open_outlet(self, view, value):
        return self._dashboard_place(view, self.env._("By outlet"), "outlet_id", value)

    def _dashboard_open_channel(self, view, value):
        return self._dashboard_place(view, self.env._("By channel"), "channel", value)

    def _dashboard_place(self, view, title, name, value):
        """All that was earned and used at a place, one of both, or what members bought there."""
        place, _colon, what = value.partition(":")
        place = self._dashboard_id(place) or False if name == "outlet_id" else place != "0" and place
        here = (name, "=", place)
        if what == "sold":
            return self._dashboard_sold(view, ("who", "=", "member"), here)
        return self._dashboard_moved(view, title, here, ("sort", "in", SORTS.get(what, USED_UP)))

    def _dashboard_open_prizes(self, view, value):
        first, last = self._dashboard_moments(view)
        return self._dashboard_action(
            self.env._("Rewards won in games"),
            "club.play",
            [
                ("game_id.club_id", "=", self.id),
                ("prize_kind", "=", "reward"),
                *self._dashboard_span("drawn_at", first, last),
            ],
        )

    # ------------------------------------------------------------------ orders
    def _dashboard_open_orders(self, view, value):
        return self._dashboard_sold(view, ("who", "=", value))

    def _dashboard_sold(self, view, *domain):
        places = [("outlet_id", "=", view.outlet.id)] if view.outlet else []
        return self._dashboard_action(
            self.env._("Orders"),
            "club.report.order",
            [("club_id", "=", self.id), *domain, *self._dashboard_within(view), *places],
            LISTS,
        )

    # ------------------------------------------------------------------ members
    def _dashboard_people(self, view, title, *domain):
        """Members as they stand today, which the title says where the period is over."""
        if view.last != (today := self._today()):
            title = f"{title}: {format_date(self.env, today)}"
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_member_action")
        named = {"name": title, "display_name": title}
        return action | named | {"domain": [("club_id", "=", self.id), *domain], "context": {}}

    def _dashboard_open_active(self, view, value):
        return self._dashboard_people(view, self.env._("Active members"), ("activity", "in", ACTIVE))

    def _dashboard_open_leaving(self, view, value):
        return self._dashboard_people(view, self.env._("About to leave"), ("activity", "in", ["leaving"]))

    def _dashboard_open_tier(self, view, value):
        number, _colon, activity = value.partition(":")
        tier = self.tier_ids.filtered(lambda tier: tier.id == self._dashboard_id(number))
        active = [("activity", "in", ACTIVE)] if activity else []
        return self._dashboard_people(view, tier.name or "", ("tier_id", "=", tier.id), *active)

    def _dashboard_open_moves(self, view, value):
        """Who moved up or down to a tier in the period."""
        number, _colon, way = value.partition(":")
        tier = self.tier_ids.filtered(lambda tier: tier.id == self._dashboard_id(number))
        lower = Domain("from_tier_id", "=", False) | Domain("from_tier_id.threshold", "<", tier.threshold)
        ways = {"up": lower, "down": ~lower & Domain("from_tier_id", "!=", tier.id)}
        first, last = self._dashboard_moments(view)
        return self._dashboard_action(
            self.env._("Moves between tiers"),
            "club.move",
            Domain("tier_id", "=", tier.id)
            & Domain(self._dashboard_span("moved_at", first, last))
            & ways.get(way, Domain.TRUE),
            ("list",),
        )

    # ------------------------------------------------------------------ what members have
    def _dashboard_portions(self, view, *domain):
        return self._dashboard_action(
            self.env._("What members have"),
            "club.lot",
            [
                ("account_id.club_id", "=", self.id),
                ("account_id.unit_id", "=", view.unit.id),
                ("left_amount", ">", 0),
                "|",
                ("good_until", "=", False),
                ("good_until", ">=", self._today()),
                *domain,
            ],
            ("list",),
        )

    def _dashboard_open_owed(self, view, value):
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_account_action")
        title = self.env._("Owed to members")
        domain = [("club_id", "=", self.id), ("unit_id", "=", view.unit.id), ("balance", ">", 0)]
        return action | {"name": title, "display_name": title, "domain": domain, "context": {}}

    def _dashboard_open_soon(self, view, value):
        return self._dashboard_portions(view, ("good_until", "<", self._today() + timedelta(days=SOON_DAYS)))

    def _dashboard_open_age(self, view, value):
        index, month = self._dashboard_id(value), self._today().replace(day=1)
        edges = [month + relativedelta(months=1), *(month - relativedelta(months=age - 1) for age in AGES), None]
        if index >= len(edges) - 1:
            raise UserError(self.env._("This figure is not known. Load the dashboard again."))
        domain = [("earned_at", "<", self._dashboard_moment(edges[index]))]
        if edges[index + 1]:
            domain.append(("earned_at", ">=", self._dashboard_moment(edges[index + 1])))
        return self._dashboard_portions(view, *domain)

    # ------------------------------------------------------------------ what a browser says
    def _dashboard_id(self, value):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0

    def _dashboard_date(self, value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise UserError(self.env._("This figure is not known. Load the dashboard again.")) from None

    def _dashboard_moments(self, view):
        return [self._dashboard_moment(day) for day in (view.first, view.last + timedelta(days=1))]

    def _dashboard_moment(self, day):
        """When a day begins in the club's zone."""
        return datetime.combine(day, time(), ZoneInfo(self.tz)).astimezone(UTC).replace(tzinfo=None)

    def _dashboard_span(self, name, first, last):
        return [(name, ">=", first), (name, "<", last)]
