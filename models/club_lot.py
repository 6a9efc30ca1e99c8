from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .fields import BigInteger
from .ledger_dates import Dates

SOUGHT = {sign: SQL(sign) for sign in ("<", "<=", ">", ">=")}


class ClubLot(models.Model):
    """Points that became available on one date and expire on one date, and what is left of them.

    Invariant: 0 ≤ left ≤ amount = left + Σ takes; dates and origin never change.
    """

    _name = "club.lot"
    _description = "Portion of Points"
    _inherit = ["club.ledger.mixin"]
    _log_access = False
    _order = "expires_on, earned_at, id"
    _club_mutable = ("left_amount",)

    account_id = fields.Many2one("club.account", required=True, ondelete="restrict", index=True)
    entry_id = fields.Many2one("club.entry", required=True, ondelete="restrict", index=True)
    origin_entry_id = fields.Many2one(
        "club.entry", ondelete="restrict", index=True, help="The award these points go back to."
    )
    amount = BigInteger(required=True)
    left_amount = BigInteger(required=True)
    available_on = fields.Date(required=True)
    expires_on = fields.Date(
        help="The last day they were born with; empty = they do not expire. Read ``good_until`` for what counts."
    )
    good_until = fields.Date(
        compute="_compute_good_until",
        compute_sudo=True,
        search="_search_good_until",
        help="The last day, as things stand; empty = no last day.",
    )
    earned_at = fields.Datetime(required=True)
    portion = fields.Integer()
    successor_of_id = fields.Many2one("club.lot", ondelete="restrict", index="btree_not_null")
    unit_id = fields.Many2one(related="account_id.unit_id")
    unit_decimals = fields.Integer(related="unit_id.decimals")
    member_id = fields.Many2one(related="account_id.member_id")

    _left_sane = models.Constraint(
        "CHECK (amount > 0 AND left_amount >= 0 AND left_amount <= amount)",
        "A portion of points is never below zero nor above what it was.",
    )
    _open_idx = models.Index("(account_id) WHERE left_amount > 0")
    _due_idx = models.Index("(expires_on) WHERE left_amount > 0 AND expires_on IS NOT NULL")

    def _compute_good_until(self):
        days = self._good_until()
        for lot in self:
            lot.good_until = days.get(lot.id)

    def _search_good_until(self, operator, value):
        if operator == "in" and set(value) == {False}:
            sought = SQL("d.last_day IS NULL")
        elif operator in SOUGHT:
            sought = SQL("d.last_day %s %s::date", SOUGHT[operator], fields.Date.to_date(value))
        else:
            return NotImplemented
        lots = SQL("SELECT l.id FROM club_lot l JOIN LATERAL (%s) d ON TRUE WHERE %s", Dates(self.env).lot(), sought)
        return Domain("id", "in", SQL("(%s)", lots))

    def _good_until(self):
        """Lot id → the last day as things stand, none without one; costs no query where no club has more rules."""
        dates = Dates(self.env)
        if dates.is_plain:
            return {lot.id: lot.expires_on or None for lot in self}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT l.id, d.last_day FROM club_lot l JOIN LATERAL (%s) d ON TRUE WHERE l.id = ANY(%s)",
                    dates.lot(),
                    list(self.ids),
                )
            )
        )

    def _pinned_sql(self):
        """What live holds have promised of the lot ``l``: a hold whose time ran out promises nothing."""
        return SQL(
            """SELECT SUM(pin.amount)::bigint AS pinned FROM club_pin pin
                 JOIN club_hold hold ON hold.id = pin.hold_id
                WHERE pin.lot_id = l.id AND hold.state = 'held'
                  AND (hold.expires_at IS NULL OR hold.expires_at > %s)""",
            fields.Datetime.now(),
        )


class ClubTake(models.Model):
    """How much of which lot an entry took (above 0) or gave back (below 0)."""

    _name = "club.take"
    _description = "Points Taken From a Portion"
    _inherit = ["club.ledger.mixin"]
    _log_access = False

    entry_id = fields.Many2one("club.entry", required=True, ondelete="restrict", index=True)
    lot_id = fields.Many2one("club.lot", required=True, ondelete="restrict", index=True)
    amount = BigInteger(required=True)
