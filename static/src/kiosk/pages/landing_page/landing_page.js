import { patch } from "@web/core/utils/patch";
import { onWillStart } from "@odoo/owl";
import { LandingPage } from "@pos_self_order/app/pages/landing_page/landing_page";

patch(LandingPage.prototype, {
    setup() {
        super.setup(...arguments);
        onWillStart(() => {
            // Whoever comes to a kiosk's first page is somebody new; a phone is its owner's.
            if (this.selfOrder.kioskMode) {
                this.selfOrder.clubForget();
            }
        });
    },
});
