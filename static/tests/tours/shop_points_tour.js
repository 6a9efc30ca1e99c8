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

function slideTo(units) {
    return {
        content: `Slide to ${units}`,
        trigger: ".o_club_shop_slider:visible",
        run() {
            this.anchor.value = units;
            this.anchor.dispatchEvent(new Event("input", { bubbles: true }));
            this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

registry.category("web_tour.tours").add("ClubShopPoints", {
    steps: () => [
        {
            content: "Put the mugs into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        {
            content: "The card shows the balance and what this order earns",
            trigger:
                ".o_club_shop:has(.o_club_shop_balance:contains('400 Beans')) .o_club_shop_earns:contains('90 Beans')",
        },
        fitsTheScreen(),
        slideTo(200),
        {
            content: "The promotion stays, the points come after it, and the page did not move on",
            trigger: ".o_club_tender[data-units='200'] .o_club_shop_money:contains('10.00')",
        },
        {
            content: "What it earns is on the money that is left",
            trigger: ".o_club_shop_earns:contains('80 Beans')",
        },
        {
            content: "The total follows",
            trigger: "tr[name='o_order_total'] .monetary_field:contains('80.00')",
        },
        {
            content: "Points can be taken off",
            trigger: ".o_club_shop_remove",
            run: "click",
        },
        {
            content: "And used as far as possible",
            trigger: ".o_club_tender[data-units='0'] .o_club_shop_all",
            run: "click",
        },
        {
            content: "All of them",
            trigger: ".o_club_tender[data-units='400'] .o_club_shop_money:contains('20.00')",
        },
        fitsTheScreen(),
        shop.goToCheckout(),
        {
            content: "Delivery is chosen",
            trigger: "#o_delivery_methods input[name='o_delivery_radio']:checked",
        },
        shop.confirmOrder(),
        {
            content: "The payment page has the same card",
            trigger: ".o_club_tender[data-units='400'] .o_club_shop_slider",
        },
        fitsTheScreen(),
        ...shop.payWithTransfer({ expectUnloadPage: true, waitFinalizeYourPayment: true }),
        {
            content: "The order says what it will earn",
            trigger: ".o_club_shop_confirmation:contains('+70 Beans')",
        },
        fitsTheScreen(),
    ],
});

registry.category("web_tour.tours").add("ClubShopCovered", {
    steps: () => [
        {
            content: "Put a sticker into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        {
            content: "Points pay all of it",
            trigger: ".o_club_shop_all",
            run: "click",
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
