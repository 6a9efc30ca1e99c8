"""Points as a price reduction: what they pay lowers the taxable base instead of settling a taxed price.

Example: 121.00 with 21 % in it, 21.00 of them in points. As a payment tax stays 21.00; as a reduction 100.00 is the
price, of which 17.36 is tax. The customer pays 100.00 either way and earns the same.
"""

from odoo import models
from odoo.fields import Command


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _club_reduces(self, hold):
        """Is this promise a price reduction? What a confirmed order was sold with stays."""
        lines = self._club_points_lines(hold)
        if self.state == "sale" and lines:
            return bool(lines.tax_ids) or any(lines.mapped("extra_tax_data"))
        return hold.member_id.club_id.points_tax == "reduction"

    def _club_priced(self, hold, money):
        """What lines must say so that this promise pays exactly so much of the order.

        :return: list of values, one a group of taxes; the first bears what it costs in points
        """
        if not self._club_reduces(hold):
            parts = [self._club_exact(money)]
        else:
            parts = self._club_reduction(hold, money)
        for number, part in enumerate(parts):
            part.setdefault("product_uom_qty", 1.0)
            part["technical_price_unit"] = part["price_unit"]
            part["points_cost"] = 0.0 if number else money
        return parts

    def _club_reduction(self, hold, money):
        """The host's own global discount over all that is sold: exact in total, tax group by tax group."""
        taxes, company = self.env["account.tax"], self.company_id
        base_lines = [line._prepare_base_line_for_taxes_computation() for line in self._club_reducible(hold)]
        taxes._add_tax_details_in_base_lines(base_lines, company)
        taxes._round_base_lines_tax_details(base_lines, company)
        discountable = taxes._prepare_discountable_base_lines(base_lines, company)
        total = taxes._get_tax_totals_summary(discountable, self.currency_id, company)["total_amount_currency"]
        reduced = self.currency_id.round(min(money, max(total, 0.0)))
        parts = []
        if reduced > 0:
            for base_line in taxes._prepare_global_discount_lines(
                base_lines,
                company,
                amount_type="fixed",
                amount=reduced,
                computation_key=f"global_discount,club{hold.id}",
                grouping_function=lambda _line: {"product_id": hold._reward().discount_line_product_id},
            ):
                parts.append(
                    {
                        # What is shown; the host reckons with the exact one beside its taxes.
                        "price_unit": self.currency_id.round(base_line["price_unit"]),
                        "tax_ids": [Command.set(base_line["tax_ids"].ids)],
                        "extra_tax_data": taxes._export_base_line_extra_tax_data(base_line),
                    }
                )
        rest = self.currency_id.round(money - reduced)
        if rest > 0 or not parts:  # a charge that no discount lowers, like one on packaging, is paid as it is
            parts.append(self._club_exact(rest))
        return parts

    def _club_exact(self, money):
        """A line without taxes that takes so much off, to the last coin.

        A currency may have more decimals than prices are kept with: then the quantity carries them.
        """
        kept = self.env["decimal.precision"].precision_get("Product Price")
        spare = max(0, self.currency_id.decimal_places - kept)
        return {
            "price_unit": -money * 10**spare,
            "product_uom_qty": 0.1**spare,
            "tax_ids": [Command.clear()],
            "extra_tax_data": False,
        }

    def _club_reducible(self, hold):
        """What is sold, less its discounts: not what gift cards and wallets pay, nor these points themselves."""
        own = self._club_points_lines(hold)
        lines = self.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment)
        return (lines - own).filtered(
            lambda line: line._is_club_points() or not line.reward_id.program_id.is_payment_program
        )

    def _club_reprice(self, hold, money):
        """Let the lines of this promise say another amount: as few as it takes, never none."""
        lines = self._club_points_lines(hold).sudo()
        parts = self._club_priced(hold, money)
        for line, part in zip(lines, parts, strict=False):
            line.write(part)
        first = lines[:1]
        for part in parts[len(lines) :]:
            lines.create(
                part
                | {
                    "order_id": self.id,
                    "name": first.name,
                    "product_id": first.product_id.id,
                    "reward_id": first.reward_id.id,
                    "coupon_id": first.coupon_id.id,
                    "sequence": first.sequence,
                    "reward_identifier_code": first.reward_identifier_code,
                }
            )
        left_over = lines[len(parts) :]
        if self.state != "sale":
            left_over.unlink()
        elif left_over:  # lines of a confirmed order stay
            left_over.write({"price_unit": 0.0, "technical_price_unit": 0.0, "points_cost": 0.0})
