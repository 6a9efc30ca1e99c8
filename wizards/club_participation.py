from odoo import api, fields, models
from odoo.exceptions import AccessError


class ClubParticipation(models.TransientModel):
    """Take part, or stop, at several outlets at once: asks first, saying what it does to how many."""

    _name = "club.participation"
    _description = "Take Part at Several Outlets"
    _inherit = ["club.window.mixin"]

    outlet_ids = fields.Many2many("club.outlet", required=True, readonly=True)
    is_on = fields.Boolean(readonly=True)
    text = fields.Text(compute="_compute_text")

    @api.model
    def _ask(self, outlets, is_on):
        wizard = self.create({"outlet_ids": outlets.ids, "is_on": is_on})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Part") if is_on else self.env._("Stop Taking Part"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _changed(self):
        return self.outlet_ids.filtered(lambda outlet: outlet.is_opted_in != self.is_on)

    @api.depends("outlet_ids", "is_on")
    def _compute_text(self):
        _ = self.env._
        for wizard in self:
            outlets = wizard._changed()
            rest = len(wizard.outlet_ids) - len(outlets)
            members = sum(
                count
                for _club, count in self.env["club.member"]._read_group(
                    [("club_id", "in", outlets.club_id.ids)], ["club_id"], ["__count"]
                )
            )
            figures = {"count": len(outlets), "names": ", ".join(outlets.mapped("name")), "members": f"{members:,}"}
            if not outlets:
                text = (
                    _("Nothing changes: all of them take part already.")
                    if wizard.is_on
                    else _("Nothing changes: none of them takes part.")
                )
            elif wizard.is_on:
                text = _(
                    "Outlets that take part from now on (%(count)s): %(names)s.\n"
                    "Orders paid there from this moment earn, and members use there what they have. "
                    "Orders paid before earn nothing by themselves; Credit Past Orders on the club can credit them.\n"
                    "Members of the club: %(members)s.",
                    **figures,
                )
            else:
                text = _(
                    "Outlets that stop (%(count)s): %(names)s.\n"
                    "Nothing is earned or used there any more, and their registers, websites and order forms show "
                    "nothing of the club.\nNobody loses anything: the %(members)s members keep their balances, and "
                    "find them as they are when you take part again.",
                    **figures,
                )
            if outlets and rest:
                text += "\n" + _("Already so: %s more.", rest)
            wizard.text = text

    def action_confirm(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self._changed().is_opted_in = self.is_on
        return {"type": "ir.actions.client", "tag": "soft_reload"}
