import { OrderSummary } from "@point_of_sale/app/screens/product_screen/order_summary/order_summary";
import { patch } from "@web/core/utils/patch";

patch(OrderSummary.prototype, {
    /** A reward that is taken off the order gives its points back at once. */
    _setValue(val) {
        const order = this.currentOrder;
        const line = order.getSelectedOrderline();
        const code = line?.is_reward_line && line.coupon_id?.code;
        const result = super._setValue(...arguments);
        if (code && !this.pos.clubLines(order, code).length && this.pos.config._club_shown) {
            this.pos.clubCall("club_drop_reward", [order.uuid, code]);
        }
        return result;
    },
});
