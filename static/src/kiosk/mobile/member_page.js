import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { MemberPage } from "@loyalty_club/kiosk/pages/member_page/member_page";

patch(MemberPage.prototype, {
    async useAccount() {
        await this.selfOrder.clubUseAccount();
        if (this.club.token) {
            this.selfOrder.clubGoOn();
        } else {
            this.club.refused = _t("You are not a member yet. Type your phone number, or ask our staff.");
        }
    },
});
