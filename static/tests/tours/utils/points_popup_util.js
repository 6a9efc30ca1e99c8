import { run } from "@point_of_sale/../tests/generic_helpers/utils";

const POPUP = ".modal:has(.club-points)";

export function titleIs(title) {
    return { content: `balance: ${title}`, trigger: `${POPUP} .modal-title:contains("${title}")` };
}

export function rateIs(rate) {
    return { trigger: `${POPUP} .club-rate:contains("${rate}")` };
}

export function whyIs(sentence) {
    return { trigger: `${POPUP} .club-why:contains("${sentence}")` };
}

export function refusalIs(sentence) {
    return { trigger: `${POPUP} .club-why.alert-warning:contains("${sentence}")` };
}

export function amountIs(amount, money) {
    return {
        content: `${amount} are ${money}`,
        trigger: `${POPUP} .club-amount:contains("${amount}"):has(.club-money:contains("${money}"))`,
    };
}

export function clickQuick(name) {
    return { trigger: `${POPUP} .club-quick button[data-name="${name}"]`, run: "click" };
}

export function press(...keys) {
    return keys.map((key) => ({
        trigger: `${POPUP} .numpad button[value="${key}"]`,
        run: "click",
    }));
}

/** A key of the keyboard. */
export function type(key) {
    return {
        content: `press ${key} on the keyboard`,
        trigger: `${POPUP} .club-amount`,
        run: () => window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })),
    };
}

export function confirm(money) {
    return { trigger: `${POPUP} .club-confirm:contains("${money}"):enabled`, run: "click" };
}

export function askPin() {
    return { trigger: `${POPUP} .club-ask-pin`, run: "click" };
}

export function discard() {
    return [
        { trigger: `${POPUP} .club-discard`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

export function reverse() {
    return [
        { trigger: ".paymentlines .send_payment_reversal", run: "click" },
        { trigger: '.paymentlines:not(:has(.paymentline:contains("Loyalty")))' },
    ];
}

/** What the server promises is not heard of until `letAnswersCome`. */
export function holdAnswers() {
    return run(() => {
        const { data } = window.posmodel;
        const call = data.call;
        let isHeld = true;
        data.call = async (model, method, ...rest) => {
            const answer = await call.call(data, model, method, ...rest);
            document.body.dataset.clubAnswered += ` ${method}`;
            if (method === "club_authorise" && isHeld) {
                isHeld = false;
                await new Promise((resolve) => {
                    window.clubLetAnswersCome = resolve;
                });
            }
            return answer;
        };
    }, "answers of the server are slow");
}

export function letAnswersCome() {
    return [
        {
            trigger: 'body[data-club-answered*="club_authorise"]',
            run: () => window.clubLetAnswersCome(),
        },
        { trigger: 'body[data-club-answered*="club_release"]' },
    ];
}

export function partnerIsFixed(name) {
    return [
        { trigger: `.payment-screen .partner-button:contains("${name}")`, run: "click" },
        { trigger: `.modal-body:contains("with the points of ${name}")` },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

export function refusesCash(sentence) {
    return [
        { trigger: `.modal-body:contains("${sentence}")` },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

export function refusesOffline() {
    return [
        { trigger: '.modal-body:contains("The register is offline")' },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

export function receiptHas(...lines) {
    return lines.map((line) => ({
        trigger: `.receipt-screen .club-receipt:contains("${line}")`,
    }));
}

/** While ringing up, nothing says what the order will earn. */
export function nothingIsPromised() {
    return run(() => {
        const text = document.querySelector(".pos").innerText;
        if (
            /\bearn|\+\d+ Beans?\b/i.test(text) ||
            (/\bBeans?\b/.test(text) && !/487 Beans/.test(text))
        ) {
            throw new Error("What the order will earn is shown before it is paid");
        }
    }, "nothing says what will be earned before payment");
}
