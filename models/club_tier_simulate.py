"""What other thresholds would mean, before they are saved."""

from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL


class ClubTier(models.Model):
    _inherit = "club.tier"

    simulation_text = fields.Text(
        compute="_compute_simulation_text", help="Members by tier, by what they have collected, if this were saved."
    )

    @api.depends("threshold", "club_id")
    def _compute_simulation_text(self):
        for tier in self:
            saved, club = tier._origin, tier.club_id._origin
            is_draft = tier != saved and club and tier.threshold >= 0
            if not is_draft or (saved and saved.threshold == tier.threshold):
                tier.simulation_text = ""
                continue
            others = [(other.id, other.name, other.threshold) for other in club.tier_ids - saved]
            wanted = sorted([*others, (saved.id, tier.name or self.env._("This tier"), tier.threshold)], key=_level)
            is_sound = wanted[0][2] == 0 and len({row[2] for row in wanted}) == len(wanted)
            tier.simulation_text = club._simulate_text(wanted) if is_sound else ""


def _level(row):
    return row[2]


class ClubClub(models.Model):
    _inherit = "club.club"

    def _figure_sql(self, is_yearly=None, unit_id=None):
        """(join, figure) of each member ``m`` of the club: what tiers go by, or would by another period or unit."""
        rules = self._rulebook()
        is_yearly = rules.is_tier_yearly if is_yearly is None else is_yearly
        if not is_yearly and not unit_id and rules.tier_metric == "points":
            return SQL(), SQL("COALESCE(m.lifetime, 0)")
        which = SQL("m.club_id = %s", self.id)
        sums = self.env["club.member"]._counted_sql(rules, which, is_yearly=is_yearly, unit_id=unit_id)
        return SQL("LEFT JOIN (%s) counted (id, figure) ON counted.id = m.id", sums), SQL("COALESCE(counted.figure, 0)")

    def _simulate(self, thresholds, is_yearly=None):
        """How many members each of these thresholds would have, by what they collected; one query.

        :param thresholds: ascending, the first is 0
        :return: Counter of (tier held now, index of the threshold that is reached)
        """
        self.ensure_one()
        self.env.flush_all()
        figures, figure = self._figure_sql(is_yearly)
        rows = self.env.execute_query(
            SQL(
                """SELECT m.tier_id, width_bucket(GREATEST(%(figure)s, 0)::bigint, %(thresholds)s::bigint[]), COUNT(*)
                     FROM club_member m %(figures)s
                    WHERE m.club_id = %(club)s AND m.active AND m.merged_into_id IS NULL GROUP BY 1, 2""",
                figure=figure,
                figures=figures,
                thresholds=list(thresholds),
                club=self.id,
            )
        )
        return Counter({(tier_id, bucket - 1): count for tier_id, bucket, count in rows})

    def _simulate_text(self, wanted, is_yearly=None):
        """The same in words, for (tier id or False, name, threshold) in ascending order."""
        counts = self._simulate([threshold for _id, _name, threshold in wanted], is_yearly)
        now, then = Counter(), Counter()
        level = {tier_id: index for index, (tier_id, _name, _threshold) in enumerate(wanted) if tier_id}
        ups = 0
        for (tier_id, index), count in counts.items():
            now[tier_id] += count
            then[index] += count
            ups += count if index > level.get(tier_id, -1) else 0
        parts = [
            self.env._("%(tier)s %(count)s (now %(before)s)", tier=name, count=then[index], before=now[tier_id])
            for index, (tier_id, name, _threshold) in enumerate(wanted)
        ]
        if self.tier_metric != "points":
            return self.env._(
                "By what members have bought: %(tiers)s. Whoever reaches a higher tier (members: %(ups)s) has it with "
                "the next order; nobody loses one by saving this.",
                tiers=", ".join(parts),
                ups=ups,
            )
        return self.env._(
            "By what members have collected: %(tiers)s. Whoever reaches a higher tier (members: %(ups)s) has it with "
            "the next order; nobody loses one by saving this.",
            tiers=", ".join(parts),
            ups=ups,
        )

    def _simulate_period(self):
        """The saved tiers by another period."""
        wanted = [(tier.id, tier.name, tier.threshold) for tier in self._origin.tier_ids.sorted("threshold")]
        return self._origin._simulate_text(wanted, is_yearly=self.tier_period == "year")
