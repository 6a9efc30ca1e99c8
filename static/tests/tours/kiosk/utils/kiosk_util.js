/* global posmodel */

import { patch } from "@web/core/utils/patch";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { SelfOrder } from "@pos_self_order/app/services/self_order_service";
import { PaymentPage } from "@pos_self_order/app/pages/payment_page/payment_page";

/** What a test tells its tour: part of the address, which a kiosk keeps. */
export const told = (name) => new URLSearchParams(window.location.hash.slice(1)).get(name);

// A kiosk with a terminal of its own: the test's server pays at once, and is heard as if it had called it out.
patch(SelfOrder.prototype, {
    filterPaymentMethods(methods) {
        return told("terminal") ? methods : super.filterPaymentMethods(...arguments);
    },
});
patch(PaymentPage.prototype, {
    async startPayment() {
        const order = this.selfOrder.currentOrder;
        await super.startPayment(...arguments);
        if (!told("terminal") || this.selfOrder.paymentError) {
            return;
        }
        order.state = "paid";
        this.selfOrder.confirmationPage("order", "kiosk", order.access_token);
    },
});

export function scan(name) {
    return {
        content: `Scan the ${name}`,
        trigger: "body",
        run: () =>
            posmodel.barcode.bus.trigger("barcode_scanned", {
                barcode: told(name),
                target: document.body,
            }),
    };
}

export function type(digits) {
    return [...digits].map((digit) => ({
        content: `Type ${digit}`,
        trigger: `.club-member-page .numpad-button[value="${digit}"]`,
        run: "click",
    }));
}

export function typeCode(code) {
    return [...code].map((key) => click(`.club-pad-key[value="${key}"]`));
}

/** The voucher's code after its first two digits, as the server made it: a key for each character. */
export function typeVoucher() {
    return {
        content: "Type the voucher's code",
        trigger: ".club-pad",
        run: () => {
            for (const key of told("voucher").slice(2)) {
                document.querySelector(`.club-pad-key[value="${key}"]`).click();
            }
        },
    };
}

export function hasRow(keys, index) {
    return {
        content: `Row ${index + 1} of the pad is ${keys}`,
        trigger: ".club-pad",
        run: () => {
            const row = document.querySelectorAll(".club-pad > div")[index];
            if (row.textContent !== keys) {
                throw new Error(`It is ${row.textContent}`);
            }
        },
    };
}

export function hasTyped(code) {
    return {
        content: `${code} is in the field`,
        trigger: `.club-code-input:value("${code}")`,
    };
}

export function open() {
    return [click(".club-open"), see(".club-member-page")];
}

export function agree() {
    return click(".club-consent input");
}

export function confirm() {
    return click(".club-confirm:not(:disabled)");
}

export function click(trigger) {
    return { content: `Click ${trigger}`, trigger, run: "click" };
}

export function see(trigger) {
    return { content: `See ${trigger}`, trigger };
}

export function greeted(...words) {
    return words.map((word) => see(`.club-chip:contains("${word}")`));
}

/** The first page knows nobody, and the browser keeps nothing. */
export function isForgotten() {
    return {
        content: "Nobody is known",
        trigger: ".o_pos_landing_footer .club-open",
        run: () => {
            const kept = [JSON.stringify(posmodel.club), document.cookie];
            kept.push(JSON.stringify(localStorage), JSON.stringify(sessionStorage));
            const token = window.clubToken || "no token was noted";
            if (posmodel.club.token || kept.some((text) => text.includes(token))) {
                throw new Error("The kiosk still knows who was there");
            }
        },
    };
}

export function noteToken() {
    return {
        content: "Note the token",
        trigger: ".club-chip",
        run: () => {
            window.clubToken = posmodel.club.token;
        },
    };
}

/** Nobody touches the kiosk until its patience is over; the clock runs a thousand times as fast. */
export function runOutOfTime() {
    return {
        content: "Nobody touches anything",
        trigger: "body",
        run: () => {
            const { setTimeout, setInterval } = window;
            window.setTimeout = (run, delay, ...args) =>
                setTimeout(run, delay >= 60000 ? delay / 1000 : delay, ...args);
            window.setInterval = (run, delay, ...args) => setInterval(run, delay / 1000, ...args);
            document.body.click();
            window.clubClock = () => Object.assign(window, { setTimeout, setInterval });
        },
    };
}

export function clockAgain() {
    return { content: "The clock runs again", trigger: "body", run: () => window.clubClock() };
}

/** Does this page keep who is known, for when it is opened again? */
export const isKept = (isExpected) => ({
    content: `this page ${isExpected ? "keeps" : "does not keep"} who is known`,
    trigger: "body",
    run: () => {
        const kept = Object.entries(sessionStorage).some(
            ([key, value]) => key.startsWith("club_visit_") && Boolean(JSON.parse(value).token)
        );
        if (kept !== isExpected) {
            throw new Error(`kept: ${kept}`);
        }
    },
});

/** A finger is bigger than a mouse: what a customer touches here is at least 64 pixels high. */
export function isTouchable(page, ...selectors) {
    return {
        content: `Everything on ${page} is big enough to be touched`,
        trigger: page,
        run: () => {
            for (const selector of selectors) {
                for (const node of document.querySelectorAll(`${page} ${selector}`)) {
                    const { offsetHeight: height, offsetWidth: width } = node;
                    if (Math.min(height, width) < 64) {
                        throw new Error(`${node.outerHTML} is ${width} x ${height}`);
                    }
                }
            }
        },
    };
}

/** What the kiosk's printer gets. */
export function ticketSays(...words) {
    return {
        content: `The ticket says ${words.join(", ")}`,
        trigger: ".confirmation-page",
        run: async () => {
            const order = posmodel.currentOrder;
            const { innerText, textContent } = await posmodel.renderer.toHtml(OrderReceipt, {
                order,
            });
            for (const word of words) {
                if (!(innerText || textContent).includes(word)) {
                    throw new Error(`"${word}" is not on the ticket: ${textContent}`);
                }
            }
        },
    };
}

/** Somebody leaves before the server has said who they are: whoever comes next is not taken for them. */
export function leaveWhileAsked() {
    return {
        content: "Leave while the server is asked",
        trigger: ".o_self_product_list_page",
        run: async () => {
            const answered = posmodel.clubIdentifyScanned(told("card"));
            posmodel.router.navigate("default");
            await answered;
            if (posmodel.club.token) {
                throw new Error("The next customer is taken for the one who left");
            }
        },
    };
}

/** The terminal refused, and whoever was there has gone for longer than a kiosk waits for somebody. */
export function leaveTheTerminal() {
    return {
        content: "Nobody touches anything at the terminal",
        trigger: ".payment-state-container",
        run: () => {
            posmodel.clubTouched -= 200000;
        },
    };
}
