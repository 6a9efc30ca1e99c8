import { browser } from "@web/core/browser/browser";
import { ConnectionLostError, rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const SECOND = 1000;
const LOOK_EVERY = 4; // seconds between two questions whether a register has scanned it
const TYPING = 600;

/** "Show my code": one call makes a code, and another before it runs out. The server decides what it says. */
export class ClubShowCode extends Interaction {
    static selector = ".o_club_pass";
    dynamicContent = {
        _root: {
            "t-on-shown.bs.modal": this.open,
            "t-on-hidden.bs.modal": this.close,
        },
        _document: { "t-on-visibilitychange": this.onVisibility },
        ".o_club_pass_form": { "t-on-submit.prevent": this.ask },
        ".o_club_pass_choice": { "t-on-change": this.onChoice },
        ".o_club_pass_amount": { "t-on-input": this.debounced(this.ask, TYPING) },
        ".o_club_pass_again": {
            "t-on-click": this.ask,
            "t-att-class": () => ({ "d-none": !this.isOver }),
        },
        ".o_club_pass_waiting": { "t-att-class": () => this.unless("waiting") },
        ".o_club_pass_picture": {
            "t-att-class": () => this.unless("shown"),
            "t-att-src": () => this.code?.qr,
        },
        ".o_club_pass_used": { "t-att-class": () => this.unless("used") },
        ".o_club_pass_where": { "t-out": () => this.where },
        ".o_club_pass_refusal": { "t-att-class": () => ({ "d-none": !this.isRefused }) },
        ".o_club_pass_reason": {
            "t-out": () => this.reason,
            "t-att-class": () => this.unless("refused"),
        },
        ".o_club_pass_offline": { "t-att-class": () => this.unless("offline") },
        ".o_club_pass_expired": { "t-att-class": () => this.unless("expired") },
        ".o_club_pass_text": {
            "t-out": () => this.code?.text,
            "t-att-class": () => ({ "d-none": this.state !== "shown" || !this.code.text }),
        },
        ".o_club_pass_count": {
            "t-att-class": () => ({
                "d-none": this.state !== "shown",
                "d-flex": this.state === "shown",
            }),
        },
        ".o_club_pass_seconds": { "t-out": () => String(this.left) },
        ".o_club_pass_ring": { "t-att-style": () => ({ "--club-left": String(this.share) }) },
        ".o_club_pass_hint": { "t-out": () => this.chosen?.dataset.hint || "" },
        ".o_club_pass_points": {
            "t-att-class": () => ({ "d-none": !this.chosen?.dataset.most }),
        },
    };

    setup() {
        this.state = "closed";
        this.code = null;
        this.left = 0;
        this.where = "";
        this.reason = "";
        this.turn = 0;
    }

    start() {
        const [name, choice] = browser.location.hash.slice(1).split("=");
        if (name !== "code") {
            return;
        }
        const select = this.el.querySelector(".o_club_pass_choice");
        if (choice && select) {
            select.value = choice;
            this.fillAmount();
        }
        window.Modal.getOrCreateInstance(this.el).show();
    }

    destroy() {
        this.close();
    }

    unless(state) {
        return { "d-none": this.state !== state };
    }

    get chosen() {
        return this.el.querySelector(".o_club_pass_choice")?.selectedOptions[0];
    }

    get isRefused() {
        return ["refused", "offline", "expired"].includes(this.state);
    }

    get isOver() {
        return ["used", "refused", "offline"].includes(this.state);
    }

    get share() {
        return this.code ? Math.round((100 * this.left) / this.code.rotation) : 100;
    }

    open() {
        this.keepAwake();
        return this.ask();
    }

    close() {
        this.state = "closed";
        this.code = null;
        this.turn++;
        browser.clearInterval(this.clock);
        this.awake?.release();
        this.awake = null;
    }

    /** The screen stays on while the code is shown, where the browser can do that. */
    async keepAwake() {
        try {
            this.awake = await browser.navigator.wakeLock?.request("screen");
        } catch {
            this.awake = null; // low battery, or the page is out of sight: not needed to go on
        }
    }

    onVisibility() {
        if (document.visibilityState === "hidden") {
            browser.clearInterval(this.clock);
        } else if (this.state === "shown") {
            return this.open();
        }
    }

    fillAmount() {
        const data = this.chosen?.dataset;
        if (!data?.most) {
            return;
        }
        const field = this.el.querySelector(".o_club_pass_amount");
        Object.assign(field, { min: data.least, max: data.most, step: data.step });
        field.value = data.most;
    }

    onChoice() {
        this.fillAmount();
        return this.ask();
    }

    async ask() {
        const turn = ++this.turn;
        browser.clearInterval(this.clock);
        if (this.state !== "shown") {
            this.state = "waiting";
            this.updateContent();
        }
        const answer = await this.waitFor(this.call("/my/club/code", this.request));
        if (turn !== this.turn) {
            return; // closed, or asked for something else meanwhile
        }
        if (answer.refused || answer.fault) {
            this.state = answer.fault || "refused";
            this.reason = answer.refused || "";
            this.code = null;
        } else {
            this.state = "shown";
            this.code = answer;
            this.left = answer.rotation;
            this.clock = browser.setInterval(this.tick.bind(this), SECOND);
        }
        this.updateContent();
    }

    get request() {
        const isCounted = Boolean(this.chosen?.dataset.most);
        return {
            club_id: Number(this.el.dataset.club),
            choice: this.chosen?.value || "",
            amount: isCounted ? this.el.querySelector(".o_club_pass_amount").value : "",
        };
    }

    /** The answer, or what is wrong with the line or the session: said in the window, never in a crash. */
    async call(route, params) {
        try {
            return await rpc(route, params, { silent: true });
        } catch (error) {
            const isExpired = error.exceptionName === "odoo.http.SessionExpiredException";
            if (error instanceof ConnectionLostError || error.exceptionName === undefined) {
                return { fault: "offline" };
            }
            return isExpired ? { fault: "expired" } : { refused: error.data?.message || "" };
        }
    }

    async tick() {
        this.left -= 1;
        if (this.left <= 0) {
            return this.ask();
        }
        this.updateContent();
        if (this.left % LOOK_EVERY === 0) {
            await this.look(this.turn, this.code.id);
        }
    }

    async look(turn, codeId) {
        const answer = await this.waitFor(this.call("/my/club/code/state", { code_id: codeId }));
        if (turn === this.turn && answer.is_used) {
            browser.clearInterval(this.clock);
            this.state = "used";
            this.where = answer.text;
            this.updateContent();
        }
    }
}

registry.category("public.interactions").add("loyalty_club.show_code", ClubShowCode);
