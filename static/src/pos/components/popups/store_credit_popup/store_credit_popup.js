import { _t } from "@web/core/l10n/translation";
import { Component, useExternalListener, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { localization } from "@web/core/l10n/localization";
import {
    BACKSPACE,
    DECIMAL,
    Numpad,
    ZERO,
    getButtons,
} from "@point_of_sale/app/components/numpad/numpad";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

const MOST_DIGITS = 12;
const EMPTY = { value: "C" };

/** How many points become store credit. What is typed is a request: the server converts it, or says why not. */
export class StoreCreditPopup extends Component {
    static template = "loyalty_club.StoreCreditPopup";
    static components = { Dialog, Numpad };
    static props = { offers: Array, convert: Function, close: Function };

    setup() {
        this.pos = usePos();
        this.state = useState({ index: 0, text: "", refused: "", busy: false });
        this.choose(
            Math.max(
                this.props.offers.findIndex((offer) => offer.most),
                0
            )
        );
        useExternalListener(window, "keydown", this.onKeydown.bind(this));
    }

    get offer() {
        return this.props.offers[this.state.index];
    }

    get title() {
        return _t("To store credit");
    }

    get buttons() {
        return getButtons([this.offer.decimals ? DECIMAL : EMPTY, ZERO, BACKSPACE]);
    }

    /** Whole minor units of what is typed. */
    get amount() {
        const typed = Number(this.state.text.replace(localization.decimalPoint, ".") || 0);
        return Math.round(typed * 10 ** this.offer.decimals);
    }

    get minor() {
        const { rate, step } = this.offer;
        return Math.floor((this.amount * rate[0]) / rate[1] / step) * step;
    }

    get money() {
        return this.env.utils.formatCurrency(this.minor / 10 ** this.offer.money_decimals);
    }

    choose(index) {
        this.state.index = index;
        this.state.refused = "";
        const { most, decimals } = this.offer;
        const text = (most / 10 ** decimals).toFixed(decimals);
        this.state.text = most ? text.replace(".", localization.decimalPoint) : "";
        this.isFilled = true; // the next digit starts anew
    }

    press(key) {
        const before = this.isFilled ? "" : this.state.text;
        const point = localization.decimalPoint;
        if (key === "Backspace") {
            this.state.text = this.state.text.slice(0, -1);
        } else if (key === EMPTY.value) {
            this.state.text = "";
        } else if (key === point) {
            this.state.text = before.includes(point) ? before : `${before || "0"}${point}`;
        } else if (before.length < MOST_DIGITS) {
            this.state.text = `${before}${key}`;
        }
        this.isFilled = false;
        this.state.refused = "";
    }

    onKeydown(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        const isPoint = [".", ",", localization.decimalPoint].includes(event.key);
        if (/^\d$/.test(event.key) || event.key === "Backspace") {
            this.press(event.key);
        } else if (isPoint && this.offer.decimals) {
            this.press(localization.decimalPoint);
        } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
            this.confirm();
        } else {
            return;
        }
        event.preventDefault();
    }

    async confirm() {
        if (this.state.busy || this.minor <= 0) {
            return;
        }
        this.state.busy = true;
        try {
            const refused = await this.props.convert(this.offer.unit_id, this.amount);
            if (refused) {
                this.state.refused = refused;
            } else {
                this.props.close();
            }
        } finally {
            this.state.busy = false;
        }
    }
}
