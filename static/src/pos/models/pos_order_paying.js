import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

/** Points that pay a part of a kiosk's order: one line that leaves the taxes of what was sold alone. */
patch(PosOrder.prototype, {
    _getRewardLineValuesDiscount({ reward }) {
        const lines = super._getRewardLineValuesDiscount(...arguments);
        if (!reward.program_id.is_club_paying || !Array.isArray(lines) || !lines.length) {
            return lines;
        }
        const off = this.currency.round(lines[0].points_cost * reward.discount);
        return [{ ...lines[0], price_unit: -off, tax_ids: [] }];
    },
});
