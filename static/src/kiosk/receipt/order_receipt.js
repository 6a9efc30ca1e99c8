import { patch } from "@web/core/utils/patch";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";

/** The ticket's footer is the register's (see its template); here the order itself carries what it says. */
patch(OrderReceipt.prototype, {
    get clubLines() {
        return this.order.clubText?.receipt || [];
    },
    get clubTicket() {
        return this.order.clubText?.claim || null;
    },
    get clubTicketPicture() {
        return generateQRCodeDataUrl(this.clubTicket.url, { width: 120, height: 120 });
    },
});
