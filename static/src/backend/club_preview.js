import { formatCurrency } from "@web/core/currency";
import { Component, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import { fileTypeMagicWordMap } from "@web/views/fields/image/image_field";
import { imageUrl } from "@web/core/utils/urls";
import { isBinarySize } from "@web/core/utils/binary";
import { parseFloat } from "@web/views/fields/parsers";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const HEX = /^#[0-9a-f]{6}$/i;
// An example of each kind of figure: a balance, what an order brings, what one use takes, a goal's prize.
const POINTS = { balance: 487, earned: 12, used: 100, prize: 50 };
// Of a card of ten places. Stamps are no money, so nothing is paid with them.
const STAMPS = { balance: 7, earned: 1, prize: 2 };

/**
 * What a customer will see, while the merchant is still typing: at the checkout, on the rewards page, in the
 * cart and of a goal. `fields` says which field of the record holds which name.
 */
export class ClubPreview extends Component {
    static template = "loyalty_club.ClubPreview";
    static props = { ...standardWidgetProps, fields: Object };

    setup() {
        this.root = useRef("root");
        // What is typed and not yet of the record, by field: a field tells its record only when it is left.
        this.typed = useState({});
        useExternalListener(document, "input", (ev) => this.onInput(ev));
        useExternalListener(document, "change", (ev) => delete this.typed[this.fieldOf(ev)]);
    }

    fieldOf({ target }) {
        const form = this.root.el?.closest(".o_form_view");
        return form?.contains(target) && target.closest?.(".o_field_widget")?.getAttribute("name");
    }

    onInput(ev) {
        const name = this.fieldOf(ev);
        if (Object.values(this.props.fields).includes(name) && ev.target.type === "text") {
            this.typed[name] = ev.target.value;
        }
    }

    value(role) {
        const name = this.props.fields[role];
        return name in this.typed ? this.typed[name] : this.props.record.data[name];
    }

    get worth() {
        const value = this.value("worth");
        try {
            return typeof value === "string" ? parseFloat(value) : value || 0;
        } catch {
            return 0; // half a number, while it is being typed
        }
    }

    get isStamps() {
        return this.value("kind") === "stamps";
    }

    get figures() {
        return this.isStamps ? STAMPS : POINTS;
    }

    get title() {
        return this.value("title") || _t("Rewards");
    }

    get shortName() {
        return this.value("short") || "…";
    }

    get plural() {
        return this.value("plural") || "…";
    }

    get icon() {
        const { record, fields } = this.props;
        const value = this.value("icon");
        if (!value) {
            return "";
        }
        if (isBinarySize(value)) {
            const unique = record.data.write_date;
            return imageUrl(record.resModel, record.resId, fields.icon, { unique });
        }
        return `data:image/${fileTypeMagicWordMap[value[0]] || "png"};base64,${value}`;
    }

    get isPhoto() {
        return this.value("shape") === "photo";
    }

    get cardStyle() {
        const color = this.value("color");
        if (!HEX.test(color || "")) {
            return "";
        }
        return `background-color: ${color} !important; color: ${readableOn(color)} !important;`;
    }

    /** "487 Beans", "1 Bean": a number with the name it takes. */
    amount(number) {
        const name = number === 1 ? this.value("singular") || "…" : this.plural;
        return `${formatInteger(number)} ${name}`;
    }

    money(number) {
        const worth = Math.floor(Math.round(number * this.worth * 1e6) / 1e4) / 100;
        return formatCurrency(worth, this.props.record.data.currency_id?.id);
    }

    get balance() {
        return formatInteger(this.figures.balance);
    }

    get balanceMoney() {
        const {
            is_redeem_allowed: gate,
            is_redeem_pos: pos,
            is_redeem_shop: shop,
        } = this.props.record.data;
        const money = this.money(this.figures.balance);
        if (this.isStamps || gate === false || (pos === false && shop === false)) {
            return ""; // as on the page: where nothing can be paid, nothing is promised
        }
        if (pos === false) {
            return _t("worth %s in the webshop", money);
        }
        return shop === false
            ? _t("worth %s at the register", money)
            : _t("worth %s at the register and in the webshop", money);
    }

    get checkout() {
        return {
            label: _t("%s used", this.amount(this.figures.used)),
            short: `${formatInteger(this.figures.used)} ${this.shortName}`,
            money: `− ${this.money(this.figures.used)}`,
        };
    }

    get cart() {
        return _t("You have %(balance)s. This order earns %(earned)s.", {
            balance: this.amount(this.figures.balance),
            earned: this.amount(this.figures.earned),
        });
    }

    get goal() {
        return _t("%(missing)s to go this month, then you get %(prize)s.", {
            missing: this.amount(1),
            prize: this.amount(this.figures.prize),
        });
    }
}

/** Black or white, whichever reads better on a colour; the server chooses alike for the customer's card. */
export function readableOn(color) {
    const [red, green, blue] = [1, 3, 5].map((start) => {
        const part = parseInt(color.slice(start, start + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

export const clubPreview = {
    component: ClubPreview,
    extractProps: ({ options }) => ({ fields: options }),
    fieldDependencies: [{ name: "currency_id", type: "many2one" }],
};

registry.category("view_widgets").add("club_preview", clubPreview);
