"""How the customer of a register's order was recognised: what the server saw, not what a register says."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.values import exact
from .fields import BigInteger

HOURS = 12
KEPT_DAYS = 7
# What says more comes later; from PROOFS on it takes more than having heard a name.
WAYS = [
    ("name", "By name"),
    ("email", "By e-mail address"),
    ("phone", "By phone number"),
    ("card", "By card"),
    ("pin", "By PIN"),
    ("pass", "By the code on the own page"),
    ("login", "Signed in"),
]
ORDER = [code for code, _label in WAYS]
PROOFS = frozenset(ORDER[ORDER.index("card") :])


class ClubPresence(models.Model):
    """One order, one member, the strongest way that member was recognised for it.

    Example: a cashier types a phone number, then scans the card: the order's presence says card.

    Invariant: only the server writes it, for what it looked up or checked itself. It is good for this order and
    this member alone, and for half a day.
    """

    _name = "club.presence"
    _description = "How a Customer Was Recognised"
    _log_access = False
    _order = "seen_at desc, id desc"

    order_uuid = fields.Char(required=True, readonly=True)
    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    how = fields.Selection(WAYS, string="Recognised", required=True, readonly=True)
    seen_at = fields.Datetime(string="When", required=True, readonly=True, index=True)
    actor = fields.Char(string="By", readonly=True)
    place = fields.Char(string="Where", readonly=True)
    order_name = fields.Char(string="Order", compute="_compute_order_name")

    _once = models.Constraint("UNIQUE (order_uuid, member_id)", "This is noted already.")

    def _compute_order_name(self):
        orders = self.env["pos.order"].sudo().search([("uuid", "in", self.mapped("order_uuid"))])
        names = {order.uuid: order.pos_reference or order.name for order in orders}
        for presence in self:
            presence.order_name = names.get(presence.order_uuid, "")

    @api.model
    def _note(self, order_uuid, member, how, place=""):
        """The server recognised this member for this order; what said more before is kept.

        :param how: one of ``WAYS``
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO club_presence AS p (order_uuid, member_id, how, seen_at, actor, place)
                   VALUES (%(key)s, %(member)s, %(how)s, %(now)s, %(actor)s, %(place)s)
                   ON CONFLICT (order_uuid, member_id) DO UPDATE
                   SET how = EXCLUDED.how, seen_at = EXCLUDED.seen_at, actor = EXCLUDED.actor, place = EXCLUDED.place
                   WHERE p.seen_at <= %(old)s
                      OR array_position(%(order)s, p.how::text) <= array_position(%(order)s, %(how)s)""",
                key=order_uuid,
                member=member.id,
                how=how,
                now=fields.Datetime.now(),
                old=self._oldest(),
                order=ORDER,
                actor=self.env["club.entry"]._actor(),
                place=place,
            )
        )
        self.env["club.presence"].invalidate_model()

    @api.model
    def _of(self, order_uuid, member=None):
        """How the order's customer was recognised; empty when nobody was, or too long ago.

        :param member: that member and nobody else; by default whoever was recognised last
        """
        domain = [("order_uuid", "=", order_uuid), ("seen_at", ">", self._oldest())]
        if member is not None:
            domain.append(("member_id", "=", member.id))
        return self.sudo().search(domain, limit=1)

    @api.model
    def _oldest(self):
        return fields.Datetime.now() - timedelta(hours=HOURS)

    def _is_proof(self):
        """Was there a card, a code of the own page or a PIN?"""
        return self.how in PROOFS

    @api.model
    def _move_member(self, gone, kept):
        """Two memberships became one: whoever was recognised is asked again."""
        self.sudo().search([("member_id", "in", (gone | kept).ids)]).unlink()

    @api.autovacuum
    def _gc_presences(self):
        self.search([("seen_at", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS))]).unlink()


class ClubClub(models.Model):
    _inherit = "club.club"

    unit_decimals = fields.Integer(related="tier_unit_id.decimals")
    proof_above = BigInteger(
        string="Ask for Proof Above",
        tracking=True,
        help="At a register a name or a phone number is enough to use points, and the employee's name is kept.\n"
        "Above so much on one order the card, the code on the customer's page or the PIN is needed. 0: never.",
    )
    proof_text = fields.Char(compute="_compute_proof_text")

    _proof_sane = models.Constraint("CHECK (COALESCE(proof_above, 0) >= 0)", "Ask for proof above 0 or more.")

    @api.depends("proof_above", "tier_unit_id", "unit_name", "unit_plural")
    def _compute_proof_text(self):
        for club in self:
            unit = club.tier_unit_id._origin
            if club.proof_above and unit:
                club.proof_text = self.env._(
                    "Using more than %s on an order takes the card, the code on the customer's page or the PIN.",
                    unit._format(club.proof_above),
                )
            else:
                club.proof_text = self.env._("A name or a phone number is enough; who was at the register is kept.")

    def _club_proof_worth(self, unit, amount):
        """What an amount of any unit counts towards the limit: what it is worth in the main one, as an exact number.

        Stamps are worth no money, and are never asked for.
        """
        main = self.tier_unit_id
        if unit == main:
            return amount
        if "stamps" in (unit.kind, main.kind) or not main.money_value:
            return 0
        worth = exact(amount) / 10**unit.decimals * exact(unit.money_value) / exact(main.money_value)
        return worth * 10**main.decimals


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _club_check_order_proof(self, asked, member, unit, amount, replaced=None, bought=None):
        """Refuse ``amount`` more where a name is not enough for it and for all that was taken by it already.

        What was bought at a counter just now counts like what the order was promised: it can pay the order.

        :param replaced: the ``club.hold`` that this one takes the place of
        :param bought: the ``club.entry`` that paid for what is asked for now
        """
        if not member.club_id.proof_above:
            return
        held = self._club_holds(asked.order_uuid) | self._club_picks(asked.order_uuid)
        held = held.filtered(lambda hold: hold.state == "held" and hold != replaced)
        recent = [("member_id", "=", member.id), ("create_date", ">", self.env["club.presence"]._oldest())]
        # What customers buy on their own page they bought with their own account.
        recent.append(("create_uid.share", "=", False))
        credits = self.env["club.credit"].search([*recent, ("kind", "in", ("convert", "reward"))])
        vouchers = self.env["club.voucher"].search([*recent, ("refunded_at", "=", False)])
        entries = (credits.entry_id | vouchers.entry_id) - (bought or self.env["club.entry"])
        uses = [(hold.unit_id, hold.amount) for hold in held] + [(unit, amount)]
        uses += [(entry.unit_id, -entry.amount) for entry in entries if entry.amount < 0]
        self._club_check_proof(asked.order_uuid, member, uses)

    def _club_check_proof(self, order_uuid, member, uses):
        """Refuse what is more than a name is good for.

        Called with all that the order uses, so that parts of it add up.

        :param uses: pairs of a ``club.unit`` and an amount in its minor unit
        :raise Refusal: the customer has to show who they are
        """
        club = member.club_id
        if not club.proof_above:
            return
        if sum(club._club_proof_worth(unit, amount) for unit, amount in uses) <= club.proof_above:
            return
        if not self.env["club.presence"]._of(order_uuid, member)._is_proof():
            raise self._club_refuse("proof", most=club.tier_unit_id._format(club.proof_above))
