from base64 import b64encode

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from reportlab.graphics.barcode import createBarcodeDrawing

from ..engine.codes import ean13
from .asked import one
from .club_member import CARD_PREFIX

LONGEST = 200


class ClubCard(models.Model):
    """A number that a member's card had before it was replaced: it finds nobody any more.

    Invariant: a number is given once, for good: the next ones come from the same counter as the members' own.
    """

    _name = "club.card"
    _description = "Replaced Card"
    _order = "id desc"
    _rec_name = "number"

    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    ended_at = fields.Datetime(string="Replaced", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    actor = fields.Char(string="By", readonly=True)

    _number_once = models.Constraint("UNIQUE (number)", "This number was replaced already.")


class ClubMember(models.Model):
    _inherit = "club.member"

    former_card_ids = fields.One2many("club.card", "member_id", string="Replaced Cards")

    def replace_card(self, reason):
        """Give the member a card with another number: the old one is dead from now on.

        :param reason: why, it stays with the old number
        :return: the new number
        :raise AccessError: for managers only
        """
        one(self)
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club replace a card. Ask one of them."))
        self.check_access("write")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why the card is replaced: it stays with the old number."))
        return self.sudo()._replace_card(reason.strip()[:LONGEST])

    def _replace_card(self, reason):
        if not self.active or not self.partner_id:
            raise UserError(self.env._("This membership has ended: it needs no card."))
        self._lock()
        self._end_cards(reason)
        [(serial,)] = self.env.execute_query(SQL("SELECT nextval('club_member_id_seq')"))
        self.card_number = ean13(CARD_PREFIX, serial)
        return self.card_number

    def _end_cards(self, reason):
        """The member's card, and those of memberships that were merged into this one: which was lost nobody knows."""
        merged = self.with_context(active_test=False).search([("merged_into_id", "=", self.id)])
        carriers = (self | merged).filtered("card_number")
        self.env["club.card"].create([
            {
                "member_id": self.id,
                "number": carrier.card_number,
                "ended_at": fields.Datetime.now(),
                "reason": reason,
                "actor": self.env["club.entry"]._actor(),
            }
            for carrier in carriers
        ])  # fmt: skip
        carriers.card_number = False

    def action_print_cards(self):
        """The button: print the cards of these members."""
        self.check_access("read")
        return self.env["club.print.cards"]._open(self)

    def _club_card_face(self):
        """What a card shows, in the language of its member."""
        self.ensure_one()
        self = self.with_context(lang=self.partner_id.lang or self.env.lang)
        club = self.club_id
        return {
            "club": club.name,
            "style": club._club_card_style() or "background-color: #714b67; color: #ffffff;",
            "icon": self._club_main_unit().icon,
            "name": self.partner_id.name or "",
            "tier": self.tier_id.name,
            "number": self.card_number,
        }

    def _club_barcode(self, width, height):
        """The card's number as lines, for ``<img>``: drawn, not painted, so that every printer makes them sharp.

        :param width: with ``height`` the shape; the page decides the size
        """
        drawing = createBarcodeDrawing("EAN13", value=self.card_number, width=width, height=height, humanReadable=False)
        return "data:image/svg+xml;base64," + b64encode(drawing.asString("svg").encode()).decode()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_club_print_cards(self):
        """The button on contacts: print their cards; who is no member becomes one if they agreed."""
        strangers = self.filtered(lambda own: not own.club_member_id)
        return self.env["club.print.cards"]._open(self.club_member_id, strangers)


class ReportMemberCard(models.AbstractModel):
    """One card a page, of the size of a bank card."""

    _name = "report.loyalty_club.report_member_card"
    _description = "Loyalty Card"

    @api.model
    def _get_report_values(self, docids, data=None):
        members = self.env["club.member"].browse(docids)
        members.check_access("read")
        return {
            **(data or {}),
            "doc_ids": docids,
            "doc_model": "club.member",
            "docs": members.sudo().filtered("card_number"),
        }


class ReportMemberLabels(models.AbstractModel):
    """Many cards a sheet, from the first label that is still on it."""

    _name = "report.loyalty_club.report_member_labels"
    _description = "Loyalty Cards on Label Sheets"

    @api.model
    def _get_report_values(self, docids, data=None):
        told = data or {}
        members = self.env["club.member"].browse(docids or told.get("member_ids") or [])
        members.check_access("read")
        sheet = self.env["club.print.cards"]._sheet(told.get("print_format"))
        skipped = min(max(int(told.get("first_label") or 1), 1), sheet["columns"] * sheet["rows"]) - 1
        labels = [None] * skipped + list(members.sudo().filtered("card_number"))
        size, columns = sheet["columns"] * sheet["rows"], sheet["columns"]
        pages = [labels[start : start + size] for start in range(0, len(labels), size)]
        return {
            "doc_ids": members.ids,
            "doc_model": "club.member",
            "docs": members,
            "sheet": sheet,
            "pages": [
                [page[start : start + columns] for start in range(0, len(page), columns)] for page in pages
            ],
        }  # fmt: skip
