"""A tier's standing discount: the pricelist of its members, computed and never written."""

from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.addons.website.models import ir_http
from odoo.addons.website_sale.models.website import (
    CART_SESSION_CACHE_KEY,
    PRICELIST_SELECTED_SESSION_CACHE_KEY,
    PRICELIST_SESSION_CACHE_KEY,
)
from odoo.fields import Command
from odoo.http import request


class ClubTier(models.Model):
    """A tier may have a pricelist; one without has that of the nearest tier below.

    Example: Silver has "Silver 5 %". Ada, who becomes Silver or Gold, pays 5 % less from then on, at the register,
    in the webshop and on new quotations; a pricelist set on her contact by hand comes first.
    """

    _inherit = "club.tier"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        ondelete="restrict",
        help="What members of this tier pay, unless their contact has a pricelist of its own. Empty: the pricelist "
        "of the nearest tier below. Registers of outlets that take part get it too.",
    )
    pricelist_text = fields.Char(compute="_compute_pricelist_text", help="Which registers wait for the pricelist.")
    promotion_ids = fields.One2many("loyalty.program", "club_min_tier_id", string="Promotions")

    @api.depends("pricelist_id")
    def _compute_pricelist_text(self):
        for tier in self:
            registers = tier.club_id.outlet_ids.sudo().filtered("is_opted_in").pos_config_ids
            alike = registers.filtered(lambda own, tier=tier: own._club_may_use(tier.pricelist_id))
            waiting = alike.filtered(lambda own, tier=tier: tier.pricelist_id not in own.available_pricelist_ids)
            tier.pricelist_text = (
                self.env._(
                    "These registers are open and get it when they open next: %s.", ", ".join(waiting.mapped("name"))
                )
                if tier.pricelist_id and waiting
                else ""
            )

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers.filtered("pricelist_id")._club_prices_changed()
        return tiers

    def write(self, vals):
        result = super().write(vals)
        if "pricelist_id" in vals:
            self._club_prices_changed()
        return result

    def unlink(self):
        registers = self.filtered("pricelist_id").club_id.outlet_ids.sudo().pos_config_ids
        result = super().unlink()
        registers._club_sync_pricelists()
        return result

    def _club_prices_changed(self):
        """Pricelists are a feature of the host that may be off: whoever sets one wants it."""
        if self.pricelist_id:
            pricelists = self.env.ref("product.group_product_pricelist").sudo()
            self.env.ref("base.group_user").sudo()._apply_group(pricelists)
        self.club_id.outlet_ids.sudo().pos_config_ids._club_sync_pricelists()
        self.env["res.partner"].invalidate_model(["property_product_pricelist"])

    @api.model
    @tools.ormcache()
    def _club_all_pricelist_ids(self):
        """Pricelists that any tier has, read once for the whole process: most shops have none."""
        return frozenset(self.sudo().search([("pricelist_id", "!=", False)]).pricelist_id.ids)

    @api.model
    @tools.ormcache("company_id")
    def _club_prices(self, company_id):
        """Tier id → pricelist id in a company: of clubs that are on, and take part there in at least one outlet."""
        outlets = self.env["club.outlet"].sudo().search([("company_id", "=", company_id), ("is_opted_in", "=", True)])
        prices = {}
        for club in outlets.club_id.filtered(lambda club: club.active and club.state == "on"):
            pricelist = self.env["product.pricelist"].sudo()
            for tier in club.tier_ids.sorted("threshold"):
                own = tier.pricelist_id
                if own.active and own.company_id.id in (False, company_id):
                    pricelist = own
                if pricelist:
                    prices[tier.id] = pricelist.id
        return prices


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """After what was set by hand, before what the country has: the tier's."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["club.tier"]._club_all_pricelist_ids() or not isinstance(result, dict):
            return result
        if isinstance(result, defaultdict):
            return result  # pricelists are switched off in the host
        for partner_id, pricelist in self._club_partner_prices(partner_ids).items():
            partner = self.env["res.partner"].browse(partner_id).with_context(active_test=False)
            by_hand = partner.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook()
            if not by_hand:
                result[partner_id] = pricelist
        return result

    @api.model
    def _club_partner_prices(self, partner_ids):
        """Partner id → the pricelist of the tier, for those who have one in the current company."""
        prices = self.env["club.tier"]._club_prices(self.env.company.id)
        website = ir_http.get_request_website()
        if not prices or (website and not website.sudo().club_outlet_id._is_shown()):
            return {}
        members = self.env["club.member"].sudo().search_fetch(
            [("partner_id", "in", list(partner_ids)), ("tier_id", "in", list(prices)), ("is_guest", "=", False)],
            ["partner_id", "tier_id"],
        )
        found = {}
        for member in members.sorted(lambda member: (member.tier_id.threshold, member.id)):
            pricelist = self.browse(prices[member.tier_id.id])._get_partner_pricelist_multi_filter_hook()
            if pricelist:
                found[member.partner_id.id] = pricelist
        return found

    def _is_available_on_website(self, website):
        """Nobody can choose a tier's pricelist, yet its members have it on the websites that take part."""
        if super()._is_available_on_website(website):
            return True
        tiers = self.env["club.tier"]
        if self.id not in tiers._club_all_pricelist_ids() or self.website_id or not self.active:
            return False
        is_shown = website.sudo().club_outlet_id._is_shown()
        return bool(is_shown) and self.id in tiers._club_prices(website.company_id.id).values()


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends("club_member_ids.tier_id", "club_member_ids.active", "club_member_ids.is_guest")
    def _compute_product_pricelist(self):
        return super()._compute_product_pricelist()

    def _inverse_product_pricelist(self):
        """A form that sends the tier's pricelist back has set nothing by hand."""
        result = super()._inverse_product_pricelist()
        if self.env["club.tier"]._club_all_pricelist_ids():
            own = self.env["product.pricelist"]._club_partner_prices(self.ids)
            for partner in self:
                pricelist = own.get(partner.id)
                if pricelist and partner.specific_property_product_pricelist == pricelist:
                    partner.specific_property_product_pricelist = False
        return result


