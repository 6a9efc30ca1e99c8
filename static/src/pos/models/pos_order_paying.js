import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

const SELF_SOURCES = ["kiosk", "mobile"];

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

/** What a customer chose at a kiosk stays when a cashier changes the cart: the host forgets what it did not activate. */
patch(PosOrder.prototype, {
    _updateRewardLines() {
        if (SELF_SOURCES.includes(this.source)) {
            const coupons = this.lines.map((line) => line.coupon_id).filter(Boolean);
            const known = this._code_activated_coupon_ids;
            const missing = coupons.filter((own) => !known.some((other) => other.id === own.id));
            if (missing.length) {
                this._code_activated_coupon_ids = [["link", ...new Set(missing)]];
            }
        }
        return super._updateRewardLines(...arguments);
    },
});
