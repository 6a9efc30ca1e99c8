"""What a reward can take off a register's order, and what of it comes back, whatever the register says of it."""

from odoo import models
from odoo.exceptions import UserError

from ..engine.values import exact


class PosOrder(models.Model):
    """Rewards judged by the goods they are for.

    Example: 10 % of a coffee at 121.00 is at most 12.10; half of the coffee returned brings half of it back.
    Invariant: no line of a reward takes off more than the reward gives, and none comes back before its goods.
    """

    _inherit = "pos.order"

    def _club_rewarded(self, reward):
        """The lines of goods that a reward is for."""
        sold = self.lines.filtered(lambda line: line.qty > 0 and not line.refunded_orderline_id and not line.reward_id)
        products = sold.product_id | sold.combo_parent_id.product_id
        if reward.reward_type == "product":
            products &= reward.reward_product_ids
        elif reward.discount_applicability == "specific":
            products = products.filtered_domain(reward._get_discount_product_domain())
        return sold.filtered(lambda line: (line.product_id | line.combo_parent_id.product_id) & products)

    def _club_settle_picks(self):
        self._club_check_linked()
        return super()._club_settle_picks()

    def _club_check_linked(self):
        """A reward or a wallet pays in its own order: a line that is linked to its line gives back, and takes nothing.

        :raise UserError: a refund is refunded in its turn, or a line claims to belong to an order that is over
        """
        linked = self.lines.filtered(lambda line: line.refunded_orderline_id and line._club_is_of_the_club())
        if linked._club_negative():
            raise UserError(
                self.env._(
                    "%s paid for another order. Ring it up anew, and choose the reward or the store credit for it.",
                    linked._club_negative()[0].full_product_name or linked._club_negative()[0].product_id.display_name,
                )
            )

    def _club_check_worth(self, card, lines):
        """Refuse lines that take off more than the reward of their coupon gives.

        :raise UserError: what they take, and what they may
        """
        self.ensure_one()
        reward, currency, name = lines.reward_id, self.currency_id, card.program_id.name
        if len(reward) != 1 or reward.program_id != card.program_id:
            raise UserError(self.env._("%s counts once. Take it off the order and choose it again.", name))
        goods, used = self._club_rewarded(reward), -self._club_value(lines)
        most = self._club_most(card, reward, goods)
        slack = currency.rounding * (len(goods) + len(lines))  # each tax of each line is rounded by itself
        if currency.compare_amounts(used, most + slack) > 0:
            raise UserError(
                self.env._(
                    "%(reward)s takes %(used)s off the order and is worth %(most)s here. "
                    "Take it off the order and choose it again; nothing was taken.",
                    reward=name,
                    used=currency.format(used),
                    most=currency.format(most),
                )
            )

    def _club_most(self, card, reward, goods):
        """What a reward may take off its goods, with tax."""
        if reward.reward_type == "product":
            return reward.reward_product_qty * self._club_dearest(reward, goods)
        if reward.reward_type != "discount":
            return 0.0
        most = self._club_value(goods)
        if reward.discount_mode == "percent":
            most *= reward.discount / 100
        else:
            times = card.points if reward.discount_mode == "per_point" else 1
            most = min(most, reward.discount * times)
        return min(most, reward.discount_max_amount or most)

    def _club_dearest(self, reward, goods):
        """What one piece of a free product costs: as it is on the order, before its discount, or on the list."""
        prices = [0.0]
        for product in reward.reward_product_ids & (goods.product_id | goods.combo_parent_id.product_id):
            pricelist = self.pricelist_id
            listed = pricelist._get_product_price(product, 1.0) if pricelist else product.lst_price
            taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
            taxes = self.fiscal_position_id.map_tax(taxes)
            prices.append(taxes._get_tax_details(listed, 1.0, product=product)["total_included"])
        for line in goods:
            whole = 1 - (line.discount or 0.0) / 100
            prices.append(line._club_sold().gross / line.qty / whole if whole > 0 else 0.0)
        return max(prices)

    def _club_rewarded_share(self, lines, shares):
        """How much of what a reward's lines were for has come back, from 0 to 1.

        :param shares: dict line id as text → the share of that line that came back
        """
        reward = lines.reward_id[:1]
        goods, is_free = self._club_rewarded(reward), reward.reward_type == "product"
        weights = {line: exact(line.qty if is_free else line._club_sold().gross) for line in goods}
        back = sum(exact(shares.get(str(line.id), 0)) * weight for line, weight in weights.items())
        whole = sum(weights.values())
        if is_free:
            whole = min(whole, abs(sum(exact(line.qty) for line in lines)))
        elif reward.discount_applicability == "cheapest":
            whole = min((weight / exact(line.qty) for line, weight in weights.items()), default=0)
        return min(1, back / whole) if whole > 0 else 1

    def confirm_coupon_programs(self, coupon_data):
        """What the register reports of a club's rewards and points is left aside: the server used and made them.

        Another coupon's report neither makes one of them, nor finds one by its code, nor takes over its lines.
        """
        cards = self.env["loyalty.card"].sudo()
        told_ids = {int(key): told for key, told in coupon_data.items()}
        known = {card.id: card for card in cards.browse([key for key in told_ids if key > 0]).exists()}
        codes = {str(told[name]) for told in told_ids.values() for name in ("code", "barcode") if told.get(name)}
        others = {told.get("coupon_id") for told in told_ids.values() if type(told.get("coupon_id")) is int}
        domain = ["|", ("code", "in", list(codes)), ("id", "in", list(others))]
        found = cards.with_context(active_test=False).search(domain) if codes | others else cards
        found = found.filtered(lambda card: card._club_is_own())
        taken = {line.reward_identifier_code for line in self.lines.sudo() if line.coupon_id._club_is_own()}
        kept = {}
        for key, told in told_ids.items():
            if key > 0 and key in known:
                program, is_own = known[key].program_id, known[key]._club_is_own()
            else:
                program, is_own = self.env["loyalty.program"].browse(told.get("program_id")).sudo().exists(), False
            named = {told.get("code"), told.get("barcode"), told.get("coupon_id")} - {None, False, ""}
            if is_own or program._club_is_own() or named & {*found.mapped("code"), *found.ids}:
                continue
            kept[str(key)] = {
                **told,
                "line_codes": [code for code in told.get("line_codes") or () if code not in taken],
            }
        return super().confirm_coupon_programs(kept)


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _club_is_of_the_club(self):
        """Does this line, or the one it is linked to, stand for points, a reward or a club's wallet?"""
        cards = (self | self.refunded_orderline_id).coupon_id
        programs = (self | self.refunded_orderline_id).reward_id.program_id | cards.program_id
        return cards._club_is_own() or programs._club_is_own() or programs._club_is_wallet()


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    def _club_is_wallet(self):
        return not self.env["club.club"]._wallet_clubs().keys().isdisjoint(self.ids)

    def _club_is_own(self):
        """Do its coupons stand for points or a reward, so that the server alone makes and uses them?"""
        return any(own.club_id or own.is_club_reduction or own.is_club_technical for own in self)


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def _club_is_own(self):
        return any(card.club_is_bound or card.program_id._club_is_own() for card in self.sudo())
