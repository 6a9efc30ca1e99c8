import { patch } from "@web/core/utils/patch";
import { PaymentPage } from "@pos_self_order/app/pages/payment_page/payment_page";

// The host lets nobody's time run out while they pay.
const LEFT_MS = 100000;

patch(PaymentPage.prototype, {
    /** Who comes back to an order that was left at the terminal may be somebody else. */
    back() {
        if (this.selfOrder.kioskMode && Date.now() - this.selfOrder.clubTouched > LEFT_MS) {
            this.selfOrder.clubForget(true);
        }
        super.back(...arguments);
    },
});
