import { _t } from "@web/core/l10n/translation";
import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { useSelfOrder } from "@pos_self_order/app/services/self_order_service";
import { CodePad } from "@loyalty_club/kiosk/components/code_pad/code_pad";
import { pointsText, pointsWorth, stepOf } from "@loyalty_club/kiosk/components/club_cart/points";

const MOST_OUT_OF_REACH = 2;
const PAUSE_MS = 350;
const LONGEST_CODE = 64;

/** What somebody who is known can redeem with this cart: rewards and vouchers as tiles, points by a switch. */
export class ClubCart extends Component {
    static template = "loyalty_club.ClubCart";
    static components = { CodePad };
    static props = {};

    setup() {
        this.selfOrder = useSelfOrder();
        this.state = useState({ code: "", isTyping: false, isPadOpen: false, amounts: {} });
        this.codeInput = useRef("code");
        this.longestCode = LONGEST_CODE;
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
        const worth = pointsWorth(points, amount, this.selfOrder.currency);
        return _t("Use %(points)s: %(money)s", {
            points: pointsText(points, amount),
            money: this.selfOrder.formatMonetary(-worth),
        });
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
    openCode() {
        this.state.isTyping = true;
        this.openPad();
    }

    /** A phone brings a keyboard of its own, a kiosk has none. */
    openPad() {
        this.state.isPadOpen = this.selfOrder.kioskMode;
    }

    /** A key of the pad does where the cursor is what one of a keyboard would do. */
    pressKey(key) {
        const { el } = this.codeInput;
        const { selectionStart: from, selectionEnd: to } = el;
        if (key === "Backspace") {
            el.setRangeText("", from === to ? Math.max(from - 1, 0) : from, to, "end");
        } else if (el.value.length - (to - from) < LONGEST_CODE) {
            el.setRangeText(key, from, to, "end");
        }
        this.state.code = el.value;
    }

    async useCode() {
        if (await this.selfOrder.clubUseCode(this.state.code)) {
            Object.assign(this.state, { code: "", isTyping: false, isPadOpen: false });
        }
    }
}
