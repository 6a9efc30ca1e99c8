import { onWillUnmount } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { ConfirmationPage } from "@pos_self_order/app/pages/confirmation_page/confirmation_page";

patch(ConfirmationPage.prototype, {
    setup() {
        super.setup(...arguments);
        onWillUnmount(() => this.clubLeave());
    },
    /** What it brought is told to the one who has the order, not called out to everybody; before it is printed. */
    async initOrder(retry = true) {
        if (retry) {
            await this.selfOrder.clubRead(this.props.orderAccessToken);
        }
        return super.initOrder(...arguments);
    },
    /** What the order brought, as the server says it. */
    get clubText() {
        return this.confirmedOrder.clubText;
    },
    get clubPicture() {
        return generateQRCodeDataUrl(this.clubText.claim.url, { width: 240, height: 240 });
    },
    /** The order is over; on a phone only when it can grow no more. */
    clubLeave() {
        const { kioskMode, config } = this.selfOrder;
        if (kioskMode || config.self_ordering_pay_after === "each") {
            this.selfOrder.clubForget();
        }
    },
    backToHome() {
        // Another language begins with another page, which unmounts nothing.
        this.clubLeave();
        return super.backToHome(...arguments);
    },
});
