import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

const PAYMENT_PROGRAMS = ["gift_card", "ewallet"];

patch(PosOrder.prototype, {
    clubPromises() {
        return this.payment_ids.filter((payment) => payment.hasClubPromise());
    },
    /** Some of what is given back had been paid with points. */
    clubIsRefundOfPoints() {
        const origins = this.lines.map((line) => line.refunded_orderline_id?.order_id);
        return origins.some((order) => order?.payment_ids.some((paid) => paid.isClubTender()));
    },
    /** Points belong to the customer who is on the order. */
    isClubPartnerFixed(partner) {
        return Boolean(this.clubPromises().length) && partner?.id !== this.partner_id?.id;
    },
    setPartner(partner) {
        if (!this.isClubPartnerFixed(partner)) {
            super.setPartner(...arguments);
        }
    },
    /** What chooses how many points may be used: after promotions and coupons, without tips. */
    clubTotal() {
        const isCounted = (line) =>
            !(line.product_id.id === this.config.tip_product_id?.id) &&
            !PAYMENT_PROGRAMS.includes(line.reward_id?.program_id?.program_type);
        const lines = this.lines.filter(isCounted);
        return this.currency.round(lines.reduce((sum, line) => sum + line.priceIncl, 0));
    },
    /** What is left to pay beside one payment. */
    clubRemaining(payment) {
        const others = this.payment_ids.filter((other) => other.uuid !== payment.uuid);
        const paid = others.reduce((sum, other) => sum + other.getAmount(), 0);
        return Math.max(0, this.currency.round(this.totalDue - paid));
    },
});
