import { currencies, formatCurrency } from "@web/core/currency";

/** An amount as the server writes it on the same page, in a currency given by name. */
export function moneyText(money, currency) {
    const id = Object.keys(currencies).find((key) => currencies[key].name === currency);
    return formatCurrency(money, Number(id));
}
