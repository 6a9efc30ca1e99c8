from collections import defaultdict

from odoo import api, models

from .ledger import SENTINEL


class SaleOrder(models.Model):
    """Store credit on quotations and in the webshop: the host charges the wallet, we note what points had paid of it.

    A credit note brings back what it credits of the wallet's line, where the host would keep it.
    """

    _inherit = "sale.order"

    def _club_wallet_lines(self):
        """Lines that a club's wallet pays."""
        wallets = self.env["club.club"]._wallet_clubs()
        if not wallets:
            return self.order_line.browse()
        return self.order_line.filtered(lambda line: line.coupon_id and line.coupon_id.program_id.id in wallets)

    def _get_point_changes(self):
        """The host books on wallets as whoever confirms or cancels; only managers may change one by hand."""
        changes, wallets = super()._get_point_changes(), self.env["club.club"]._wallet_clubs()
        if not wallets or not changes:
            return changes
        return {
            card.sudo() if card.sudo().program_id.id in wallets else card: change for card, change in changes.items()
        }

    def _club_capture(self):
        result = super()._club_capture()
        self._club_sync_wallets()
        return result

    def _club_sync_if_member(self):
        self._club_sync_wallets()
        return super()._club_sync_if_member()

    def _club_sync_wallets(self):
        """Note what these orders take from wallets by now, and put back what credit notes returned."""
        if not self.env["club.club"]._wallet_clubs():
            return
        _ = self.env._
        for order in self.sudo().filtered(lambda order: order.state in ("sale", "cancel")):
            for card, (used, returned) in order._club_wallet_use().items():
                member = self.env["club.credit"]._owner(card)
                if not member:
                    continue
                came = self.env["club.credit"]._bring(member, card.program_id, order._club_source(), used, returned)
                if came:
                    card._club_take()
                    credited, used = _("Credited: %s", order.name), _("Used after all: %s", order.name)
                    card._club_move(came, credited if came > 0 else used, self._name, order.id)
            order._club_sync_top_ups()

    def _club_sync_top_ups(self):
        """A wallet that is topped up with points holds credit from points, not money."""
        wallets, credits = self.env["club.club"]._wallet_clubs(), self.env["club.credit"]
        source = self._club_source()
        known = credits._of_document(source).filtered(lambda row: row.kind == "top_up")
        issued = {(row.member_id, row.program_id): 0.0 for row in known}
        if self.state == "sale":
            for change in self.coupon_point_ids.filtered(lambda own: own.coupon_id.program_id.id in wallets):
                if change.points > 0 and (member := credits._owner(change.coupon_id)):
                    taken_back = sum(self._club_taken_rows(change.coupon_id).mapped("used"))
                    issued[member, change.coupon_id.program_id] = change.points - taken_back
        paid, total = self._club_points_of_sold() if issued else (0.0, 0.0)
        for (member, program), money in issued.items():
            credits._bring_top_up(member, program, source, money, paid, total)

    def _club_wallet_use(self):
        """card → (money that the order takes from it, money of it that came back)"""
        found, noted = {}, self.env["club.credit"]._of_document(self._club_source())
        for credit in noted:
            if card := credit.program_id._club_card_of(credit.member_id.partner_id):
                found[card] = (0.0, 0.0)
        if self.state != "sale":
            return found
        lines = self._club_wallet_lines()
        credited = self._club_wallet_credited(lines) if noted else defaultdict(float)
        for card, own in lines.grouped("coupon_id").items():
            used = sum(own.mapped("points_cost"))
            found[card] = (used, min(used, credited[card]))
        return found

    def _club_wallet_credited(self, lines):
        """card → how much of the wallet's money credit notes or refunds of the provider brought back."""
        credited = defaultdict(float)
        for card, own in lines.grouped("coupon_id").items():
            credited[card] = self._club_credited_money(own, sum(own.mapped("points_cost")))
        if refunded := self._club_refunded_share():
            for card, own in lines.grouped("coupon_id").items():
                credited[card] = max(credited[card], sum(own.mapped("points_cost")) * refunded)
        return credited

    def _club_not_real(self, total, negative):
        """Credit that points were converted to is no money; what a customer paid in is."""
        not_real, is_redemption = super()._club_not_real(total, negative)
        if self._club_wallet_lines():
            not_real += self.env["club.credit"]._used_by(self._club_source())
        return not_real, is_redemption


class SaleOrderLine(models.Model):
    """The host books a changed line of a confirmed order on the wallet, as whoever changes it."""

    _inherit = "sale.order.line"

    def _club_as_host(self, is_wanted):
        return self.with_context(club_wallet=SENTINEL) if is_wanted and self.env["club.club"]._wallet_clubs() else self

    @api.model_create_multi
    def create(self, vals_list):
        lines = self._club_as_host(any(vals.get("coupon_id") for vals in vals_list))
        return super(SaleOrderLine, lines).create(vals_list).with_env(self.env)

    def write(self, vals):
        return super(SaleOrderLine, self._club_as_host({"points_cost", "coupon_id"} & vals.keys())).write(vals)

    def unlink(self):
        return super(SaleOrderLine, self._club_as_host(any(line.coupon_id for line in self))).unlink()
