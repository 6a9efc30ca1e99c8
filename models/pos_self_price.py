"""What a self-order costs: its browser says a price, the server knows it."""

from odoo import fields, models
from odoo.tools import float_compare


class PosOrder(models.Model):
    """The order of a recognised customer is priced by the server, line by line.

    Example: Ada, Silver, has proven who she is. Her browser says 100.00 for a coffee, or 0.01; the server says 95.00,
    which is what she pays and what earns.

    Invariant: only who has proven to be a member has the prices of the tier: a phone number that were answered with
    a lower price would tell whose it is.
    """

    _inherit = "pos.order"

    def _club_self_reprice(self, visit, price_combo):
        """Write the server's own prices on the lines that a browser made.

        :param price_combo: the host's own, of (combo's line, pricelist, fiscal position)
        """
        pricelist = self._club_self_pricelist(visit)
        if pricelist != self.pricelist_id:
            self.pricelist_id = pricelist
        # What staff has priced by hand at a table stays; no browser can say that it did.
        own = self.lines.filtered(lambda line: not line._club_is_made_by_server() and line.price_type != "manual")
        # A part of nothing that a combo offers is no part of it, and has its own price.
        own.filtered(lambda line: line.combo_parent_id and not line._club_is_in_its_combo()).combo_parent_id = False
        own._club_self_keep_options()
        combos = own.filtered("combo_line_ids")
        children = combos.combo_line_ids
        for combo in combos:
            price_combo(combo, pricelist, self.fiscal_position_id)
            combo.price_unit = 0
        goods, now = own - combos - children, fields.Datetime.now()
        rules = pricelist._get_applicable_rules(goods.product_id, now)  # read once, for whatever quantities
        for line in goods:
            line._club_self_set_price(rules, now)
        for line in own:
            taxes = line.product_id.taxes_id.filtered(lambda tax: tax.company_id in self.company_id.parent_ids)
            if line.tax_ids != taxes:
                line.tax_ids = taxes
        for line in own:
            line._club_self_set_amounts()

    def _club_self_pricelist(self, visit):
        """The order's own; of a proven member the contact's or the tier's, where the device can use it."""
        prices = visit.is_proven and self.env["club.tier"]._club_prices(self.company_id.id)
        if not prices or self.preset_id.pricelist_id:
            return self.pricelist_id
        member = visit.member_id._club_current()
        by_hand = member.partner_id.with_company(self.company_id).specific_property_product_pricelist
        pricelist = by_hand or by_hand.browse(None if member.is_guest else prices.get(member.tier_id.id))
        is_usable = pricelist.active and self.config_id._club_may_use(pricelist)
        return pricelist if is_usable else self.pricelist_id


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_is_made_by_server(self):
        """Is it a discount or a reward, which no browser has a say in?"""
        return bool(self.is_reward_line or self.reward_id or self.coupon_id)

    def _club_is_in_its_combo(self):
        """Is it what it says: a choice that the combo offers?"""
        item = self.combo_item_id
        return item.product_id == self.product_id and item.combo_id in self.combo_parent_id.product_id.combo_ids

    def _club_self_keep_options(self):
        """Options are those of the line's product: those of another could have a price below nothing."""
        for line in self:
            chosen = line.attribute_value_ids
            own = chosen.filtered(lambda value, line=line: value.product_tmpl_id == line.product_id.product_tmpl_id)
            if own != chosen:
                line.attribute_value_ids = own

    def _club_self_extra(self):
        """What the chosen attributes cost that are not in the variant's price."""
        chosen = self.attribute_value_ids
        chosen = chosen and chosen - self.product_id.product_template_attribute_value_ids
        return sum(chosen.mapped("price_extra"))

    def _club_self_set_amounts(self):
        """What the line comes to; within the smallest coin the browser's rounding stays."""
        sold = self._club_sold()
        for name, amount in (("price_subtotal", sold.net), ("price_subtotal_incl", sold.gross)):
            if self[name] != amount:
                self[name] = amount

    def _club_self_set_price(self, rules, now):
        """As the host prices it, with the first of the pricelist's rules that applies."""
        product, uom = self.product_id, self.product_id.uom_id
        rule = next((rule for rule in rules if rule._is_applicable_for(product, self.qty)), rules.browse())
        price = rule._compute_price(product, self.qty, uom, date=now, currency=self.currency_id)
        price += self._club_self_extra()
        if float_compare(self.price_unit, price, precision_rounding=self.currency_id.rounding or 0.01):
            self.price_unit = price

    def _club_self_is_cheap(self, gross):
        """Has a browser taken off more than half of what these lines cost?

        :param gross: what they come to by their own prices a piece
        """
        order = self.order_id
        prices = order.pricelist_id._get_products_price(self.product_id, 1.0, currency=order.currency_id)
        goods = self.filtered(lambda line: not line.combo_parent_id)
        worth = sum(prices.get(line.product_id.id, 0.0) * line.qty for line in goods)
        told = sum(line.price_unit * line.qty for line in self)
        return told * 2 < worth or sum(self.mapped("price_subtotal_incl")) * 2 < gross

    def _club_self_share(self, gross):
        """How much of its price a line of nobody's has: what was lowered by a browser brings as much less.

        :param gross: what the line comes to by its own price a piece
        """
        order = self.order_id
        price = order.pricelist_id._get_product_price(self.product_id, self.qty or 1.0, currency=self.currency_id)
        told = self.price_unit * (1 - (self.discount or 0.0) / 100.0)
        shares = (told / price if price > 0 else 1.0, self.price_subtotal_incl / gross if gross > 0 else 1.0)
        return min(max(min(shares), 0.0), 1.0)
