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
        const { currency, currentOrder, clubOff, orderLineNotSend } = this.selfOrder;
        const lines = currentOrder.lines.filter((line) => line.is_reward_line);
        if (orderLineNotSend.count === 0 && lines.length) {
            return total;
        }
        // Of what a table orders next, what came off before is off already.
        const before = lines.reduce((sum, line) => sum - line.priceIncl, 0);
        const left = currency.round(total.priceWithTax - clubOff + before);
        return { ...total, priceWithTax: Math.max(0, left) };
    },
});
