import { CustomerDisplayPosAdapter } from "@point_of_sale/app/customer_display/customer_display_adapter";
import { patch } from "@web/core/utils/patch";

patch(CustomerDisplayPosAdapter.prototype, {
    /** Anybody near can read the display: the server decides what of a customer it shows. */
    formatOrderData(order) {
        super.formatOrderData(...arguments);
        this.data.club = order.clubDisplay();
    },
});
