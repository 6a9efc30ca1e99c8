from odoo import fields, models

from ..engine.matching import Items

ITEMS = ("product_ids", "categ_ids", "pos_categ_ids", "public_categ_ids", "tag_ids")


class ClubItemsMixin(models.AbstractModel):
    """A rule about products: which ones it means, by name, by category or by tag; nothing named means all.

    So what a rule names cannot be deleted under it: the rule would mean everything.
    """

    _name = "club.items.mixin"
    _description = "Rule About Products"

    product_ids = fields.Many2many("product.product", string="Products", ondelete="restrict")
    categ_ids = fields.Many2many("product.category", string="Product Categories", ondelete="restrict")
    pos_categ_ids = fields.Many2many("pos.category", string="Register Categories", ondelete="restrict")
    public_categ_ids = fields.Many2many("product.public.category", string="Webshop Categories", ondelete="restrict")
    tag_ids = fields.Many2many("product.tag", string="Product Tags", ondelete="restrict")

    def _items(self):
        """The engine's value; a category means those below it as well."""
        return Items(
            products=frozenset(self.product_ids.ids),
            categories=frozenset(self.categ_ids.ids),
            pos_categories=frozenset(self.pos_categ_ids.ids),
            public_categories=frozenset(self.public_categ_ids.ids),
            tags=frozenset(self.tag_ids.ids),
        )

    def _items_names(self):
        """Short names of what is meant, empty for everything."""
        products = [product.with_context(display_default_code=False).display_name for product in self.product_ids]
        others = self.categ_ids, self.pos_categ_ids, self.public_categ_ids, self.tag_ids
        return list(dict.fromkeys(products + [record.name for records in others for record in records]))
