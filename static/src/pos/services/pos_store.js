import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { PosStore, register_payment_method } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import { PaymentLoyaltyClub } from "@loyalty_club/pos/utils/payment/payment_loyalty_club";

register_payment_method("loyalty_club", PaymentLoyaltyClub);

patch(PosStore.prototype, {
    async selectPartner(order = this.getOrder()) {
        if (order?.clubPromises().length) {
            this.refusePartnerChange(order);
            return order.getPartner();
        }
        return super.selectPartner(...arguments);
    },
    setPartnerToCurrentOrder(partner) {
        const order = this.getOrder();
        if (order.isClubPartnerFixed(partner)) {
            this.refusePartnerChange(order);
            return;
        }
        const before = this.clubCustomer(order);
        const result = super.setPartnerToCurrentOrder(...arguments);
        this.dropClubRewardsOf(before, order);
        return result;
    },
    refusePartnerChange(order) {
        this.dialog.add(AlertDialog, {
            title: _t("Can't change customer"),
            body: _t(
                "This order is paid partly with the points of %s. Reverse that payment first.",
                order.getPartner()?.name || ""
            ),
        });
    },
    /** Ask for the code on the receipt of a sale without a customer; without the server there is none. */
    async loadClubTicket(order) {
        const isAnonymous = order?.isSynced && order.finalized && !order.getPartner();
        const isOffered = this.config._club_on && this.config._club_claims;
        if (!isAnonymous || !isOffered || this.data.network.offline) {
            return;
        }
        try {
            const tickets = await this.data.call("pos.order", "club_claim_ticket", [[order.id]]);
            order.uiState.clubTicket = tickets[0] || null;
        } catch {
            order.uiState.clubTicket = null; // a receipt is printed whatever happens
        }
    },
    async printReceipt({ order = this.getOrder() } = {}) {
        if (order && !order.uiState.clubTicket) {
            await this.loadClubTicket(order);
        }
        return super.printReceipt(...arguments);
    },
    /** An order that is thrown away gives its points back at once. */
    async deleteOrders(orders) {
        const promised = orders.filter((order) => order?.clubPromises().length);
        const promises = promised.map((order) => [order, order.clubPromises()]);
        const codes = orders.flatMap((order) =>
            [...new Set(order?.lines.map((line) => line.coupon_id?.code).filter(Boolean))].map(
                (code) => [order.uuid, code]
            )
        );
        const result = await super.deleteOrders(...arguments);
        if (result) {
            for (const told of this.config._club_shown ? codes : []) {
                await this.clubCall("club_drop_reward", told); // any other coupon is passed over there
            }
            for (const [order, payments] of promises) {
                const terminal = payments[0].payment_method_id.payment_terminal;
                await terminal.release(order, payments);
            }
        }
        return result;
    },
});
