from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# Sheets as they are sold: labels a sheet of A4, their size and where the first one begins, in millimetres.
SHEETS = {
    "3x8": {"columns": 3, "rows": 8, "width": 70.0, "height": 37.0, "top": 0.5, "left": 0.0, "gap": 0.0},
    "3x7": {"columns": 3, "rows": 7, "width": 63.5, "height": 38.1, "top": 15.1, "left": 7.2, "gap": 2.5},
    "2x5": {"columns": 2, "rows": 5, "width": 85.0, "height": 54.0, "top": 13.5, "left": 15.0, "gap": 10.0},
}
CARDS = ("2x5",)  # where a whole card's front fits


class ClubPrintCards(models.TransientModel):
    """Print loyalty cards: one by one of the size of a bank card, or many on a sheet of labels.

    Example: twelve new members at a stand. Their contacts, "Loyalty cards", a tick that they agreed, 3 × 8: they are
    members, and half a sheet comes out of the printer.
    """

    _name = "club.print.cards"
    _description = "Print Loyalty Cards"
    _inherit = ["club.window.mixin"]

    club_id = fields.Many2one("club.club")
    member_ids = fields.Many2many("club.member", string="Members")
    partner_ids = fields.Many2many(
        "res.partner", string="Not Members Yet", help="They become members, if they agreed, and get a card."
    )
    has_agreed = fields.Boolean(string="They Agreed to Be Members")
    print_format = fields.Selection(
        [
            ("card", "Plastic cards, 85.6 × 54 mm, one a page"),
            ("3x8", "A4 labels, 3 × 8 of 70 × 37 mm"),
            ("3x7", "A4 labels, 3 × 7 of 63.5 × 38.1 mm"),
            ("2x5", "A4 cards, 2 × 5 of 85 × 54 mm"),
        ],
        string="Print On",
        required=True,
        default="card",
    )
    first_label = fields.Integer(
        string="First Free Label", default=1, help="Of a sheet of which some labels are used already."
    )
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def _open(self, members, partners=None):
        """The window, for these members and for contacts who are none yet."""
        members = members.filtered(lambda member: member.active and member.card_number)
        partners = partners or self.env["res.partner"]
        if not members and not partners:
            raise UserError(self.env._("None of them has a card: these memberships have ended."))
        only = len(members) + len(partners) == 1
        club = members.club_id if len(members.club_id) == 1 else self.env["club.club"]._only()
        wizard = self.create({
            "club_id": club.id,
            "member_ids": [Command.set(members.ids)],
            "partner_ids": [Command.set(partners.ids)],
            "print_format": "card" if only else "3x8",
        })  # fmt: skip
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_print_cards_action")
        return action | {"res_id": wizard.id}

    @api.model
    def _sheet(self, print_format):
        name = print_format if print_format in SHEETS else "3x8"
        return SHEETS[name] | {"has_card": name in CARDS}

    @api.depends("member_ids", "partner_ids", "print_format", "first_label")
    def _compute_summary(self):
        for wizard in self:
            count = len(wizard.member_ids) + len(wizard.partner_ids)
            if wizard.print_format == "card":
                wizard.summary = self.env._("Cards: %s", count)
                continue
            sheet = self._sheet(wizard.print_format)
            places = sheet["columns"] * sheet["rows"]
            first = min(max(wizard.first_label, 1), places)
            wizard.summary = self.env._(
                "Cards: %(count)s, sheets: %(sheets)s", count=count, sheets=-(-(count + first - 1) // places)
            )

    def action_print(self):
        """Make members of those who agreed, then print."""
        self.ensure_one()
        members = self.member_ids | self._enrol()
        if self.print_format == "card":
            report = self.env.ref("loyalty_club.action_report_member_card")
            return report.report_action(members, config=False) | {"close_on_report_download": True}
        report = self.env.ref("loyalty_club.action_report_member_labels")
        data = {
            "member_ids": members.ids,
            "print_format": self.print_format,
            "first_label": self.first_label,
        }
        return report.report_action(None, data=data, config=False) | {"close_on_report_download": True}

    def _enrol(self):
        members = self.env["club.member"]
        if not self.partner_ids:
            return members
        if not self.has_agreed:
            raise UserError(
                self.env._("Ask these customers first whether they want to be members, then tick that they agreed.")
            )
        if not self.club_id:
            raise UserError(self.env._("Choose the club that they become members of."))
        for partner in self.partner_ids:
            members |= members.enrol(partner.id, self.club_id.id, has_agreed=True)
        return members


class ClubReplaceCard(models.TransientModel):
    """A card is lost: another number, and the old one finds nobody any more."""

    _name = "club.replace.card"
    _description = "Replace a Loyalty Card"
    _inherit = ["club.window.mixin"]

    member_id = fields.Many2one("club.member", required=True, readonly=True)
    card_number = fields.Char(related="member_id.card_number", string="Old Number")
    reason = fields.Char(required=True, help="Stays with the old number.")

    def action_replace(self):
        self.ensure_one()
        self.member_id.replace_card(self.reason)
        return self.member_id.action_print_cards()
