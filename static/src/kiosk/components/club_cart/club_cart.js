import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { useSelfOrder } from "@pos_self_order/app/services/self_order_service";
import { pointsText, pointsWorth, stepOf } from "@loyalty_club/kiosk/components/club_cart/points";

const MOST_OUT_OF_REACH = 2;
const PAUSE_MS = 350;

/** What somebody who is known can redeem with this cart: rewards and vouchers as tiles, points by a switch. */
export class ClubCart extends Component {
    static template = "loyalty_club.ClubCart";
    static props = {};

    setup() {
        this.selfOrder = useSelfOrder();
        this.state = useState({ code: "", isTyping: false, amounts: {} });
        useEffect(
            () => {
                this.selfOrder.clubCartChanged();
            },
            () => [this.selfOrder.club.token, this.selfOrder.clubCartKey]
        );
        onWillUnmount(() => clearTimeout(this.pause));
    }

    get offer() {
        return this.selfOrder.clubCanSpend ? this.selfOrder.club.offer : null;
    }

    get isEmpty() {
        const { rewards, vouchers, points } = this.offer;
        return !rewards.length && !vouchers.length && !points.length;
    }

    /** Vouchers first: they are there already. What is out of reach shows what comes next. */
    get tiles() {
        const { vouchers, rewards } = this.offer;
        const tiles = [
            ...vouchers.map((tile) => ({ ...tile, kind: "vouchers" })),
            ...rewards.map((tile) => ({ ...tile, kind: "rewards" })),
        ];
        const far = tiles.filter((tile) => !tile.is_in_reach).slice(0, MOST_OUT_OF_REACH);
        return [...tiles.filter((tile) => tile.is_in_reach), ...far];
    }

    /** Nothing of the cart is what it is for, and nothing can be added for it. */
    isUseless(tile) {
        return tile.is_missing && !tile.is_chosen && !tile.products.length;
    }

    toggle(tile) {
        return this.selfOrder.clubToggle(tile.kind, tile);
    }

    // ---------------------------------------------------------------- points
    amount(points) {
        return this.state.amounts[points.unit_id] ?? (points.amount || points.cap);
    }

    label(points) {
        const amount = this.amount(points);
        return `${pointsText(points, amount)}: ${this.selfOrder.formatMonetary(
            -pointsWorth(points, amount, this.selfOrder.currency)
        )}`;
    }

    least(points) {
        return Math.max(points.minimum, 1);
    }

    step(points) {
        return stepOf(points);
    }

    usePoints(points, isOn) {
        const amount = isOn ? this.amount(points) : 0;
        return this.selfOrder.clubUsePoints(points.unit_id, amount);
    }

    /** While the slider moves the screen follows; the server is asked when it stands still. */
    slide(points, value) {
        const amount = Math.min(points.cap, Math.max(this.least(points), Number(value)));
        this.state.amounts[points.unit_id] = amount;
        clearTimeout(this.pause);
        this.pause = setTimeout(async () => {
            await this.selfOrder.clubUsePoints(points.unit_id, amount);
            delete this.state.amounts[points.unit_id];
        }, PAUSE_MS);
    }

    // ---------------------------------------------------------------- a code
    async useCode() {
        if (await this.selfOrder.clubUseCode(this.state.code)) {
            Object.assign(this.state, { code: "", isTyping: false });
        }
    }
}
