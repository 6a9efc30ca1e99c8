"""What the browser of a self-order device may say of an order; all else is taken out before anybody reads it."""

from math import ceil

from odoo import api, models

# What a self-order's browser has no say in; the rest is the host's.
ORDER_KEYS = frozenset({
    "payment_ids", "amount_paid", "amount_return", "state", "account_move", "is_refund", "is_tipped", "tip_amount",
    "picking_ids", "session_move_id", "refunded_order_id", "use_self_order_online_payment", "to_invoice",
})  # fmt: skip
LINE_KEYS = frozenset({
    "refunded_orderline_id", "refund_orderline_ids", "refunded_qty", "coupon_id", "reward_id", "is_reward_line",
    "reward_identifier_code", "points_cost", "gift_code", "gift_barcode", "gift_card_id", "e_wallet_program_id",
    "discount", "price_type", "sale_order_origin_id", "sale_order_line_id", "down_payment_details", "settled_order_id",
    "settled_invoice_id", "order_id", "is_total_cost_computed", "total_cost",
})  # fmt: skip
FIGURES = ("qty", "price_unit", "price_subtotal", "price_subtotal_incl", "price_extra")
MOST = 1e9
# Lists that a line may have: of what there is, and of what is made with it. No other is read, whatever is inside.
CHOSEN = frozenset({"attribute_value_ids", "tax_ids"})
MADE = frozenset({"custom_attribute_value_ids", "pack_lot_ids"})
MADE_KEYS = frozenset({"uuid", "custom_product_template_attribute_value_id", "custom_value", "lot_name"})
# Links that a browser makes between what it has just made: of a combo's lines, and nothing else.
LINKS = {"pos.order.line": frozenset({"combo_parent_id", "combo_line_ids"})}


def figure(value):
    """A number that a browser sent, as text perhaps: never below nothing, never without end."""
    try:
        number = float(value or 0)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(number, MOST) if number > 0 else 0.0


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def _club_self_clean(self, order, contact_ids=()):
        """Take out of a self-order all that its browser has no say in, in place and without a query.

        :param contact_ids: contacts that this browser has typed itself, for a delivery
        """
        for key, value in [*order.items()]:
            is_list = isinstance(value, list) and key != "lines"
            if is_list or key in ORDER_KEYS or key.startswith(("club_", "_club")):
                del order[key]
        order.update({"state": "draft", "amount_paid": 0, "amount_return": 0})
        if order.get("partner_id") not in contact_ids:
            order["partner_id"] = False
        order["lines"] = self._club_self_clean_lines(order.get("lines") or [])
        links = order.get("relations_uuid_mapping")
        if links:
            order["relations_uuid_mapping"] = self._club_self_clean_links(links)

    @api.model
    def _club_self_clean_lines(self, commands):
        """Lines that the browser makes or changes; those that the server made, or of another order, are not its."""
        kept = []
        for command in commands:
            if not isinstance(command, (list, tuple)) or not command or command[0] not in (0, 1, 2, 3):
                continue
            kind, line_id, *told = command
            values = told[0] if told else {}
            if kind in (0, 1):
                if not isinstance(values, dict):
                    continue
                values = {
                    key: self._club_self_clean_list(key, value) if isinstance(value, list) else value
                    for key, value in values.items()
                    if key not in LINE_KEYS and not key.startswith(("club_", "_club"))
                    if not isinstance(value, list) or key in CHOSEN | MADE
                }
                values |= {key: figure(values[key]) for key in FIGURES if key in values}
                if "qty" in values:  # devices sell pieces: a crumb of a coffee is one that nobody would pay
                    values["qty"] = ceil(round(values["qty"], 6))
            kept.append([kind, line_id, values])
        return kept

    @api.model
    def _club_self_clean_list(self, key, commands):
        """Records are chosen or made by a line, never changed through it."""
        if key in CHOSEN:
            return [own for own in commands if isinstance(own, int) or own[:1] in ([4], [6])]
        made = [own[2] for own in commands if isinstance(own, list) and len(own) == 3 and own[0] == 0]
        return [
            [0, 0, {name: value for name, value in own.items() if name in MADE_KEYS}]
            for own in made
            if isinstance(own, dict)
        ]

    @api.model
    def _club_self_clean_links(self, links):
        return {
            model: {
                uuid: {name: value for name, value in told.items() if name in LINKS[model]}
                for uuid, told in by_uuid.items()
            }
            for model, by_uuid in links.items()
            if model in LINKS
        }

    @api.model
    def _club_self_keep_inside(self, order, own):
        """A combo is made of lines of its own order.

        :param own: dict of the browser's lines that are stored: id → uuid
        """
        values = [told[2] for told in order["lines"] if told[0] in (0, 1)]
        for told in values:
            if told.get("combo_parent_id") and told["combo_parent_id"] not in own:
                del told["combo_parent_id"]
        inside = {*own.values(), *(told.get("uuid") for told in values)}
        for by_uuid in (order.get("relations_uuid_mapping") or {}).values():
            for uuid, links in [*by_uuid.items()]:
                told = [one for named in links.values() for one in (named if isinstance(named, list) else [named])]
                if uuid not in inside or not inside.issuperset(told):
                    del by_uuid[uuid]
