import { markup } from "@odoo/owl";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { setElementContent } from "@web/core/utils/html";
import { Interaction } from "@web/public/interaction";
import wSaleUtils from "@website_sale/js/website_sale_utils";
import { moneyText } from "../portal/money";

const DELAY = 400;

/** Points in the cart: every figure comes from the server, the browser only asks for a number. */
export class ClubPoints extends Interaction {
    static selector = ".o_club_shop";
    dynamicContent = {
        ".o_club_shop_slider": {
            "t-on-input": this.onSlide,
            "t-on-change": this.debounced(this.onSlideEnd, DELAY),
        },
        ".o_club_shop_number": { "t-on-change": this.debounced(this.onNumber, DELAY) },
        ".o_club_shop_remove": {
            "t-on-click": this.locked((ev) => this.choose(ev, 0), true),
        },
        ".o_club_shop_all": {
            "t-on-click": this.locked((ev) => this.choose(ev, this.figure(ev, "cap")), true),
        },
        ".o_club_shop_auto": {
            "t-on-change": (ev) => this.ask({ is_auto: ev.target.checked }),
        },
        ".o_club_reward_use": {
            "t-on-click": this.locked((ev) => this.chooseReward(ev, true), true),
        },
        ".o_club_reward_drop": {
            "t-on-click": this.locked((ev) => this.chooseReward(ev, false), true),
        },
    };

    start() {
        this.isCart = Boolean(document.querySelector("#shop_cart"));
        this.onCartChanged = () => this.ask({});
        this.env.bus.addEventListener("cart_amount_changed", this.onCartChanged);
    }

    destroy() {
        this.env.bus.removeEventListener("cart_amount_changed", this.onCartChanged);
    }

    /** What the server said of the unit that was touched. */
    figure(ev, name) {
        return Number(this.tender(ev).dataset[name] || 0);
    }

    tender(ev) {
        return ev.target.closest(".o_club_tender");
    }

    async choose(ev, units) {
        await this.ask({ units, unit_id: this.figure(ev, "unit") });
    }

    async chooseReward(ev, isWanted) {
        const tile = ev.target.closest(".o_club_reward");
        const option = tile.querySelector(".o_club_reward_option")?.selectedOptions[0];
        await this.ask(
            {
                program_id: Number(tile.dataset.program),
                is_wanted: isWanted,
                reward_id: Number(option?.dataset.reward) || null,
                product_id: Number(option?.dataset.product) || null,
            },
            "/club/cart/reward"
        );
    }

    onSlide(ev) {
        const units = Number(ev.target.value);
        const tender = this.tender(ev);
        tender.querySelector(".o_club_shop_number").value =
            units / 10 ** this.figure(ev, "decimals");
        const minor = Math.min(
            Math.floor((units * this.figure(ev, "up")) / this.figure(ev, "down")),
            this.figure(ev, "capMoney")
        );
        const money = minor / 10 ** this.figure(ev, "moneyDecimals");
        const text = moneyText(money, tender.dataset.currency);
        tender.querySelector(".o_club_shop_money").textContent = units ? `−${text}` : "";
    }

    async onSlideEnd(ev) {
        await this.choose(ev, Number(ev.target.value));
    }

    async onNumber(ev) {
        const scale = 10 ** this.figure(ev, "decimals");
        await this.choose(ev, Math.round(Number(ev.target.value || 0) * scale));
    }

    async ask(request, route = "/club/cart/points") {
        const isAsking = Object.keys(request).length > 0;
        // One thing after the other: the answer replaces the card.
        this.el.inert = isAsking;
        let answer;
        try {
            answer = await this.waitFor(rpc(route, request));
        } finally {
            this.el.inert = false;
        }
        if (!this.isCart && isAsking && !answer.refused) {
            // The payment form was made for the old total.
            window.location.reload();
            return;
        }
        const cart = document.querySelector("#wrap");
        const holder = this.el.parentElement;
        this.services["public.interactions"].stopInteractions(cart);
        if (isAsking && this.isCart) {
            wSaleUtils.updateCartNavBar(answer);
        }
        const old = holder.querySelector(".o_club_shop");
        const fresh = document.createElement("div");
        setElementContent(fresh, markup(answer.card));
        old.replaceWith(...fresh.childNodes);
        this.services["public.interactions"].startInteractions(cart);
    }
}

registry.category("public.interactions").add("loyalty_club.points", ClubPoints);
