import { PosPayment } from "@point_of_sale/app/models/pos_payment";
import { patch } from "@web/core/utils/patch";

patch(PosPayment.prototype, {
    /** Paid with points. */
    isClubTender() {
        return this.payment_method_id?.use_payment_terminal === "loyalty_club";
    },
    async pay() {
        const order = this.pos_order_id;
        const terminal = this.payment_method_id.payment_terminal;
        const isDone = await super.pay(...arguments);
        const code = this.isClubTender() && terminal?.takeLowering?.();
        if (code) {
            order.removePaymentline(this);
            await terminal.lower(order, code);
        }
        return isDone;
    },
    /** Points that the server promised to this payment and that nobody gave back. */
    hasClubPromise() {
        return this.isClubTender() && this.getPaymentStatus() === "done" && this.amount > 0;
    },
});
