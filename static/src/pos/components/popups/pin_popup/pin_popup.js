import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { BACKSPACE, Numpad, ZERO, getButtons } from "@point_of_sale/app/components/numpad/numpad";

const MOST_DIGITS = 8;

/** The customer types the PIN; the server says whether it is theirs. */
export class PinPopup extends Component {
    static template = "loyalty_club.PinPopup";
    static components = { Dialog, Numpad };
    static props = { check: Function, getPayload: Function, close: Function };

    setup() {
        this.state = useState({ pin: "", refused: "", busy: false });
        this.buttons = getButtons([{ value: "C" }, ZERO, BACKSPACE]);
        useAutofocus({ refName: "pin" });
    }

    press(key) {
        if (key === "C") {
            this.state.pin = "";
        } else if (key === "Backspace") {
            this.state.pin = this.state.pin.slice(0, -1);
        } else {
            this.type(this.state.pin + key);
        }
    }

    type(text) {
        this.state.pin = text.replace(/[^0-9]/g, "").slice(0, MOST_DIGITS);
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            this.confirm();
        }
    }

    async confirm() {
        if (this.state.busy || !this.state.pin) {
            return;
        }
        this.state.busy = true;
        const answer = await this.props.check(this.state.pin);
        this.state.busy = false;
        this.state.pin = "";
        this.state.refused = answer.refused || "";
        if (!answer.refused) {
            this.props.getPayload(answer);
            this.props.close();
        }
    }
}
