"""A club taken out of use: all stays visible, nothing moves, and what falls due meanwhile lives on."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from .rulebook import PAUSE_DAYS


class ClubClub(models.Model):
    """Suspended: balances, tiers and vouchers are shown everywhere; nobody earns, uses, plays or is written to.

    Example: Bean & Brew is suspended on 5 May and on again on 20 June. A voucher that ran out on 1 June is good until
    20 July, and a tier set by hand until 10 May stays until then as well.

    Invariant: what a member has on the day of the suspension is there on the day it ends.
    """

    _inherit = "club.club"

    def action_suspend(self):
        """The button: says first what it does to how many."""
        self.ensure_one()
        wizard = self.env["club.suspension"].create({"club_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend the Club"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def write(self, vals):
        back = self.browse()
        if vals.get("state", "on") == "on" and ("state" in vals or vals.get("active")):
            back = self.filtered(lambda club: not (club.active and club.state == "on"))
        result = super().write(vals)
        for club in back.filtered(lambda club: club.active and club.state == "on").sudo():
            club._club_carry_over()
        return result

    def _club_frozen_text(self):
        """What a customer or a cashier reads while the club is suspended; empty while it is not."""
        if self.state != "suspended" or not self.active:
            return ""
        return self.env._(
            "%s is paused: nothing is collected or used at the moment. What you have stays as it is.", self.name
        )

    def _club_suspend_text(self):
        """What suspending would do, to how many."""
        club, _ = self.sudo(), self.env._
        rows = club.env["club.account"]._read_group(
            [("club_id", "=", club.id), ("merged_into_id", "=", False), ("balance", ">", 0)],
            ["unit_id"],
            ["balance:sum", "member_id:count_distinct"],
        )
        holds = club.env["club.hold"].search_count([("member_id.club_id", "=", club.id), ("state", "=", "held")])
        lines = [
            _(
                "Nothing is earned or used any more, at registers, kiosks, in the webshop and by other programs: "
                "no points, rewards, vouchers, games or goals, and no messages are sent."
            ),
            _(
                "Everything stays visible: members still find what they have (members: %s).",
                formatLang(self.env, club.member_count, digits=0),
            ),
            *(
                _("%(count)s of them have %(amount)s.", count=formatLang(self.env, count, digits=0),
                  amount=unit._format(amount))
                for unit, amount, count in rows
            ),
            _(
                "Nothing expires and no tier is reviewed. What would have ended meanwhile is good for %s days after "
                "the club is on again.",
                PAUSE_DAYS,
            ),
            _("Refunds and cancellations of older orders still work. Orders paid meanwhile are never credited."),
        ]  # fmt: skip
        if holds:
            lines.append(
                _(
                    "Orders that were promised points before may still use them (open promises: %s).",
                    formatLang(self.env, holds, digits=0),
                )
            )
        return "\n".join(lines)

    # ------------------------------------------------------------------ on again
    def _club_carry_over(self):
        """Vouchers, tiers by hand and reviews that fell due while the club was not on live on, as points do."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                "SELECT MAX(ended_at) FROM club_switch WHERE club_id = %s AND outlet_id IS NULL AND channel IS NULL",
                self.id,
            )
        )
        if not rows[0][0]:
            return
        first, today = self._today(rows[0][0]), self._today()
        if first >= today:
            return
        good_until = today + timedelta(days=PAUSE_DAYS)
        self._club_carry_vouchers(first, today, good_until)
        self.env.flush_all()
        for column in ("tier_until", "tier_review_on"):
            self.env.cr.execute(
                SQL(
                    """UPDATE club_member SET %(column)s = %(until)s, lock_version = lock_version + 1
                        WHERE club_id = %(club)s AND %(column)s >= %(first)s AND %(column)s < %(today)s""",
                    column=SQL.identifier(column),
                    until=good_until,
                    club=self.id,
                    first=first,
                    today=today,
                )
            )
        self.env["club.member"].invalidate_model(["tier_until", "tier_review_on", "lock_version"])

    def _club_carry_vouchers(self, first, today, good_until):
        cards = self.env["loyalty.card"].search([
            ("program_id.club_id", "=", self.id),
            ("club_voucher_ids", "!=", False),
            ("points", ">", 0),
            ("expiration_date", ">=", first),
            ("expiration_date", "<", today),
        ])  # fmt: skip
        cards.with_context(loyalty_no_mail=True, tracking_disable=True).write({"expiration_date": good_until})
        # Whoever was reminded of the old last day is reminded of the new one.
        cards.club_voucher_ids._set({"warned_at": False})


class ClubOutlet(models.Model):
    _inherit = "club.outlet"

    def _club_frozen(self, moment):
        """Was it suspended at that moment? Then the ``Refusal`` that says so."""
        club = self.sudo().club_id
        if not self or club.state != "suspended" or not self._is_on(moment):
            return None
        return self.env["club.refusal"]._because("frozen", club=club.name)


class ClubRefusal(models.Model):
    _inherit = "club.refusal"

    @api.model
    def _texts(self):
        return super()._texts() | {
            "frozen": self.env._(
                "%(club)s is paused: nothing is collected or used at the moment. Points and vouchers stay as they are."
            )
        }
