from odoo import api, fields, models

from ..engine.matching import Items
from .club_bonus import CHANNELS


class ClubClub(models.Model):
    """What counts as spend, and where it earns: exclusions, and a switch for each place to buy.

    Invariant: an order paid while its place was switched off earns nothing, however late it is looked at.
    """

    _inherit = "club.club"

    bonus_ids = fields.One2many("club.bonus", "club_id", string="Bonus Rules", domain=[("version_of_id", "=", False)])
    is_earn_pos = fields.Boolean(
        string="Earn at the Register",
        default=True,
        tracking=True,
        help="Off: what is paid there meanwhile earns nothing, later neither.",
    )
    is_earn_shop = fields.Boolean(
        string="Earn in the Webshop",
        default=True,
        tracking=True,
        help="Orders of websites whose outlet takes part.",
    )
    is_earn_kiosk = fields.Boolean(
        string="Earn at the Kiosk",
        default=True,
        tracking=True,
        help="Self-order kiosks, and phones that order by the QR code of a table.",
    )
    is_earn_sale = fields.Boolean(
        string="Earn on Orders and Invoices",
        default=True,
        tracking=True,
        help="Quotations that staff confirm, and invoices, of sales teams whose outlet takes part.",
    )
    earn_since = fields.Json(readonly=True, copy=False, help="When each place to buy was switched on again.")
    earn_on_delivery = fields.Boolean(
        string="Delivery Counts as Spend", tracking=True, help="On: the delivery charge earns like goods do."
    )
    excluded_product_ids = fields.Many2many(
        "product.template",
        "club_club_excluded_template_rel",
        "club_id",
        "product_tmpl_id",
        string="Excluded Products",
        help="They earn nothing, and no bonus comes with them.",
    )
    excluded_categ_ids = fields.Many2many(
        "product.category", string="Excluded Categories", help="With all categories below them."
    )
    excluded_tag_ids = fields.Many2many("product.tag", string="Excluded Tags", help="All products that carry one.")

    def write(self, vals):
        changed = [channel for channel in CHANNELS if f"is_earn_{channel}" in vals]
        ended, begun = [], {}
        for club in self if changed else ():
            turned = [channel for channel in changed if club[f"is_earn_{channel}"] != vals[f"is_earn_{channel}"]]
            since = dict(club.earn_since or {})
            for channel in turned:
                if club[f"is_earn_{channel}"]:
                    start = fields.Datetime.to_datetime(since.pop(channel, None)) or club.create_date
                    ended.append((club, club.env["club.outlet"], start, channel))
                else:
                    since[channel] = fields.Datetime.to_string(fields.Datetime.now())
            begun[club] = since
        self.env["club.switch"]._record(ended)
        result = super().write(vals)
        for club, since in begun.items():
            super(ClubClub, club.sudo()).write({"earn_since": since})
        return result

    def _excluded_items(self):
        """An archived product stays excluded: its last orders may come late."""
        club = self.with_context(active_test=False)
        return Items(
            templates=frozenset(club.excluded_product_ids.ids),
            categories=frozenset(club.excluded_categ_ids.ids),
            tags=frozenset(club.excluded_tag_ids.ids),
        )

    @api.model
    def _channel_since(self, club):
        """Channel → when it was switched on again, for those that were ever off; None while off."""
        since = club.earn_since or {}
        return {
            channel: fields.Datetime.to_datetime(since.get(channel)) if club[f"is_earn_{channel}"] else False
            for channel in CHANNELS
        }
