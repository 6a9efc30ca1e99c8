from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .club_reconcile import DOCUMENTS


class ClubClub(models.Model):
    _inherit = "club.club"

    enrolment = fields.Selection(
        [
            ("automatic", "The first paid order makes a member"),
            ("ask", "The customer is asked first"),
            ("off", "Nobody becomes a member by an order"),
        ],
        string="Becoming a Member",
        required=True,
        default="automatic",
        tracking=True,
        help="Asked first: what an order earns waits until the customer agrees on their own page, or staff "
        "enrols them.\nNobody: staff enrols members by hand.",
    )


class ClubMember(models.Model):
    """How somebody becomes a member, and whether they said so.

    Example: a club that asks first. An order of 12.00 earns nothing yet; its customer opens the own page, agrees,
    and has 12 points with the date of the order.
    """

    _inherit = "club.member"

    consent_source = fields.Selection(
        [
            ("page", "On the own page"),
            ("claim", "With the code of a receipt"),
            ("mail", "By a link in an e-mail"),
            ("staff", "Told to staff"),
            ("kiosk", "With a phone number at a kiosk"),
        ],
        string="Agreed",
        readonly=True,
        help="How the customer agreed to be a member.",
    )

    @api.model
    def _join(self, club, partner, consent_source=None):
        """Make the partner a member, keep when and how they agreed, and credit the orders that waited."""
        [row] = self._enrol_partners([(club.id, partner.id)], consent_source=consent_source).values()
        member = self.browse(row[0])
        if consent_source:
            member._note_consent(consent_source)
        for documents in self._club_waiting(partner, club):
            documents._club_sync_safely()
        return member

    def _note_consent(self, source):
        """The first consent is the one that is kept."""
        new = self.filtered(lambda member: not member.consent_at)
        new.write({"consent_at": fields.Datetime.now(), "consent_source": source})

    @api.model
    def _club_waiting(self, partners, clubs):
        """Orders of these contacts whose points wait until they are members, by model."""
        self.env["club.outcome"].flush_model()
        waiting = []
        for model in DOCUMENTS:
            documents = self.env[model].sudo()
            documents.flush_model(["partner_id"])
            rows = self.env.execute_query(
                SQL(
                    """SELECT d.id FROM club_outcome o JOIN %s d ON d.id = o.source_id
                        WHERE o.source_model = %s AND o.code = 'consent' AND o.club_id = ANY(%s)
                          AND d.partner_id = ANY(%s) ORDER BY d.id""",
                    SQL.identifier(documents._table),
                    model,
                    list(clubs.ids),
                    list(partners.ids),
                )
            )
            if rows:
                waiting.append(documents.browse(row[0] for row in rows))
        return waiting

    @api.model
    def _club_waiting_amounts(self, partners, club):
        """What these contacts would have by becoming members: dict unit → minor amount."""
        totals = {}
        for documents in self._club_waiting(partners, club):
            for document in documents:
                for unit, amount in document._club_preview().items():
                    totals[unit] = totals.get(unit, 0) + amount
        return totals

    def action_agree(self):
        """The button: the customer told staff that they agree."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club do this."))
        self.check_access("read")
        self.sudo()._note_consent("staff")
        return True


class ResPartner(models.Model):
    _inherit = "res.partner"

    club_can_enrol = fields.Boolean(compute="_compute_club_can_enrol", groups="loyalty_club.loyalty_club_group_user")

    @api.depends_context("company")
    @api.depends("club_member_ids")
    def _compute_club_can_enrol(self):
        has_club = bool(self.env["club.club"]._only())
        for partner in self:
            partner.club_can_enrol = has_club and not partner.club_member_id

    def action_club_enrol(self):
        """The button: the customer agreed to be a member of this company's club."""
        self.ensure_one()
        club = self.env["club.club"]._only()
        if not club:
            raise UserError(self.env._("Choose the club first: open Members and create one there."))
        self.env["club.member"].enrol(self.id, club.id, has_agreed=True)
        self.invalidate_recordset()
        return self.action_club_member()
