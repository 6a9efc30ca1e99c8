import { _t } from "@web/core/l10n/translation";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { LoyaltyDialog } from "@loyalty_club/pos/components/popups/loyalty_dialog/loyalty_dialog";
import { StoreCreditPopup } from "@loyalty_club/pos/components/popups/store_credit_popup/store_credit_popup";

const NOTHING = { text: "", units: [], rewards: [] };

/** Points of the customer become money on the wallet, which can pay the order at hand. */
patch(LoyaltyDialog.prototype, {
    setup() {
        super.setup(...arguments);
        this.dialog = useService("dialog");
        this.creditKeys = {}; // what was asked and not answered is asked again by the same key
    },
    get credit() {
        return this.state.customer.credit || NOTHING;
    },
    get noCredit() {
        return _t("No store credit yet");
    },
    toCredit() {
        const key = uuidv4();
        this.dialog.add(StoreCreditPopup, {
            offers: this.credit.units,
            convert: (unitId, amount) => this.askCredit("club_convert", [unitId, amount, key]),
        });
    },
    async buyCredit(reward) {
        const confirmed = await ask(this.dialog, {
            title: reward.name,
            body: _t("%(price)s become %(credit)s now.", {
                price: reward.price,
                credit: reward.text,
            }),
            confirmLabel: _t("Redeem"),
        });
        if (confirmed) {
            this.creditKeys[reward.id] ||= uuidv4();
            const refused = await this.askCredit("club_buy_credit", [
                reward.id,
                this.creditKeys[reward.id],
            ]);
            if (!refused) {
                delete this.creditKeys[reward.id];
            }
        }
    },
    /** Why not, as a sentence; "" when it is on the wallet. */
    async askCredit(method, args) {
        const answer = await this.answer(() =>
            this.pos.clubCall(method, [this.pos.clubTold(this.order), ...args])
        );
        if (answer.wallet) {
            const note = await this.pos.takeClubWallet(answer, this.order);
            this.show(answer.customer);
            this.notification.add(note || answer.text, { type: note ? "warning" : "success" });
        }
        return answer.refused || "";
    },
});
