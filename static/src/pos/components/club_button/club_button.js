import { Component, useEffect } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

/** "Gold · 487 Beans": who the customer is to the club; a touch opens the dialog. */
export class ClubButton extends Component {
    static template = "loyalty_club.ClubButton";
    static props = {
        class: { type: String, optional: true },
        isWide: { type: Boolean, optional: true },
    };

    setup() {
        this.pos = usePos();
        useEffect(
            () => {
                const isOpen = this.isShown && this.order && !this.order.finalized;
                if (isOpen && this.order.getPartner() && !this.customer) {
                    this.pos.loadClubCustomer(this.order);
                }
            },
            () => [this.order?.uuid, this.order?.getPartner()?.id]
        );
    }

    get order() {
        return this.pos.getOrder();
    }

    get isShown() {
        return this.pos.config._club_shown;
    }

    get customer() {
        return this.pos.clubCustomer(this.order);
    }
}
