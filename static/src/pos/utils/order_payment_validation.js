import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /** The receipt is shown or printed next. */
    async afterOrderValidation() {
        await this.pos.loadClubTicket(this.order);
        return super.afterOrderValidation(...arguments);
    },
});
