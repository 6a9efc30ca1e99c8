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

const TEN = ".o_club_reward:has(div:contains('Ten percent'))";
const FREE = ".o_club_reward:has(div:contains('Free sticker'))";

registry.category("web_tour.tours").add("ClubShopReward", {
    steps: () => [
        {
            content: "Put the mugs into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        {
            content: "What is out of reach says what is missing",
            trigger:
                ".o_club_reward:has(div:contains('Dear')) .o_club_reward_reason:contains('600 Beans more')",
        },
        fitsTheScreen(),
        { content: "Use the ten percent", trigger: `${TEN} .o_club_reward_use`, run: "click" },
        {
            content: "They are off the total, and the card says so",
            trigger: "tr[name='o_order_total'] .monetary_field:contains('90.00')",
        },
        { content: "Take them off", trigger: `${TEN} .o_club_reward_drop`, run: "click" },
        {
            content: "The total is as before",
            trigger: "tr[name='o_order_total'] .monetary_field:contains('100.00')",
        },
        { content: "Use them after all", trigger: `${TEN} .o_club_reward_use`, run: "click" },
        { content: "They are in the order again", trigger: `${TEN} .o_club_reward_drop` },
        { content: "And a free sticker", trigger: `${FREE} .o_club_reward_use`, run: "click" },
        { content: "It is in the cart", trigger: `${FREE} .o_club_reward_drop` },
        {
            content: "Points pay as well, as many as are left",
            trigger: ".o_club_tender[data-cap='270'] .o_club_shop_all",
            run: "click",
        },
        {
            content: "After the rewards",
            trigger: "tr[name='o_order_total'] .monetary_field:contains('76.50')",
        },
        fitsTheScreen(),
        shop.goToCheckout(),
        { content: "The payment page has them too", trigger: `${FREE} .o_club_reward_drop` },
        {
            content: "Taken off there, the page is made anew",
            trigger: `${FREE} .o_club_reward_drop`,
            run: "click",
            expectUnloadPage: true,
        },
        { content: "And is free to be used again", trigger: `${FREE} .o_club_reward_use` },
        fitsTheScreen(),
        ...shop.payWithTransfer({ expectUnloadPage: true, waitFinalizeYourPayment: true }),
        { content: "The order is placed", trigger: ".o_club_shop_confirmation" },
        fitsTheScreen(),
    ],
});
