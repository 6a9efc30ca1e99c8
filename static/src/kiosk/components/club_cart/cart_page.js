import { patch } from "@web/core/utils/patch";
import { CartPage } from "@pos_self_order/app/pages/cart_page/cart_page";

patch(CartPage.prototype, {
    get lines() {
        return super.lines.filter((line) => !line.is_reward_line);
    },
    get optionalProducts() {
        return this.selfOrder.clubGoods.flatMap(
            (line) => line.product_id.product_tmpl_id.pos_optional_product_ids
        );
    },
    /** What there is to pay once everything that was chosen is off. */
    get totalPriceAndTax() {
        const total = super.totalPriceAndTax;
        const isOff =
            this.selfOrder.orderLineNotSend.count === 0 &&
            this.selfOrder.currentOrder.lines.some((line) => line.is_reward_line);
        if (isOff) {
            return total;
        }
        const left = this.selfOrder.currency.round(total.priceWithTax - this.selfOrder.clubOff);
        return { ...total, priceWithTax: Math.max(0, left) };
    },
});
