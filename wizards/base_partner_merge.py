from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Memberships are added up by entries first: the host would delete what it cannot move."""
        self.env["club.member"]._merge_partners(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """The host adds wallets up and archives the emptied ones: the orders that they pay go on with the joint one."""
        cards = self.env["loyalty.card"].sudo().search([
            ("partner_id", "in", (src_partners | dst_partner).ids), ("program_id.program_type", "=", "ewallet"),
        ])  # fmt: skip
        result = super()._merge_loyalty_cards(src_partners, dst_partner)
        for program, own in cards.grouped("program_id").items():
            kept = cards.search([("partner_id", "=", dst_partner.id), ("program_id", "=", program.id)], limit=1)
            own.filtered(lambda card: not card.active)._club_pass_on(kept)
        return result


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def _club_pass_on(self, kept):
        """Orders that these cards pay, were promised to or had topped them up name the joint card from now on.

        By raw SQL, as the merge does: nothing may be booked once more.
        """
        if not self or not kept:
            return
        payments = self.env["payment.transaction"].sudo().search([("club_wallet_ids", "in", self.ids)])
        for payment in payments:
            parts = {}
            for key, money in (payment.club_wallet_parts or {}).items():
                order_id, card_id = map(int, key.split(":"))
                key = f"{order_id}:{kept.id if card_id in self.ids else card_id}"
                parts[key] = parts.get(key, 0.0) + money
            wallets = payment.club_wallet_ids - self | kept
            payment.write({"club_wallet_ids": wallets.ids, "club_wallet_parts": parts})
        self.env.flush_all()
        gone, joint = list(self.ids), kept.id
        for table, column in (
            ("sale_order_line", "coupon_id"),
            ("pos_order_line", "coupon_id"),
            ("loyalty_history", "card_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE %s = ANY(%s)",
                    SQL.identifier(table), SQL.identifier(column), joint, SQL.identifier(column), gone,
                )
            )  # fmt: skip
        for table, card, order in (
            ("sale_order_coupon_points", "coupon_id", "order_id"),
            ("loyalty_card_sale_order_rel", "loyalty_card_id", "sale_order_id"),
        ):
            table, card, order = map(SQL.identifier, (table, card, order))
            self.env.cr.execute(
                SQL(
                    """UPDATE %(table)s own SET %(card)s = %(joint)s WHERE own.%(card)s = ANY(%(gone)s) AND NOT EXISTS (
                       SELECT 1 FROM %(table)s other
                        WHERE other.%(order)s = own.%(order)s AND other.%(card)s = %(joint)s)""",
                    table=table, card=card, order=order, joint=joint, gone=gone,
                )
            )  # fmt: skip
        self.env.invalidate_all()
