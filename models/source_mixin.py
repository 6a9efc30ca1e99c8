from odoo import models
from odoo.exceptions import UserError


class ClubSourceMixin(models.AbstractModel):
    """A row that names its document by text and number, so that deleting the document touches no history."""

    _name = "club.source.mixin"
    _description = "Belongs to a Document"

    def action_open_source(self):
        """The order or invoice behind this row, where it still exists."""
        self.ensure_one()
        if not self.source_model or self.source_model not in self.env or not self.source_id:
            raise UserError(self.env._("No document belongs to this."))
        if not self.env[self.source_model].browse(self.source_id).exists():
            raise UserError(self.env._("%s was deleted. Its points stay in the history.", self.source_name))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "views": [(False, "form")],
        }
