from traceback import walk_tb

from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class ClubRuleMixin(models.AbstractModel):
    """A record that the rulebook is made of: any change makes every process read it again."""

    _name = "club.rule.mixin"
    _description = "Part of a club's rules"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    @api.model
    def _club_noted(self):
        """Fields that the club writes by itself: when something began decides what orders of the past earn."""
        return frozenset()

    @api.model
    def _club_note_anew(self, vals_list):
        """What is made now began now, whatever is typed in with it or comes as a default of the context.

        :return: who is to make it
        """
        if self.env.su:
            return self
        noted = self._club_noted()
        for vals in vals_list:
            for name in noted & vals.keys():
                del vals[name]
        return self._club_without_defaults(noted)

    @api.model
    def _club_without_defaults(self, names):
        """Whoever calls says none of these by the context either."""
        defaults = {f"default_{name}" for name in names}
        left = {name: told for name, told in self.env.context.items() if name not in defaults}
        # Only another context has less in it.
        return self.with_context(left)  # pylint: disable=context-overridden

    def write(self, vals):
        if not self.env.su and self._club_noted() & vals.keys():
            raise UserError(self.env._("When it began is noted by itself, not typed in. Use the switches."))
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _validate_fields(self, field_names, excluded_names=()):
        """Tell the form which fields a refusal is about, so that it can show them."""
        try:
            return super()._validate_fields(field_names, excluded_names)
        except ValidationError as refusal:
            if not getattr(refusal, "context", None):
                running = {frame.f_code for frame, _line in walk_tb(refusal.__traceback__)}
                names = {
                    name
                    for check in self._constraint_methods
                    if getattr(check, "__code__", None) in running
                    for name in check._constrains
                }
                refusal.context = {"club_model": self._name, "club_fields": sorted(names)}
            raise
