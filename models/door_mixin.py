from odoo import api, models
from odoo.exceptions import AccessError

from .ledger import SENTINEL


class ClubDoorMixin(models.AbstractModel):
    """Rows that the club's own code writes and nobody else: not by RPC, an import or a form, in sudo neither."""

    _name = "club.door.mixin"
    _description = "Written by the Club Alone"

    def _door_words(self):
        """What to do instead, as a sentence."""
        raise NotImplementedError

    def _check_door(self):
        if self.env.context.get("club_door") is not SENTINEL:
            raise AccessError(self._door_words())

    @api.model_create_multi
    def create(self, vals_list):
        self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        self._check_door()
        return super().write(vals)

    def unlink(self):
        self._check_door()
        return super().unlink()
