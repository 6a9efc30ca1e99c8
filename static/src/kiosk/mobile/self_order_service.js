import { browser } from "@web/core/browser/browser";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { SelfOrder } from "@pos_self_order/app/services/self_order_service";
// What is here goes around what is there.
import "@loyalty_club/kiosk/services/self_order_service";

/** A phone is its owner's: who has signed in on it is known, and stays so when its page is opened again. */
patch(SelfOrder.prototype, {
    async setup() {
        await super.setup(...arguments);
        if (this.clubIsPhone) {
            const { token, sent } = this._clubKept();
            this.clubSent = sent ? token : "";
            this.clubReturn();
        }
    },

    get clubIsPhone() {
        return this.config.self_ordering_mode === "mobile" && this.clubIsOn;
    },

    get clubIsSignedIn() {
        return !session.is_public;
    },

    /** Where somebody signs in, and comes back to this page at this table. */
    get clubSignInUrl() {
        const { pathname, search } = browser.location;
        return `/web/login?redirect=${encodeURIComponent(pathname + search)}`;
    },

    // ---------------------------------------------------------------- what this page keeps, for one order
    get _clubKey() {
        return `club_visit_${this.config.id}`;
    },

    _clubKept() {
        try {
            return JSON.parse(browser.sessionStorage.getItem(this._clubKey)) || {};
        } catch {
            return {};
        }
    },

    _clubKeep(kept) {
        try {
            browser.sessionStorage.setItem(this._clubKey, JSON.stringify(kept));
        } catch {
            // A browser that keeps nothing asks again when the page is opened again.
        }
    },

    // ---------------------------------------------------------------- who it is
    /** Whoever was known here a moment ago, or is signed in, unless they said that they are not. */
    async clubReturn() {
        const { token, isLeft } = this._clubKept();
        if (!token && (isLeft || !this.clubIsSignedIn)) {
            return;
        }
        const turn = this.clubTurn;
        const params = { access_token: this.access_token, token: token || "" };
        const answer = await rpc("/club/self/me", params, { silent: true }).catch(() => null);
        if (!answer || turn !== this.clubTurn || (this.club.token && this.club.token !== token)) {
            return;
        }
        if (answer.token) {
            this._clubGreet(answer);
        } else {
            this._clubKeep({});
        }
    },

    /** Sign in again, after having said "not me". */
    clubUseAccount() {
        this._clubKeep({});
        return this.clubReturn();
    },

    _clubGreet(answer) {
        super._clubGreet(...arguments);
        if (!this.clubIsPhone) {
            return;
        }
        const { token, sent } = this._clubKept();
        this._clubKeep({ token: answer.token, sent: token === answer.token ? sent : "" });
        this._clubAttach();
    },

    /** What was ordered before anybody was known counts as well. */
    async _clubAttach() {
        const order = this.currentOrder;
        const { token } = this.club;
        if (!order.isSynced || order.state !== "draft" || this.clubSent === token) {
            return;
        }
        const params = {
            access_token: this.access_token,
            token,
            order_access_token: order.access_token,
        };
        const answer = await rpc("/club/self/attach", params, { silent: true }).catch(() => ({}));
        if (answer.is_mine) {
            this._clubNoteSent(token, order);
        }
    },

    _clubNoteSent(token, order) {
        this.clubSent = token;
        if (token && token === this.club.token) {
            this._clubKeep({ token, sent: order.uuid });
        }
    },

    clubForget() {
        super.clubForget(...arguments);
        if (this.clubIsPhone) {
            this._clubKeep({ isLeft: true });
        }
    },

    /** The order is over: the next one begins with who is signed in. */
    clubNextOrder() {
        this.clubForget();
        return this.clubUseAccount();
    },

    // ---------------------------------------------------------------- the order
    async sendDraftOrderToServer() {
        if (this.clubIsPhone && this._clubIsOver()) {
            await this.clubNextOrder();
        }
        const { token } = this.club;
        const order = await super.sendDraftOrderToServer(...arguments);
        if (order && this.clubIsPhone && order.isSynced) {
            this._clubNoteSent(token, order);
        }
        return order;
    },

    /** Was whoever is known here recognised for an order that is paid by now? */
    _clubIsOver() {
        const { sent } = this._clubKept();
        const order = sent && this.models["pos.order"].getBy("uuid", sent);
        return Boolean(order && order.state !== "draft");
    },
});
