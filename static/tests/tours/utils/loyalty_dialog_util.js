const DIALOG = ".modal:has(.club-dialog)";
const OPEN = `${DIALOG} .modal-body`;

/** "Gold · 487 Beans" on the button of the screen at hand. */
export function buttonSays(text) {
    return { content: `button: ${text}`, trigger: `.club-button:contains("${text}")` };
}

export function open() {
    return [
        { content: "open the Loyalty dialog", trigger: ".club-button", run: "click" },
        { trigger: OPEN },
    ];
}

export function close() {
    return [{ trigger: `${DIALOG} .club-close`, run: "click" }, closed()];
}

export function closed() {
    return { trigger: "body:not(:has(.modal))" };
}

export function balanceIs(text) {
    return { trigger: `${OPEN} .club-balance:contains("${text}")` };
}

export function says(text) {
    return { content: `dialog says: ${text}`, trigger: `${OPEN}:contains("${text}")` };
}

export function saysNot(text) {
    return { trigger: `${OPEN}:has(.club-balance):not(:contains("${text}"))` };
}

export function refuses(sentence) {
    return { trigger: `${OPEN} .club-refused:contains("${sentence}")` };
}

export function find(query) {
    return [
        { trigger: `${OPEN} .club-query`, run: `edit ${query}` },
        { trigger: `${DIALOG} .club-find:enabled`, run: "click" },
    ];
}

export function press(...keys) {
    return keys.map((key) => ({
        trigger: `${OPEN} .numpad button[value="${key}"]`,
        run: "click",
    }));
}

export function pick(name) {
    return { trigger: `${OPEN} .club-several button:contains("${name}")`, run: "click" };
}

export function useVoucher(name) {
    return { trigger: `${OPEN} .club-vouchers button:contains("${name}"):enabled`, run: "click" };
}

export function takeReward(name) {
    return { trigger: `${OPEN} .club-rewards button:contains("${name}"):enabled`, run: "click" };
}

export function isFar(name, reason) {
    return { trigger: `${OPEN} .club-rewards-far li:contains("${name}"):contains("${reason}")` };
}

export function click(button) {
    return { trigger: `${DIALOG} ${button}:enabled`, run: "click" };
}

export function fill(field, text) {
    return { trigger: `${OPEN} #club_${field}`, run: `edit ${text}` };
}

export function agree() {
    return { trigger: `${OPEN} .club-consent input`, run: "click" };
}

export function typePin(pin) {
    return [
        { trigger: ".modal .club-pin input", run: `edit ${pin}` },
        { trigger: ".modal .club-pin-confirm:enabled", run: "click" },
    ];
}

export function notifies(text) {
    return { trigger: `.o_notification:contains("${text}")` };
}
