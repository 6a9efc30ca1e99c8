import { Component } from "@odoo/owl";
import { useSelfOrder } from "@pos_self_order/app/services/self_order_service";

/** Who is known here, and what they have; nothing when nobody is. */
export class ClubChip extends Component {
    static template = "loyalty_club.ClubChip";
    static props = {};

    setup() {
        this.selfOrder = useSelfOrder();
    }

    get title() {
        const { clubGreeting, club } = this.selfOrder;
        return [clubGreeting, club.tier].filter(Boolean).join(" · ");
    }
}
