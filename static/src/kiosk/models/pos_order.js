import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { here } from "@loyalty_club/kiosk/visit";

patch(PosOrder.prototype, {
    /** Whose order it is, the server knows by the token it gave out. */
    serializeForORM() {
        const data = super.serializeForORM(...arguments);
        if (here.visit.token) {
            data.club_visit = here.visit.token;
        }
        return data;
    },
    /** What the server says of this order's points. */
    get clubText() {
        const text = this.club_self_text;
        return text && Object.keys(text).length ? text : null;
    },
});
