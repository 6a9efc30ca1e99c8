from odoo import api, models


class ClubRuleMixin(models.AbstractModel):
    """A record that the rulebook is made of: any change makes every process read it again."""

    _name = "club.rule.mixin"
    _description = "Part of a club's rules"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
