from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClubRatio(models.Model):
    """A product's own ratio for one unit, on its variant, template or category.

    The nearest wins: variant, template, category (the nearest parent), program.
    """

    _name = "club.ratio"
    _description = "Product's Own Loyalty Ratio"
    _inherit = ["club.rule.mixin"]

    unit_id = fields.Many2one("club.unit", required=True, ondelete="cascade", index=True)
    club_id = fields.Many2one(related="unit_id.club_id", store=True)
    ratio = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        required=True,
        default=1.0,
        help="Spend for one unit: 10 = one unit per 10.00.",
    )
    product_id = fields.Many2one("product.product", string="Variant", ondelete="cascade", index="btree_not_null")
    product_tmpl_id = fields.Many2one("product.template", string="Product", ondelete="cascade", index="btree_not_null")
    categ_id = fields.Many2one("product.category", string="Category", ondelete="cascade", index="btree_not_null")
    sentence = fields.Char(string="In Words", compute="_compute_sentence")

    _ratio_positive = models.Constraint(
        "CHECK (ratio > 0 AND ratio <= 1000000)",
        "The ratio is the spend for one unit: enter a figure above 0.",
    )
    _variant_once = models.UniqueIndex(
        "(unit_id, product_id) WHERE product_id IS NOT NULL",
        "This product already has a ratio for that unit.",
    )
    _template_once = models.UniqueIndex(
        "(unit_id, product_tmpl_id) WHERE product_tmpl_id IS NOT NULL",
        "This product already has a ratio for that unit.",
    )
    _category_once = models.UniqueIndex(
        "(unit_id, categ_id) WHERE categ_id IS NOT NULL", "This category already has a ratio for that unit."
    )

    @api.constrains("unit_id", "product_id", "product_tmpl_id", "categ_id")
    def _check_one_target(self):
        for ratio in self:
            if len([target for target in (ratio.product_id, ratio.product_tmpl_id, ratio.categ_id) if target]) != 1:
                raise ValidationError(self.env._("A ratio belongs to one product, variant or category."))

    @api.depends("ratio", "unit_id", "product_id", "product_tmpl_id", "categ_id")
    def _compute_sentence(self):
        for ratio in self:
            target = ratio.product_id or ratio.product_tmpl_id or ratio.categ_id
            ratio.sentence = (
                self.env._(
                    "%(target)s: 1 %(unit)s per %(money)s",
                    target=target.display_name,
                    unit=ratio.unit_id.name,
                    money=ratio.unit_id.currency_id.format(ratio.ratio),
                )
                if target and ratio.unit_id
                else ""
            )

    @api.depends("sentence")
    def _compute_display_name(self):
        for ratio in self:
            ratio.display_name = ratio.sentence or self.env._("Ratio")

    def _target(self):
        """The key by which the rulebook finds it."""
        if self.product_id:
            return ("product", self.product_id.id)
        if self.product_tmpl_id:
            return ("template", self.product_tmpl_id.id)
        return ("category", self.categ_id.id)
