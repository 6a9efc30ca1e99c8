import { PosPayment } from "@point_of_sale/app/models/pos_payment";
import { patch } from "@web/core/utils/patch";

patch(PosPayment.prototype, {
    /** Paid with points. */
    isClubTender() {
        return this.payment_method_id?.use_payment_terminal === "loyalty_club";
    },
    /** Points that the server promised to this payment and that nobody gave back. */
    hasClubPromise() {
        return this.isClubTender() && this.getPaymentStatus() === "done" && this.amount > 0;
    },
});
