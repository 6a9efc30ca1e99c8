import { _t } from "@web/core/l10n/translation";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

patch(PosStore.prototype, {
    /** A wallet that the server has just filled can pay the order at hand; what hinders it, as a sentence. */
    async takeClubWallet({ wallet, customer }, order) {
        this.clubCustomers[order.uuid] = customer;
        await this.loadClubTerms(order, { isFresh: true }); // the customer display says what is left
        if (!this.models["loyalty.program"].get(wallet.program_id)) {
            return _t("It is on the wallet. Reload the register to let it pay here.");
        }
        const cards = this.models["loyalty.card"];
        const partnerId = order.getPartner().id;
        // The host keeps a stand-in for a customer without a card until an order is paid.
        const standIns = cards.filter(
            (card) =>
                card.id !== wallet.card_id &&
                !(card.id > 0) &&
                card.partner_id?.id === partnerId &&
                card.program_id?.id === wallet.program_id
        );
        for (const card of standIns) {
            delete order.uiState.couponPointChanges[card.id];
            card.delete();
        }
        await this.data.read("loyalty.card", [wallet.card_id]);
        const card = cards.get(wallet.card_id);
        if (card) {
            card.points = wallet.points;
        }
        this.updateRewards();
        return "";
    },
});
