"""What happened before a club was imported, as far as later decisions ask for it."""

from odoo import api, fields, models


class ClubClub(models.Model):
    _inherit = "club.club"

    vault_made_at = fields.Datetime(
        readonly=True, copy=False, help="When the file was made: what was paid by then is in its balances."
    )

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"vault_key", "vault_map", "vault_made_at"}


class ClubMember(models.Model):
    """What a member had once is not given again, and counts for what there is so many times a member."""

    _inherit = "club.member"

    had_before = fields.Json(readonly=True, copy=False, help="Before the import: what, and how often.")

    def _had_before(self, what):
        """How often, by then: "birthday:2026", "welcome:12" (a tier), "reward:7"."""
        return (self.had_before or {}).get(what, 0)

    def _merge_into(self, kept):
        result = super()._merge_into(kept)
        if self.had_before:
            both = kept.had_before or {}
            names = both.keys() | self.had_before.keys()
            kept.had_before = {name: both.get(name, 0) + self.had_before.get(name, 0) for name in names}
        return result


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    club_had_before = fields.Integer(readonly=True, copy=False, help="How often it was had before the import.")


class ClubGamePrize(models.Model):
    _inherit = "club.game.prize"

    won_before = fields.Integer(readonly=True, copy=False, help="How often it was won before the import.")
