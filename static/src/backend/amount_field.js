import { Component, xml } from "@odoo/owl";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { floatField } from "@web/views/fields/float/float_field";
import { useInputField } from "@web/views/fields/input_field_hook";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** 1250 with two decimals is "12.50". */
export function formatAmount(minor, decimals) {
    return formatFloat((minor || 0) / 10 ** decimals, { digits: [16, decimals] });
}

/** What a person typed ("12.5") in the minor unit (1250). */
export function parseAmount(text, decimals) {
    return Math.round(parseFloat(text, { allowOperation: true }) * 10 ** decimals);
}

/**
 * An amount of a unit: an integer in its minor unit, shown and typed in whole units.
 *
 * The record says in `unit_decimals` how many decimals its unit keeps.
 */
export class AmountField extends Component {
    static template = xml`
        <span t-if="props.readonly" t-esc="formattedValue"/>
        <input t-else="" t-ref="numpadDecimal" t-att-id="props.id" class="o_input" inputmode="decimal" autocomplete="off"/>`;
    static props = { ...standardFieldProps, isSigned: { type: Boolean, optional: true } };

    setup() {
        useInputField({
            getValue: () => this.formattedValue,
            refName: "numpadDecimal",
            parse: (text) => parseAmount(text, this.unitDecimals),
        });
        useNumpadDecimal();
    }

    get unitDecimals() {
        return this.props.record.data.unit_decimals || 0;
    }

    get formattedValue() {
        const value = this.props.record.data[this.props.name];
        const sign = this.props.isSigned && value > 0 ? "+" : "";
        return sign + formatAmount(value, this.unitDecimals);
    }
}

export const amountField = {
    component: AmountField,
    displayName: _t("Amount of a loyalty unit"),
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "unit_decimals", type: "integer" }],
    isEmpty: (record, fieldName) => record.data[fieldName] === false,
    extractProps: ({ options }) => ({ isSigned: Boolean(options.signed) }),
};

registry.category("fields").add("club_amount", amountField);

/** A number of units in lists, sums, pivots and on axes: without decimals where there are none. */
registry
    .category("formatters")
    .add("club_number", (value) =>
        value === false ? "" : formatFloat(value, { digits: [16, 2], trailingZeros: false })
    );

registry.category("fields").add("club_number", {
    ...floatField,
    extractProps: (info) => ({ ...floatField.extractProps(info), trailingZeros: false }),
});
