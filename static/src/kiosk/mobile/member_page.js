import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { MemberPage, MOST_DIGITS } from "@loyalty_club/kiosk/pages/member_page/member_page";

patch(MemberPage.prototype, {
    get label() {
        return { phone: _t("Phone number"), card: _t("Card number"), pin: _t("PIN") }[this.way];
    },

    /** A phone has a keyboard of its own. */
    write(event) {
        this.club.refused = "";
        const typed = event.target.value.replace(/[^+0-9]/g, "").slice(0, MOST_DIGITS[this.way]);
        this.state[this.way] = event.target.value = typed;
    },
    async useAccount() {
        await this.selfOrder.clubUseAccount();
        if (this.club.token) {
            this.selfOrder.clubGoOn();
        } else {
            this.club.refused = _t(
                "You are not a member yet. Type your phone number, or ask our staff."
            );
        }
    },
});
