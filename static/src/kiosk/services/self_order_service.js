import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { SelfOrder } from "@pos_self_order/app/services/self_order_service";
import { here, visit } from "@loyalty_club/kiosk/visit";

const PATIENCE_MS = 10000;
const PASS = /^CLUB[A-Z2-7]{16,60}$/;
const CARD = /^299\d{10}$/;
// Where somebody is busy with something else: paying, or reading what they have got.
const DEAF = ["payment", "confirmation"];
// Where it is seen, now or on the page that comes next, who is known.
const GREETING = ["default", "member", "product_list", "cart"];

/** Nobody waits for long in front of a kiosk: a server that does not answer is one that cannot be reached. */
async function ask(route, params) {
    const request = rpc(route, params, { silent: true });
    const timer = setTimeout(() => request.abort(), PATIENCE_MS);
    try {
        return await request;
    } finally {
        clearTimeout(timer);
    }
}

patch(SelfOrder.prototype, {
    async setup(env, services) {
        /** Who stands here, for one order; in memory only. */
        this.club = visit();
        here.visit = this.club;
        this.clubTurn = 0;
        this.clubSent = "";
        // Before the host's own listener, which takes every code for a product's.
        services.barcode.bus.addEventListener("barcode_scanned", (event) => {
            if (this.clubScan(event.detail.barcode)) {
                event.stopImmediatePropagation();
            }
        });
        await super.setup(...arguments);
        this.clubTouched = Date.now();
        window.addEventListener("click", () => {
            this.clubTouched = Date.now();
        });
    },

    /** Does this device show anything of the club? Its server says so. */
    get clubIsOn() {
        return Boolean(this.config.club_self?.is_on && this.ordering);
    },

    /** While the club is suspended: what is said instead. */
    get clubFrozen() {
        return (this.ordering && this.config.club_self?.frozen) || "";
    },

    get clubGreeting() {
        const { name, text } = this.club;
        return name ? _t("Hello, %s", name) : text;
    },

    /** What a button that leads to identifying says. */
    get clubInvitation() {
        return this.config.club_self.is_earn ? _t("Collect points") : _t("Use your points");
    },

    /** The page on which somebody says who they are; ``from`` is where they go on. */
    clubOpen() {
        this.club.from = this.router.activeSlot;
        this.club.refused = "";
        this.router.navigate("member");
    },

    /** On with the order, where it was left. */
    clubGoOn() {
        const isInCart = this.club.from === "cart" && this.currentOrder.lines.length;
        this.club.ask = this.club.refused = "";
        if (isInCart) {
            this.router.navigate("cart");
        } else if (this.hasPresets() && !this.currentOrder.preset_id) {
            this.router.navigate("location");
        } else {
            this.router.navigate("product_list");
        }
    },

    // ---------------------------------------------------------------- scanner
    /** Take a code if it is the club's. */
    clubScan(code) {
        const isOurs =
            PASS.test(code) ||
            (CARD.test(code) && !this.models["product.product"].find((p) => p.barcode === code));
        if (!isOurs || !this.clubIsOn) {
            return false;
        }
        if (!DEAF.includes(this.router.activeSlot)) {
            this.clubIdentifyScanned(code);
        }
        return true;
    },

    async clubIdentifyScanned(code) {
        const slot = this.router.activeSlot;
        // A scan is no touch: without one nobody's time would run out.
        document.body.click();
        const answer = await this.clubIdentify({ scanned: code });
        if (answer.ask) {
            if (slot !== "member") {
                this.clubOpen();
            }
        } else if (answer.token && ["default", "member"].includes(slot)) {
            this.clubGoOn();
        } else if (answer.refused && slot !== "member") {
            this.notification.add(answer.refused, { type: "warning" });
        }
    },

    // ---------------------------------------------------------------- server
    /**
     * Ask who this is.
     *
     * @param {Object} told ``scanned``, or ``phone`` and ``consent``, or ``pin``
     * @returns {Promise<Object>} ``token`` and what may be shown, ``ask``, or ``refused`` in words; nothing when
     *     somebody else stands there by now
     */
    async clubIdentify(told) {
        if (!this.clubIsOn || this.club.isBusy) {
            return {};
        }
        const turn = this.clubTurn;
        Object.assign(this.club, { isBusy: true, refused: "" });
        const answer = await this._clubAskWho(told);
        if (turn !== this.clubTurn) {
            this._clubForgetThere(answer.token);
            return {};
        }
        this.club.isBusy = false;
        if (answer.refused) {
            this.club.refused = answer.refused;
        } else if (answer.ask) {
            this.club.ask = answer.token;
        } else {
            this._clubGreet(answer);
        }
        return answer;
    },

    async _clubAskWho(told) {
        const params = { access_token: this.access_token, ...told };
        if (told.pin) {
            params.token = this.club.ask;
        }
        try {
            return await ask("/club/self/identify", params);
        } catch {
            return {
                refused: _t("The club could not be reached. Your order goes on without points."),
            };
        }
    },

    _clubGreet(answer) {
        const before = this.club.token;
        Object.assign(this.club, visit(), answer, { from: this.club.from });
        if (before !== answer.token) {
            this._clubForgetThere(before);
        }
        if (!GREETING.includes(this.router.activeSlot)) {
            this.notification.add(this.clubGreeting, { type: "success" });
        }
    },

    /**
     * Whoever comes next is somebody else.
     *
     * @param {boolean} isMistake it was somebody else all the time: an order that was sent is not theirs either
     */
    clubForget(isMistake = false) {
        this.clubTurn += 1;
        const { token, ask: asked } = this.club;
        Object.assign(this.club, visit());
        this._clubForgetThere(token, isMistake);
        this._clubForgetThere(asked);
    },

    _clubForgetThere(token, isMistake = false) {
        if (token) {
            const params = { access_token: this.access_token, token, is_mistake: isMistake };
            // What is not forgotten there now is forgotten when its time is over.
            ask("/club/self/forget", params).catch(() => {});
        }
    },

    // ---------------------------------------------------------------- the order
    async sendDraftOrderToServer() {
        const order = this.currentOrder;
        const { token } = this.club;
        if (token && order.isSynced && this.clubSent !== token) {
            // Sent before anybody was known: sent again, or its points would go to nobody.
            order.uiState.lineChanges = {};
        }
        const sent = await super.sendDraftOrderToServer(...arguments);
        if (sent) {
            this.clubSent = token;
        }
        return sent;
    },

    /** Read what a paid order brought; it is shown and printed without where the server does not answer. */
    async clubRead(access_token) {
        const order = this.models["pos.order"].find((own) => own.access_token === access_token);
        if (!this.clubIsOn || !["paid", "done"].includes(order?.state)) {
            return;
        }
        // Told as a draft, it is one that has changed.
        const known = { access_token, state: "draft", write_date: "1970-01-01 00:00:00" };
        try {
            const data = await ask("/pos-self-order/get-user-data/", {
                access_token: this.access_token,
                order_access_tokens: [known],
            });
            this.models.connectNewData(data);
        } catch {
            // The order is paid, and says so by itself.
        }
    },
});