class Website(models.Model):
    _inherit = "website"

    def _get_and_cache_current_pricelist(self):
        """The session remembers a pricelist; what a tier gave or took since counts at once."""
        if PRICELIST_SESSION_CACHE_KEY in request.session and not self.env.user._is_public():
            self._club_forget_pricelist()
        return super()._get_and_cache_current_pricelist()

    def _club_forget_pricelist(self):
        session, tiers = request.session, self.env["club.tier"]
        of_tiers = tiers._club_all_pricelist_ids()
        if not of_tiers:
            return
        own = self.env.user.partner_id.with_company(self.company_id).property_product_pricelist.id
        cached = session[PRICELIST_SESSION_CACHE_KEY]
        # What the customer chose stays, but a tier's pricelist is nobody's to choose.
        is_chosen = session.get(PRICELIST_SELECTED_SESSION_CACHE_KEY) == cached and cached not in of_tiers
        if cached != own and not is_chosen and of_tiers & {cached, own}:
            session.pop(PRICELIST_SESSION_CACHE_KEY)

    def _get_and_cache_current_cart(self):
        cart = super()._get_and_cache_current_cart()
        if cart and CART_SESSION_CACHE_KEY in request.session and not request.env.cr.readonly:
            cart._club_refresh_prices()
        return cart


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _club_shop_card(self, partner=None):
        """The tier's discount is in the prices: say so, above what comes off after it."""
        card, order = super()._club_shop_card(partner), self.sudo()
        tiers = self.env["club.tier"]
        if card.get("is_member") and order.pricelist_id.id in tiers._club_all_pricelist_ids():
            member = order._club_points_member()
            if order.pricelist_id.id == tiers._club_prices(order.company_id.id).get(member.tier_id.id):
                card["tier_price"] = self.env._("These are your %s prices.", member.tier_id.with_env(self.env)._label())
        return card

    def _club_refresh_prices(self):
        """A cart follows the tier of its customer; a quotation keeps the prices it was made with."""
        of_tiers = self.env["club.tier"]._club_all_pricelist_ids()
        if not of_tiers or self.state != "draft":
            return
        own = self.partner_id.with_company(self.company_id).property_product_pricelist
        if self.pricelist_id == own or not of_tiers & {self.pricelist_id.id, own.id}:
            return
        if self._club_live_payments():  # started at these prices, and its money may still come
            return
        chosen = request.session.get(PRICELIST_SELECTED_SESSION_CACHE_KEY)
        if chosen and chosen == self.pricelist_id.id and chosen not in of_tiers:
            return
        self.pricelist_id = own
        self._recompute_prices()
        request.session[PRICELIST_SESSION_CACHE_KEY] = own.id


class PosConfig(models.Model):
    """Registers know the pricelists of the tiers while their outlet takes part."""

    _inherit = "pos.config"

    club_pricelist_ids = fields.Many2many(
        "product.pricelist",
        "club_register_pricelist_rel",
        "config_id",
        "pricelist_id",
        readonly=True,
        copy=False,
        help="Those that came from tiers, and go with them.",
    )

    def _club_sync_tender(self):
        super()._club_sync_tender()
        self._club_sync_pricelists()

    def _club_may_use(self, pricelist):
        return (
            bool(pricelist)
            and pricelist.currency_id == self.currency_id
            and pricelist.company_id in (self.env["res.company"], self.company_id)
        )

    def _club_sync_pricelists(self):
        """Give each register the pricelists of its club's tiers, and take away those that it had from them.

        An open register keeps what it has loaded: it is made up for when it opens next.
        """
        for register in self.sudo():
            club = register.club_outlet_id.club_id if register.club_outlet_id.is_opted_in else None
            wanted = club.tier_ids.pricelist_id.filtered("active") if club else self.env["product.pricelist"].sudo()
            wanted = wanted.filtered(lambda pricelist, own=register: own._club_may_use(pricelist))
            given = register.club_pricelist_ids
            new, gone = wanted - register.available_pricelist_ids, given - wanted - register.pricelist_id
            if not (new or gone) or register.has_active_session:
                continue
            kept = register.available_pricelist_ids - gone | new | register.pricelist_id
            register.write({
                "use_pricelist": register.use_pricelist or bool(new),
                "available_pricelist_ids": [Command.set(kept.ids)],
                "club_pricelist_ids": [Command.set((given - gone | new).ids)],
            })  # fmt: skip
