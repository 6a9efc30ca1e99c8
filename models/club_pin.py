import logging
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

WRONG_BY_MEMBER = 5
SHORTEST, LONGEST = 4, 8


class ClubMemberPin(models.Model):
    """A number that a member alone knows: what proves who it is, where a card alone does not.

    Invariant: five wrong ones within an hour, and the member's PIN counts nowhere until the hour is over; what is
    stored does not show it.
    """

    _inherit = "club.member"

    pin_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    has_pin = fields.Boolean(string="PIN", compute="_compute_has_pin")

    @api.depends("pin_hash")
    def _compute_has_pin(self):
        for member in self:
            member.has_pin = bool(member.sudo().pin_hash)

    def _check_pin(self, pin):
        """Is this the member's PIN? Tries are counted: answer, do not raise, or the count goes with the rollback."""
        self.ensure_one()
        attempts, limits = self.env["club.attempt"].sudo(), {f"member:{self.id}": WRONG_BY_MEMBER}
        stored = self.sudo().pin_hash
        if not stored or not isinstance(pin, str) or not attempts._take("pin", limits):
            return False
        is_right = self.env["res.users"]._crypt_context().verify(pin[: LONGEST + 1], stored)
        if is_right:
            attempts._give_back("pin", limits)
        return is_right

    def _set_pin(self, pin):
        """Keep a new PIN, as a digest that takes long to try.

        :raise UserError: it is none, or the first that anybody would try
        """
        self.ensure_one()
        if not isinstance(pin, str) or not re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin):
            raise UserError(self.env._("A PIN has 4 to 8 digits."))
        steps = {(int(b) - int(a)) % 10 for a, b in zip(pin, pin[1:], strict=False)}
        if len(steps) == 1 and steps <= {0, 1, 9}:
            raise UserError(self.env._("This PIN is easy to guess. Choose one that does not count up or repeat."))
        self.sudo().pin_hash = self.env["res.users"]._crypt_context().hash(pin)

    def _club_save_pin(self, pin, again):
        """What the member typed twice on the own page; the sentence why it was not kept, or an empty one."""
        if pin != again:
            return self.env._("These are two different numbers. Type the same one twice.")
        try:
            self._set_pin(pin)
        except UserError as fault:
            return str(fault)
        return ""

    def action_reset_pin(self):
        """The button, for staff: the member forgot the PIN and chooses a new one on the own page."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club take a PIN away."))
        self.check_access("read")
        self.sudo().pin_hash = False
        _logger.info("PIN of members %s taken away by user %s", self.ids, self.env.uid)
        return True
