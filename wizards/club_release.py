from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ClubRelease(models.TransientModel):
    """A manager frees points that are promised to an order: with a reason, which stays on the promise."""

    _name = "club.release"
    _description = "Give Promised Points Back"
    _inherit = ["club.window.mixin"]

    hold_id = fields.Many2one("club.hold", required=True, readonly=True, ondelete="cascade")
    member_id = fields.Many2one(related="hold_id.member_id")
    order_name = fields.Char(string="Order", related="hold_id.source_name")
    amount_text = fields.Char(string="Points", compute="_compute_amount_text", compute_sudo=True)
    refused = fields.Char(compute="_compute_refused", compute_sudo=True)
    reason = fields.Char(required=True, help="Kept on the promise, with your name.")

    @api.depends("hold_id")
    def _compute_amount_text(self):
        for wizard in self:
            wizard.amount_text = wizard.hold_id.unit_id._format(wizard.hold_id.amount)

    @api.depends("hold_id")
    def _compute_refused(self):
        for wizard in self:
            try:
                wizard.hold_id._check_releasable()
                wizard.refused = False
            except UserError as refusal:
                wizard.refused = str(refusal)

    def action_release(self):
        self.ensure_one()
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self.hold_id.check_access("read")
        self.hold_id.sudo()._release_because((self.reason or "").strip())
        return {"type": "ir.actions.act_window_close"}
