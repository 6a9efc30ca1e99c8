"""What is still so when a message is due: nobody is told what is over, and figures are those of now."""

from odoo import fields, models
from odoo.tools import SQL

from .club_message_find import zone_of

# Of an event that no longer holds nobody is told: (table, what holds, by the id noted with the message).
HOLDING = {
    "goal": ("club_goal_progress", "progress_id", "t.state = 'done'"),
    "play": ("club_play", "play_id", "t.state = 'granted'"),
    "voucher": (
        "club_voucher",
        "voucher_id",
        "t.refunded_at IS NULL AND EXISTS (SELECT FROM loyalty_card c WHERE c.id = t.card_id AND c.points > 0)",
    ),
}


class ClubMessage(models.Model):
    _inherit = "club.message"

    def _put_off(self, now):
        """Those whose quiet hours began since they were due: they wait until these are over. A job may be late."""
        late = self.browse()
        for rule, messages in self.grouped("rule_id").items():
            timing = rule._timing()
            if timing.quiet_from == timing.quiet_to:
                continue
            zones = rule._zones(messages.member_id.ids)
            for message in messages:
                zone = zone_of(zones[message.member_id.id])
                if timing.is_quiet_at(now, zone):
                    message.due_at = timing.send_at(now, zone)
                    late |= message
        return late

    def _holding(self):
        """Those whose event still holds: nobody is invited to a play that was used meanwhile."""
        gone = self.filtered(lambda own: not own.member_id.active or not own.member_id.partner_id)
        for trigger, messages in (self - gone).grouped(lambda own: own.rule_id.trigger).items():
            gone |= getattr(messages, f"_gone_{trigger}", messages._gone_by_table)(trigger)
        return self - gone

    def _gone_by_table(self, trigger):
        if trigger not in HOLDING:
            return self.browse()
        table, name, holds = HOLDING[trigger]
        ids = [message.data[name] for message in self]
        # Names and conditions of the table above.
        query = f"SELECT t.id FROM {table} t WHERE t.id = ANY(%s) AND {holds}"
        self.env.cr.execute(query, [ids])
        good = {row[0] for row in self.env.cr.fetchall()}
        return self.filtered(lambda own: own.data[name] not in good)

    def _gone_voucher(self, trigger):
        """A job that was late by days reminds of no voucher that is over."""
        return self._gone_by_table(trigger) | self.filtered(lambda own: own.event_on < own.club_id._today())

    def _told_now(self, name, amount, most=None):
        """Say the figure of now. Is there nothing to say any more?"""
        if amount <= 0 or (most is not None and amount > most):
            return True
        if amount != self.data[name]:
            self.data = self.data | {name: amount}
        return False

    def _is_of_another_metric(self):
        """Do tiers go by something else since it was found?"""
        return self.data.get("metric", "points") != self.club_id.tier_metric

    # ------------------------------------------------------------------ points and tiers
    def _gone_reached(self, _trigger):
        """A refund may have taken what had reached it."""
        groups = self.env["club.account"]._read_group(
            [("member_id", "in", self.member_id.ids), ("unit_id", "in", self.rule_id.unit_id.ids)],
            ["member_id", "unit_id"],
            ["lifetime:sum"],
        )
        totals = {(member.id, unit.id): total for member, unit, total in groups}
        return self.filtered(lambda own: totals.get((own.member_id.id, own.data["unit_id"]), 0) < own.data["amount"])

    def _gone_near(self, _trigger):
        figures = self.member_id._tier_figures()
        tiers = self.env["club.tier"].browse({own.data["next_tier_id"] for own in self}).exists()

        def is_gone(own):
            tier = tiers & tiers.browse(own.data["next_tier_id"])
            if not tier or own.member_id.tier_id.threshold >= tier.threshold or own._is_of_another_metric():
                return True
            most = own.club_id._tier_minor(own.rule_id.units)
            return own._told_now("missing", tier.threshold - figures[own.member_id.id], most)

        return self.filtered(is_gone)

    def _gone_near_reward(self, _trigger):
        gone = self.browse()
        for rule, messages in self.grouped("rule_id").items():
            reward, unit = rule.reward_id, rule.reward_id.club_unit_id
            balances = rule._balances(unit, messages.member_id.ids)
            most = unit._to_minor(rule.units)
            gone |= messages.filtered(
                lambda own, reward=reward, balances=balances, most=most: (
                    own.data["reward_id"] != reward.id
                    or not reward.active
                    or own._told_now("missing", reward.club_price - balances.get(own.member_id.id, 0), most)
                )
            )
        return gone

    def _gone_tier(self, _trigger):
        return self.filtered(lambda own: own.member_id.tier_id.id != own.data["tier_id"])

    def _gone_tier_ends(self, _trigger):
        gone = self.filtered(
            lambda own: (
                own.member_id.tier_id.id != own.data["tier_id"]
                or own.member_id.tier_review_on != own.event_on
                or own._is_of_another_metric()
            )
        )
        for day, messages in (self - gone).grouped("event_on").items():
            figures = self.env["club.member"]._counted_figures(
                [(own.member_id.id, own.club_id.id) for own in messages], day
            )
            gone |= messages.filtered(
                lambda own, figures=figures: own._told_now(
                    "missing", own.member_id.tier_id.threshold - figures.get(own.member_id.id, 0)
                )
            )
        return gone

    def _gone_released(self, _trigger):
        left = {
            (member_id, unit_id, day): amount
            for member_id, unit_id, day, amount in self.env.execute_query(
                SQL(
                    """SELECT a.member_id, a.unit_id, l.available_on, SUM(l.left_amount)::bigint
                         FROM club_lot l JOIN club_account a ON a.id = l.account_id
                        WHERE a.member_id = ANY(%s) AND l.available_on = ANY(%s) AND l.left_amount > 0
                     GROUP BY a.member_id, a.unit_id, l.available_on""",
                    list(self.member_id.ids),
                    list(set(self.mapped("event_on"))),
                )
            )
        }
        return self.filtered(
            lambda own: own._told_now("amount", left.get((own.member_id.id, own.data["unit_id"], own.event_on), 0))
        )

    def _gone_idle(self, _trigger):
        """Who bought something meanwhile is back; a bonus that was given is told of all the same."""
        return self.filtered(lambda own: not own.data["bonus"] and own._seen_at() != own.data["seen"])

    def _seen_at(self):
        seen = self.member_id.last_paid_at or self.member_id.joined_at
        return fields.Datetime.to_string(seen.replace(microsecond=0))

    def _gone_expiring(self, _trigger):
        """What is left of it is what is told; used up or good for longer, nothing is."""
        gone = self.browse()
        for rule, messages in self.grouped("rule_id").items():
            query = rule._expiring(rule.club_id._today(), SQL("m.id = ANY(%s)", list(messages.member_id.ids)))
            left = {(row[0], row[1]): row[2:] for row in self.env.execute_query(query)}
            for message in messages:
                key = (message.member_id.id, message.data["unit_id"])
                day, days, amount = left.get(key, (None, 0, 0))
                if not amount:
                    gone |= message
                else:
                    data = message.data | {"amount": amount, "days": days, "date": str(day)}
                    message.write({"data": data, "event_on": day})
        return gone
