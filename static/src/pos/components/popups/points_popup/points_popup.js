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
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

const MOST_DIGITS = 12;
const SCANNER_MS = 20; // nobody types that fast
const EMPTY = { value: "C" };

/**
 * How many points shall pay: the balance, the rate, the most that may be used and why, and a keypad.
 *
 * All figures come with the quote. What is typed is a request: the server promises it, or says why not, and
 * then the next best amount is filled in.
 */
export class PointsPopup extends Component {
    static template = "loyalty_club.PointsPopup";
    static components = { Dialog, Numpad };
    static props = {
        quote: Object,
        authorise: Function,
        explain: Function,
        wish: { type: Object, optional: true },
        identify: Function,
        askPin: Function,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.state = useState({
            quote: this.props.quote,
            index: 0,
            text: "",
            refused: "",
            needsProof: false,
            busy: false,
        });
        const { quote, wish } = this.props;
        const wished = quote.choices.findIndex((choice) => choice.unit_id === wish?.unit_id);
        const best = quote.choices.findIndex((choice) => choice.cap);
        this.choose(Math.max(best, 0));
        if (wished >= 0) {
            this.choose(wished);
            this.fill(Math.min(wish.amount, this.choice.cap));
        }
        this.typedAt = 0;
        const scan = (kind) => (code) =>
            this.prove(() => this.props.identify(kind, code.base_code));
        useBarcodeReader({ club_card: scan("card"), club_pass: scan("pass") }, true);
        useExternalListener(window, "keydown", this.onKeydown.bind(this));
    }

    get choice() {
        return this.state.quote.choices[this.state.index];
    }

    get title() {
        return _t("Your Loyalty: %(balance)s = %(money)s", {
            balance: this.choice.balance,
            money: this.choice.balance_money,
        });
    }

    get buttons() {
        return getButtons([this.choice.decimals ? DECIMAL : EMPTY, ZERO, BACKSPACE]);
    }

    /** Whole minor units of what is typed. */
    get amount() {
        const typed = Number(this.state.text.replace(localization.decimalPoint, ".") || 0);
        return Math.round(typed * 10 ** this.choice.decimals);
    }

    get money() {
        const [numerator, denominator] = this.choice.money_rate;
        const worth = Math.floor((this.amount * numerator) / denominator);
        const minor = this.amount === this.choice.cap ? this.choice.cap_money : worth;
        return this.env.utils.formatCurrency(minor / 10 ** this.pos.currency.decimal_places);
    }

    choose(index) {
        this.state.index = index;
        this.fill(this.choice.cap);
        this.state.refused = "";
    }

    /** Put an amount on the display; the next digit starts anew. */
    fill(amount) {
        this.state.text = amount ? this.format(amount) : "";
        this.isFilled = true;
    }

    format(amount) {
        const { decimals } = this.choice;
        const text = (amount / 10 ** decimals).toFixed(decimals);
        return text.replace(".", localization.decimalPoint);
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

    /** A card that is scanned is no amount: its first key is taken back, the others are passed over. */
    isScanner(event) {
        const isFast = event.timeStamp - this.typedAt < SCANNER_MS;
        this.typedAt = event.timeStamp;
        if (isFast) {
            this.state.text = this.before.text;
            this.isFilled = this.before.isFilled;
        } else {
            this.before = { text: this.state.text, isFilled: this.isFilled };
        }
        return isFast;
    }

    onKeydown(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (event.target.tagName === "INPUT" || this.isScanner(event)) {
            return; // typed into another dialog, or scanned
        }
        const isPoint = [".", ",", localization.decimalPoint].includes(event.key);
        if (/^\d$/.test(event.key) || event.key === "Backspace") {
            this.press(event.key);
        } else if (isPoint && this.choice.decimals) {
            this.press(localization.decimalPoint);
        } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
            this.confirm();
        } else {
            return;
        }
        event.preventDefault();
    }

    async confirm() {
        if (this.state.busy || !this.amount) {
            return;
        }
        this.state.busy = true;
        try {
            const answer = await this.props.authorise(this.choice.unit_id, this.amount);
            if (answer.token) {
                this.props.getPayload(answer);
                this.props.close();
            } else {
                this.refuse(answer);
            }
        } catch (error) {
            this.props.close();
            this.props.explain(error);
        } finally {
            this.state.busy = false;
        }
    }

    refuse(answer) {
        if (answer.quote.choices.length) {
            const unitId = this.choice.unit_id;
            this.state.quote = answer.quote;
            const index = answer.quote.choices.findIndex((choice) => choice.unit_id === unitId);
            this.choose(Math.max(index, 0));
        } else {
            this.fill(0);
        }
        this.state.refused = answer.refused;
        this.state.needsProof = answer.code === "proof";
    }

    /** The customer shows who they are; the amount stays. */
    async prove(ask) {
        const answer = await ask();
        if (answer) {
            this.state.refused = answer.refused || "";
            this.state.needsProof = this.state.needsProof && Boolean(answer.refused);
        }
    }
}
