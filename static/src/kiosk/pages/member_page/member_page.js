import { Component, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { Numpad } from "@point_of_sale/app/components/numpad/numpad";
import { useSelfOrder } from "@pos_self_order/app/services/self_order_service";

export const MOST_DIGITS = { phone: 16, card: 13, pin: 8 };
const LEAST_DIGITS = { phone: 6, card: 13, pin: 4 };
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const BACKSPACE = { value: "Backspace", text: "⌫" };
const EMPTY = { value: "", disabled: true };

/** Somebody says who they are: by a code on a phone, a card, or a phone number. The server knows what each is worth. */
export class MemberPage extends Component {
    static template = "loyalty_club.MemberPage";
    static components = { Numpad };
    static props = {};

    setup() {
        this.selfOrder = useSelfOrder();
        this.router = useService("router");
        this.state = useState({
            way: "phone",
            phone: "",
            card: "",
            pin: "",
            hasAgreed: false,
            isNoticeShown: false,
        });
        onMounted(() => {
            if (!this.selfOrder.clubIsOn) {
                this.router.navigate("default");
            }
        });
    }

    get club() {
        return this.selfOrder.club;
    }

    get settings() {
        return this.selfOrder.config.club_self || {};
    }

    /** What becomes of a number; who is known by it and who is not reads the same. */
    get notice() {
        return _t(
            "We keep your number to add your points and to know you when you come again. " +
                "If you are no member yet, this order makes you one. Our staff deletes it whenever you ask."
        );
    }

    /** What the keypad types into. */
    get way() {
        return this.club.ask ? "pin" : this.state.way;
    }

    get typed() {
        return this.state[this.way];
    }

    get shown() {
        const typed = this.way === "pin" ? "•".repeat(this.typed.length) : this.typed;
        return typed || (this.way === "phone" ? "…" : "_ _ _ _");
    }

    /** The country of the shop, for a number that is typed without one. */
    get prefix() {
        return this.state.phone.startsWith("+") ? "" : this.settings.prefix || "";
    }

    get buttons() {
        const other = this.way === "phone" ? { value: "+", disabled: Boolean(this.typed) } : EMPTY;
        return [...DIGITS, other, "0", BACKSPACE];
    }

    get canConfirm() {
        const digits = this.typed.replace("+", "").length;
        const isWhole = digits >= LEAST_DIGITS[this.way];
        return isWhole && !this.club.isBusy && (this.way !== "phone" || this.state.hasAgreed);
    }

    press(key) {
        this.club.refused = "";
        if (key === "Backspace") {
            this.state[this.way] = this.typed.slice(0, -1);
        } else if (this.typed.length < MOST_DIGITS[this.way]) {
            this.state[this.way] += key;
        }
    }

    choose(way) {
        this.club.refused = "";
        this.state.way = way;
    }

    async confirm() {
        if (!this.canConfirm) {
            return;
        }
        const { typed, way } = this;
        const told = {
            // A number that begins with 0 is dialled within the country.
            phone: () => ({
                phone: (typed.startsWith("0") ? "" : this.prefix) + typed,
                consent: this.state.hasAgreed,
            }),
            card: () => ({ scanned: typed }),
            pin: () => ({ pin: typed }),
        }[way]();
        const answer = await this.selfOrder.clubIdentify(told);
        this.state.pin = "";
        if (answer.token && !answer.ask) {
            this.selfOrder.clubGoOn();
        }
    }

    skip() {
        if (!this.club.token) {
            // Whoever was half known is not known.
            const { from } = this.club;
            this.selfOrder.clubForget();
            this.club.from = from;
        }
        this.selfOrder.clubGoOn();
    }
}
