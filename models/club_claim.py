from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL

WRONG_BY_USER = 10
WRONG_BY_ADDRESS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody is told who entered a code."""

    text: str
    member: object = None

    @property
    def is_collected(self):
        return bool(self.member)


class ClubClub(models.Model):
    _inherit = "club.club"

    is_claim_enabled = fields.Boolean(
        string="Receipts Carry a Code",
        default=True,
        tracking=True,
        help="The receipt of a sale without a customer carries a code. Whoever enters it on their page gets the "
        "points of the sale, once.",
    )
    claim_days = fields.Integer(
        string="Codes Are Good for",
        default=14,
        tracking=True,
        help="Whoever bought without being known collects the points later with the code of the receipt, for so long.",
    )

    _claim_days_sensible = models.Constraint(
        "CHECK (claim_days BETWEEN 1 AND 365)", "A receipt's code is good for 1 to 365 days."
    )


class ClubClaim(models.Model):
    """An anonymous sale that somebody collected with the code of its receipt.

    Example: a sale of 12.00 without a customer. Ada enters 3F-7QK-2M1 on her page and has 12 points; Bob, who found
    the receipt, reads that it was collected.

    Invariants: a sale is collected once, by whoever comes first. Nothing is stored before that: a code is computed
    from the sale, so the register's anonymous sale costs nothing.
    """

    _name = "club.claim"
    _description = "Collected Sale"
    _inherit = ["club.source.mixin"]
    _order = "id desc"
    _rec_name = "code"

    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True, readonly=True)
    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", required=True, readonly=True)
    source_name = fields.Char(string="Sale", readonly=True)
    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    expires_at = fields.Datetime(string="Good Until", readonly=True)
    claimed_at = fields.Datetime(string="Collected", required=True, readonly=True)

    _once = models.Constraint("UNIQUE (source_model, source_id)", "A sale is collected once.")
    _code_once = models.Constraint("UNIQUE (code)", "A code is used once.")

    @api.model
    def _collect(self, text, user, company, address=""):
        """Give the sale of this code to the user; wrong codes are counted, by user and by address.

        :param text: what was typed or scanned
        :param company: the company that is visited: a code of another club is as unknown as any
        :return: ``Answer``
        """
        _ = self.env._
        claims, attempts = self.sudo(), self.env["club.attempt"].sudo()
        limits = {f"user:{user.id}": WRONG_BY_USER, f"address:{address}": WRONG_BY_ADDRESS}
        if not attempts._take("claim", limits):
            return Answer(_("Too many tries. Wait an hour, then try again: your points wait too."))
        order = claims.env["pos.order"]._club_by_code(text)
        club = order._club_outlet().club_id
        if not club or company not in club.company_ids:
            return Answer(_("This code is not known here. Compare it with your receipt and try again."))
        attempts._give_back("claim", limits)
        partner = user.partner_id
        if refusal := order._club_claim_refusal(partner):
            return Answer(refusal)
        member = claims.env["club.member"]._join(club, partner, "claim")
        if not claims._take(order, member):
            return Answer(_("Somebody else has collected this purchase already."))
        order._club_sync_safely()
        if order.club_points_earned:
            text = _("%s from your purchase are yours.", order.club_points_earned.replace("+", ""))
        else:
            text = _("Your code is accepted. The points follow within a day.")
        return Answer(text, member)

    @api.model
    def _take(self, order, member):
        """Write down who collected it; False if somebody has. Two at once: the second starts again and sees it.

        Whichever of the two unique indexes the second one meets first: the sale's or the code's.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO club_claim (club_id, source_model, source_id, source_name, member_id, code, expires_at,
                                           claimed_at, create_uid, create_date, write_uid, write_date)
                   VALUES (%(club)s, 'pos.order', %(order)s, %(name)s, %(member)s, %(code)s, %(expires)s, %(now)s,
                           %(uid)s, %(now)s, %(uid)s, %(now)s)
                   ON CONFLICT DO NOTHING RETURNING id""",
                club=member.club_id.id,
                order=order.id,
                name=order.display_name,
                member=member.id,
                code=order._club_spoken_code(),
                expires=order._club_claim_expires_at(),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        order.invalidate_recordset(["club_claim_id"])
        return bool(rows)
