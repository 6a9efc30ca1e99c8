import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { patch } from "@web/core/utils/patch";

patch(PaymentScreen.prototype, {
    setup() {
        super.setup();
        if (!this.pos.config._club_shown && !this.currentOrder.clubIsRefundOfPoints()) {
            this.payment_methods_from_config = this.payment_methods_from_config.filter(
                (method) => method.use_payment_terminal !== "loyalty_club"
            );
        }
    },
    onMounted() {
        super.onMounted();
        this.keepClubReversible();
    },
    /** A refund in points needs no second touch. */
    async addNewPaymentLine(paymentMethod) {
        const isAdded = await super.addNewPaymentLine(...arguments);
        if (
            isAdded &&
            this.isRefundOrder &&
            paymentMethod.use_payment_terminal === "loyalty_club"
        ) {
            await this.sendPaymentRequest(this.paymentLines.at(-1));
        }
        return isAdded;
    },
    async sendPaymentRequest(line) {
        await super.sendPaymentRequest(...arguments);
        if (line.isClubTender() && line.getPaymentStatus() === "retry") {
            // Nothing was promised: back to the choice of ways to pay.
            this.currentOrder.removePaymentline(line);
            this.numberBuffer.reset();
        }
        this.keepClubReversible();
    },
    async sendPaymentReverse(line) {
        await super.sendPaymentReverse(...arguments);
        if (line.isClubTender() && line.getPaymentStatus() === "reversed") {
            this.currentOrder.removePaymentline(line);
            this.numberBuffer.reset();
        }
    },
    /** Points can always be given back before the order is paid, whatever was paid after them. */
    keepClubReversible() {
        for (const line of this.paymentLines) {
            if (line.isClubTender() && line.getPaymentStatus() === "done") {
                line.can_be_reversed = true;
            }
        }
    },
});
