import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

/** Free products, promotions, codes and coupons, then what pays: as on quotations and in the webshop. */
function rank(reward) {
    const program = reward?.program_id;
    if (!program || ["gift_card", "ewallet"].includes(program.program_type)) {
        return 3;
    }
    if (reward.reward_type === "product") {
        return 0;
    }
    return program.trigger === "with_code" || program.applies_on === "future" ? 2 : 1;
}

patch(PosOrder.prototype, {
    /** The host computes rewards anew in the order of these lines. */
    _get_reward_lines() {
        const lines = super._get_reward_lines(...arguments);
        if (!lines || !this.config._club_shown) {
            return lines;
        }
        return [...lines].sort((one, other) => rank(one.reward_id) - rank(other.reward_id));
    },
});
