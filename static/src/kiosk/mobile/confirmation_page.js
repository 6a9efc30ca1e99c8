import { patch } from "@web/core/utils/patch";
import { ConfirmationPage } from "@pos_self_order/app/pages/confirmation_page/confirmation_page";
import "@loyalty_club/kiosk/pages/confirmation_page/confirmation_page";

patch(ConfirmationPage.prototype, {
    clubLeave() {
        if (this.clubHasLeft) {
            return;
        }
        this.clubHasLeft = true;
        const { token } = this.selfOrder.club;
        super.clubLeave(...arguments);
        if (this.selfOrder.clubIsPhone && token && !this.selfOrder.club.token) {
            this.selfOrder.clubUseAccount();
        }
    },
});
