import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";

/** What the server took off is no line of the customer's: nothing to change, to send or to miss. */
patch(PosOrder.prototype, {
    get unsentLines() {
        return super.unsentLines.filter((line) => !line.is_reward_line);
    },
    get changes() {
        const changes = super.changes;
        for (const line of this.lines) {
            if (line.is_reward_line) {
                delete changes[line.uuid];
            }
        }
        return changes;
    },
});
