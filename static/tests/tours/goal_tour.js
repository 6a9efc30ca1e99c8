import { registry } from "@web/core/registry";
import * as shop from "@website_sale/js/tours/tour_utils";

function fitsTheScreen() {
    return {
        content: "Nothing reaches beyond the screen",
        trigger: "#wrap",
        run() {
            const room = Math.max(window.screen.width, window.innerWidth);
            if (document.getElementById("wrapwrap").scrollWidth > room) {
                throw new Error(`The page is wider than ${room} px`);
            }
        },
    };
}

registry.category("web_tour.tours").add("ClubGoalBefore", {
    steps: () => [
        {
            content: "Half way: ring and words",
            trigger:
                ".o_club_goal:contains('Twice a month'):contains('1 of 2 visits this month'):has(svg.text-primary)",
        },
        fitsTheScreen(),
    ],
});

registry.category("web_tour.tours").add("ClubGoalCart", {
    steps: () => [
        {
            content: "Put a sticker into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        {
            content: "The cart says that it reaches the goal",
            trigger:
                ".o_club_shop_goal:contains('Twice a month'):contains('With this order you reach it: 2 visits')",
        },
        fitsTheScreen(),
        shop.goToCheckout(),
        ...shop.payWithTransfer({ expectUnloadPage: true, waitFinalizeYourPayment: true }),
        {
            content: "The order is placed, and counts once it is paid",
            trigger: ".o_club_shop_confirmation:contains('once this order is paid')",
        },
    ],
});

registry.category("web_tour.tours").add("ClubGoalReached", {
    steps: () => [
        {
            content: "Reached, with what it brought",
            trigger:
                ".o_club_goal:contains('Reached: 2 visits'):contains('50 Beans'):has(svg.text-success)",
        },
        {
            content: "The movement is in the history",
            trigger: "main:contains('Goal reached'), #wrap:contains('Goal reached')",
        },
        fitsTheScreen(),
    ],
});

registry.category("web_tour.tours").add("ClubOfficeGoal", {
    steps: () => [
        {
            content: "A new goal",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Its name",
            trigger: ".o_field_widget[name=name] input, .o_field_widget[name=name] textarea",
            run: "edit Four days",
        },
        {
            content: "A streak",
            trigger: ".o_field_widget[name=kind] input[data-value=streak]",
            run: "click",
        },
        {
            content: "Of four",
            trigger: ".o_field_widget[name=target] input",
            run: "edit 4",
        },
        {
            content: "It is on",
            trigger: ".o_field_widget[name=is_on] input",
            run: "click",
        },
        {
            content: "The rule as a sentence, and what members will read",
            trigger:
                ".o_field_widget[name=sentence]:contains('4 days in a row in a calendar month: 50 Beans')," +
                ".alert:contains('4 days in a row in a calendar month: 50 Beans')",
        },
        {
            content: "Half way",
            trigger: ".alert:contains('2 of 4 days in a row this month')",
        },
        {
            content: "It is saved: nobody has reached it yet",
            trigger: ".oe_stat_button:contains('Reached'):contains('0')",
        },
    ],
});
