import { Component, onMounted, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const DIGITS = "1234567890";
const QWERTY = "QWERTYUIOP ASDFGHJKL ZXCVBNM";
const sorted = (letters) => [...letters].sort().join("").trim();

/** Keys for a code on a screen that has no keyboard: capitals, digits and the dash are all that codes have. */
export class CodePad extends Component {
    static template = "loyalty_club.CodePad";
    static props = {
        onKey: Function,
        onClose: Function,
        canConfirm: Boolean,
    };

    setup() {
        this.root = useRef("root");
        onMounted(() => this.root.el.scrollIntoView({ block: "nearest" }));
    }

    /** Letters where the language's own keyboards have them; a translation that lost one would lock codes out. */
    get rows() {
        const own = _t("QWERTYUIOP ASDFGHJKL ZXCVBNM").toString();
        const letters = sorted(own) === sorted(QWERTY) ? own : QWERTY;
        return [DIGITS, ...letters.split(" ")].map((row) => [...row]);
    }
}
