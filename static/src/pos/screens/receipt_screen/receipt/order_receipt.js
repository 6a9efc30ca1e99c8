import { _t } from "@web/core/l10n/translation";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { patch } from "@web/core/utils/patch";

patch(OrderReceipt.prototype, {
    /** What the server says of points once the order is there; a promise of it as long as it is not. */
    get clubLines() {
        const order = this.order;
        if (order.club_receipt?.text) {
            return order.club_receipt.text;
        }
        const isWaiting = order.finalized && !order.isSynced && order.getPartner();
        return isWaiting && order.config._club_on
            ? [_t("Points are credited after synchronisation.")]
            : [];
    },
});
