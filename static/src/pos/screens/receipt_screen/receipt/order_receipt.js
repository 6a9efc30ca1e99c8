import { _t } from "@web/core/l10n/translation";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { patch } from "@web/core/utils/patch";

patch(OrderReceipt.prototype, {
    /** What the server says of points once the order is there; a promise of it as long as it is not. */
    get clubLines() {
        const order = this.order;
        if (!order.config._club_shown) {
            return [];
        }
        if (order.club_receipt?.text) {
            return order.club_receipt.text;
        }
        const isWaiting = order.finalized && !order.isSynced && order.getPartner();
        return isWaiting && order.config._club_on
            ? [_t("Points follow once the register is online again.")]
            : [];
    },
    /** The code by which a customer whom nobody knows collects this sale; asked for before printing. */
    get clubTicket() {
        const ticket = this.order.uiState.clubTicket;
        return ticket && !this.order.getPartner() ? ticket : null;
    },
    get clubTicketPicture() {
        return generateQRCodeDataUrl(this.clubTicket.url, { width: 120, height: 120 });
    },
});
