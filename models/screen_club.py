"""What a change of the club's policy will do, and to how many members, before it is saved."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

# Changed together they are one sentence.
EARNING = (
    "basis",
    "earn_rounding",
    "earn_on_discounted",
    "earn_on_redemption",
    "earn_on_delivery",
    "excluded_product_ids",
    "excluded_categ_ids",
    "excluded_tag_ids",
)
EARN_CHANNELS = ("is_earn_pos", "is_earn_shop", "is_earn_kiosk", "is_earn_sale")
SPENDING = ("redeem_max_money", "redeem_below_bands")
CHANNELS = ("is_redeem_pos", "is_redeem_shop", "is_redeem_kiosk")


class ClubClub(models.Model):
    _inherit = "club.club"

    risk_text = fields.Text(compute="_compute_risk_text", help="What saving the changes would do.")

    @api.depends(
        *EARNING,
        *SPENDING,
        *CHANNELS,
        *EARN_CHANNELS,
        "enrolment",
        "is_redeem_allowed",
        "validity_days",
        "validity_months",
        "clawback_policy",
        "tier_unit_id",
        "tier_metric",
        "tier_period",
        "unit_money_value",
        "points_accounting",
        "company_ids",
        "tz",
        "state",
    )
    def _compute_risk_text(self):
        for club in self:
            saved = club._origin
            # Only a form that has something to lose warns: there the record is a draft of a saved one.
            club.risk_text = "\n".join(club._risks(saved)) if saved and club != saved else ""

    def _risks(self, saved):
        """One sentence for every group of changes that matter, given the saved club."""

        def is_changed(*names):
            return any(self._saved_value(name) != saved[name] for name in names)

        said = []
        if is_changed("is_redeem_allowed"):
            said.append(self._risk_gate(saved))
        elif self.is_redeem_allowed:
            said += self._risk_channels(saved)
        said += self._risk_earning(saved)
        figures = {"members": self._spoken_count(saved)}
        texts = self._risk_texts(figures)
        said += [texts[names] for names in texts if is_changed(*names)]
        if is_changed("tier_metric") and self.tier_metric:
            said.append(self._risk_metric(figures))
        elif is_changed("tier_unit_id") and self.tier_unit_id and self.tier_metric == "points":
            said.append(self._risk_tiers(saved, figures))
        if is_changed("tier_period") and self.tier_period:
            said.append(self._simulate_period())
        if gone := saved.company_ids - self.company_ids._origin:
            outlets = saved.sudo().outlet_ids.filtered(lambda outlet: outlet.company_id in gone)
            said.append(
                self.env._(
                    "%(companies)s leaves the club: nothing is earned or used there any more (outlets: %(count)s). "
                    "What its customers have stays theirs.",
                    companies=", ".join(gone.mapped("name")),
                    count=len(outlets),
                )
            )
        return said

    def _risk_texts(self, figures):
        _ = self.env._
        return {
            EARNING: _(
                "Orders paid from now on earn by the new rule. What the members have stays as it is "
                "(members: %(members)s).",
                **figures,
            ),
            SPENDING: _("The new limit holds for the next use, for every member (members: %(members)s).", **figures),
            ("validity_days", "validity_months"): _(
                "Points earned from now on follow the new validity; those the members have keep their dates "
                "(members: %(members)s).",
                **figures,
            ),
            ("clawback_policy",): _("Refunds from now on follow the new rule; what is owed already stays owed."),
            ("unit_money_value",): _(
                "What all members have is worth more or less at once (members: %(members)s).", **figures
            ),
            ("points_accounting",): _(
                "Points used from now on are booked the new way. Tonight what members have is booked as a liability: "
                "%(points)s.",
                points=self._origin._club_outstanding(),
            )
            if self.points_accounting == "accrue"
            else _(
                "Points used from now on are booked the new way; a liability that was booked is taken back tonight."
            ),
            ("enrolment",): _(
                "Customers without a membership become members the new way; members stay what they are "
                "(members: %(members)s).",
                **figures,
            ),
            ("tz",): _("Days begin and end by the new zone: dates of points may come hours sooner or later."),
        }

    def _spoken_count(self, saved):
        return formatLang(self.env, saved.member_count, digits=0)

    def _club_outstanding(self):
        """ "4,870 Beans": all that the members of the club have, by unit."""
        totals = (
            self.env["club.account"]
            .sudo()
            ._read_group(
                [("club_id", "in", self.ids), ("merged_into_id", "=", False), ("balance", ">", 0)],
                ["unit_id"],
                ["balance:sum"],
            )
        )
        return " · ".join(unit._format(total) for unit, total in totals) or "0"

    def _risk_gate(self, saved):
        figures = {"members": self._spoken_count(saved), "points": saved._club_outstanding()}
        if self.is_redeem_allowed:
            return self.env._(
                "Members can pay with what they have at once: %(points)s in all (members: %(members)s).", **figures
            )
        open_holds = (
            self.env["club.hold"].sudo().search_count([("member_id.club_id", "=", saved.id), ("state", "=", "held")])
        )
        return self.env._(
            "Nobody can pay with points any more: %(points)s stay with the members (members: %(members)s). Orders "
            "that points are promised to can still be finished (%(holds)s).",
            holds=open_holds,
            **figures,
        )

    def _risk_channels(self, saved):
        """Where paying with points begins or ends."""
        figures, said = {"members": self._spoken_count(saved)}, []
        if on := self._named(CHANNELS, saved, becoming=True):
            said.append(
                self.env._(
                    "Members can pay with points here, too: %(channels)s (members: %(members)s).",
                    channels=on,
                    **figures,
                )
            )
        if off := self._named(CHANNELS, saved, becoming=False):
            said.append(
                self.env._(
                    "Members can no longer pay with points here: %(channels)s (members: %(members)s).",
                    channels=off,
                    **figures,
                )
            )
        return said

    def _risk_earning(self, saved):
        """Where earning begins or ends."""
        figures, said = {"members": self._spoken_count(saved)}, []
        if on := self._named(EARN_CHANNELS, saved, becoming=True):
            said.append(
                self.env._(
                    "Orders paid from now on earn here, too: %(channels)s (members: %(members)s).",
                    channels=on,
                    **figures,
                )
            )
        if off := self._named(EARN_CHANNELS, saved, becoming=False):
            said.append(
                self.env._(
                    "No longer, and what is paid meanwhile is not credited later either: %(channels)s "
                    "(members: %(members)s).",
                    channels=off,
                    **figures,
                )
            )
        return said

    def _saved_value(self, name):
        """The draft's value, comparable with a saved record's."""
        value = self[name]
        return value._origin if isinstance(value, models.BaseModel) else value

    def _named(self, names, saved, becoming):
        """The labels of the switches that turn on, or off."""
        turned = [name for name in names if self[name] == becoming and self[name] != saved[name]]
        return ", ".join(self._fields[name]._description_string(self.env) for name in turned)

    def _risk_tiers(self, saved, figures):
        unit = self.tier_unit_id._origin
        return self.env._(
            "Tiers are counted anew by %(unit)s for all members (members: %(members)s): %(up)s move up, nobody moves "
            "down.",
            unit=unit.name_plural,
            up=saved._club_moving_up(unit),
            **figures,
        )

    def _risk_metric(self, figures):
        labels = dict(self._fields["tier_metric"]._description_selection(self.env))
        said = self.env._(
            "Tiers go by something else from now on for all members (members: %(members)s): %(what)s. Thresholds keep "
            "their figures. Nobody moves down by saving this.",
            what=labels[self.tier_metric],
            **figures,
        )
        if self.tier_metric == "points":
            return said
        return said + " " + self.env._(
            "Earlier orders are counted in the background; whoever reaches a higher tier by them has it then."
        )

    def _club_moving_up(self, unit):
        """How many members reach a higher tier than they have by that unit: ever, or within the year that counts."""
        self.env.flush_all()
        figures, figure = self._figure_sql(unit_id=unit.id)
        [(count,)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM club_member m
                     JOIN club_tier held ON held.id = m.tier_id
                     %(figures)s
                    WHERE m.club_id = %(club)s AND m.merged_into_id IS NULL AND EXISTS (SELECT 1 FROM club_tier higher
                                   WHERE higher.club_id = %(club)s AND higher.threshold > held.threshold
                                     AND higher.threshold <= %(figure)s)""",
                club=self.id,
                figures=figures,
                figure=figure,
            )
        )
        return count
