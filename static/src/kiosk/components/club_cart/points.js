/** What a number of points is called, as the server calls it. */
export function pointsText(points, amount) {
    const one = 10 ** points.decimals;
    const number = (amount / one).toLocaleString(document.documentElement.lang || undefined, {
        minimumFractionDigits: points.decimals,
        maximumFractionDigits: points.decimals,
    });
    return `${number} ${amount === one ? points.name_one : points.name}`;
}

/** What they are worth here; what the server says of the most stands. */
export function pointsWorth(points, amount, currency) {
    const [units, per] = points.money_rate;
    const minor = Math.min(points.cap_money, Math.floor((amount * units) / per));
    return minor / 10 ** currency.decimal_places;
}

/** So much more or less at a touch: some ten touches for all of it. */
export function stepOf(points) {
    const one = 10 ** points.decimals;
    const size = Math.floor(Math.log10(Math.max(1, points.cap / one)));
    return one * 10 ** Math.max(0, size - 1);
}
