import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";
import { moneyText } from "./money";

/** Slider and number say the same, and what they bring; what counts is what the server confirms. */
export class ClubStoreCredit extends Interaction {
    static selector = ".o_club_offer";
    dynamicContent = {
        ".o_club_offer_slider": { "t-on-input": this.onSlide },
        ".o_club_offer_number": { "t-on-input": this.onNumber },
    };

    start() {
        this.slider = this.el.querySelector(".o_club_offer_slider");
        this.number = this.el.querySelector(".o_club_offer_number");
        if (this.number) {
            this.show();
        }
    }

    onSlide() {
        this.number.value = this.slider.value;
        this.show();
    }

    onNumber() {
        this.slider.value = this.number.value;
        this.show();
    }

    show() {
        const figure = (name) => Number(this.el.dataset[name] || 0);
        const units = Math.round(Number(this.number.value || 0) * 10 ** figure("decimals"));
        const step = figure("step");
        const minor = Math.floor((units * figure("up")) / figure("down") / step) * step;
        const money = Math.max(0, minor) / 10 ** figure("moneyDecimals");
        const text = moneyText(money, this.el.dataset.currency);
        this.el.querySelector(".o_club_offer_money").textContent = text;
    }
}

registry.category("public.interactions").add("loyalty_club.store_credit", ClubStoreCredit);
