import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

/** Orders of kiosks and of phones at a table, opened at a register. */
patch(PosOrder.prototype, {
    /** What the customer took off with points or a voucher at the kiosk. */
    clubSelfLines() {
        const isServers = (line) =>
            line.is_reward_line && (line.coupon_id?.id || line.raw.coupon_id) > 0;
        return this.source && this.source !== "pos" ? this.lines.filter(isServers) : [];
    },
    /** Somebody else's order: what its customer took off goes back to them. */
    setPartner(partner) {
        const before = this.partner_id?.id;
        super.setPartner(...arguments);
        if (before && before !== this.partner_id?.id && !this.finalized) {
            for (const line of this.clubSelfLines()) {
                this.removeOrderline(line);
            }
        }
    },
    /** Whom this register has shown: an order that comes back without them was taken from them. */
    serializeForORM() {
        const data = super.serializeForORM(...arguments);
        if (this.club_self_customer) {
            data.club_self_seen = this.club_self_customer.partner_id;
        }
        return data;
    },
});
