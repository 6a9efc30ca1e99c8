import { registry } from "@web/core/registry";
import * as shop from "@website_sale/js/tours/tour_utils";

function fitsTheScreen() {
    return {
        content: "Nothing reaches beyond the screen",
        trigger: "#wrap",
        run() {
            const page = document.getElementById("wrapwrap");
            const room = Math.max(window.screen.width, window.innerWidth);
            if (page.scrollWidth > room) {
                throw new Error(`The page is ${page.scrollWidth} px wide on ${room} px`);
            }
        },
    };
}

registry.category("web_tour.tours").add("ClubStoreCreditToShop", {
    steps: () => [
        {
            content: "From the rewards to the store credit",
            trigger: ".o_club_credit_link:contains('Store credit')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "All of it is proposed",
            trigger: ".o_club_offer_money:contains('8.00')",
        },
        fitsTheScreen(),
        {
            content: "The slider chooses less",
            trigger: ".o_club_offer_slider",
            run() {
                this.anchor.value = 300;
                this.anchor.dispatchEvent(new Event("input", { bubbles: true }));
            },
        },
        {
            content: "What it brings follows",
            trigger: ".o_club_offer_money:contains('6.00')",
        },
        {
            content: "So does a typed number",
            trigger: ".o_club_offer_number",
            run: "edit 350",
        },
        {
            trigger: ".o_club_offer_money:contains('$ 7.00')",
        },
        {
            content: "Continue",
            trigger: ".o_club_offer button:contains('Continue')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It says what comes and what is left",
            trigger:
                ".o_club_confirm_credit:contains('350 Beans = $ 7.00'):contains('50 Beans left')",
        },
        fitsTheScreen(),
        {
            content: "Turn it into store credit",
            trigger: ".o_club_confirm_credit button.btn-primary",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is on the wallet",
            trigger: ".o_club_notice:contains('350 Beans became $ 7.00')",
        },
        {
            trigger: ".o_club_wallet:contains('$ 7.00')",
        },
        fitsTheScreen(),
        {
            content: "To the shop",
            trigger: "a:contains('To the shop')",
            run() {
                window.location.href = "/shop?search=Sticker";
            },
            expectUnloadPage: true,
        },
        {
            content: "A sticker",
            trigger: ".oe_product_cart a:contains('Sticker')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        {
            content: "The store credit pays it",
            trigger:
                "form[name='claim_reward']:visible:contains('Store credit'):contains('7.00') button[name='o_loyalty_claim']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing is left to pay",
            trigger: "tr[name='o_order_total'] .monetary_field:contains('0.00')",
        },
        shop.goToCheckout(),
        {
            content: "Confirm without a payment",
            trigger: "form[name='o_wsale_confirm_order'] button:visible",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The order is placed",
            trigger: "h3:contains('Thank you for your order')",
        },
    ],
});
