import { Component } from "@odoo/owl";
import { useSelfOrder } from "@pos_self_order/app/services/self_order_service";

/** What somebody who is known can redeem with this cart. */
export class ClubCart extends Component {
    static template = "loyalty_club.ClubCart";
    static props = {};

    setup() {
        this.selfOrder = useSelfOrder();
    }
}
