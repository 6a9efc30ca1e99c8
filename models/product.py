from odoo import api, fields, models, tools

from ..engine.matching import Item

PAYMENT_PROGRAMS = ("gift_card", "ewallet")


class ProductTemplate(models.Model):
    _inherit = "product.template"

    club_ratio_ids = fields.One2many(
        "club.ratio", "product_tmpl_id", string="Loyalty Ratios", groups="loyalty_club.loyalty_club_group_user"
    )
    club_excluded_ids = fields.Many2many(
        "club.club",
        "club_club_excluded_template_rel",
        "product_tmpl_id",
        "club_id",
        string="Earns No Points In",
        copy=False,
        groups="loyalty_club.loyalty_club_group_user",
        help="Clubs in which this product earns nothing.",
    )

    def write(self, vals):
        """Clubs keep what is excluded in the process's cache."""
        result = super().write(vals)
        if "club_excluded_ids" in vals:
            self.env.registry.clear_cache()
        return result

    def copy(self, default=None):
        """A copy earns as its original does, whoever makes it: keepers of products need know nothing of clubs."""
        copies = super().copy(default)
        for original, copied in zip(self.sudo(), copies.sudo(), strict=True):
            if original.club_excluded_ids:
                copied.club_excluded_ids = original.club_excluded_ids
        return copies

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        if any(vals.get("club_excluded_ids") for vals in vals_list):
            self.env.registry.clear_cache()
        return templates


class ProductCategory(models.Model):
    _inherit = "product.category"

    club_ratio_ids = fields.One2many(
        "club.ratio", "categ_id", string="Loyalty Ratios", groups="loyalty_club.loyalty_club_group_user"
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    club_variant_ratio_ids = fields.One2many(
        "club.ratio",
        "product_id",
        string="Loyalty Ratios of This Variant",
        groups="loyalty_club.loyalty_club_group_user",
    )

    def _club_ratio(self, rules, unit_id):
        """The product's own (ratio, source) for a unit, or (None, ""): variant, template, nearest category."""
        ratios = rules.ratios.get(unit_id)
        if not ratios:
            return None, ""
        for source, record_id in (("product", self.id), ("template", self.product_tmpl_id.id)):
            if (source, record_id) in ratios:
                return ratios[source, record_id], source
        path = [int(part) for part in (self.categ_id.parent_path or "").split("/") if part]
        for category_id in reversed(path):
            if ("category", category_id) in ratios:
                return ratios["category", category_id], "category"
        return None, ""

    def _club_item(self):
        """What the rules of a club may know this product by: read for many at once."""
        pos = self.pos_categ_ids
        while pos.parent_id - pos:
            pos |= pos.parent_id
        return Item(
            product=self.id,
            template=self.product_tmpl_id.id,
            categories=frozenset(int(part) for part in (self.categ_id.parent_path or "").split("/") if part),
            pos_categories=frozenset(pos.ids),
            public_categories=frozenset(self.public_categ_ids.parents_and_self.ids),
            tags=frozenset(self.all_product_tag_ids.ids),
        )

    def _club_exclusion(self):
        """Why this product is never spend, as a code: what is bought to be spent later earns then."""
        return "gift_card" if self.id in self._club_stored_value_ids() else ""

    @api.model
    @tools.ormcache(cache="default")
    def _club_stored_value_ids(self):
        """Products that sell gift cards or top up wallets."""
        programs = (
            self.env["loyalty.program"]
            .sudo()
            .with_context(active_test=False)
            .search([("program_type", "in", PAYMENT_PROGRAMS)])
        )
        return frozenset(programs.rule_ids.product_ids.ids + programs.trigger_product_ids.ids)
