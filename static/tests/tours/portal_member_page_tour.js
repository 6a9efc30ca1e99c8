import { registry } from "@web/core/registry";
import * as shop from "@website_sale/js/tours/tour_utils";
import { fitsTheScreen } from "@loyalty_club/../tests/tours/utils/portal_util";

registry.category("web_tour.tours").add("ClubPortalBuyByWire", {
    steps: () => [
        {
            content: "Put the course into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        shop.goToCheckout(),
        ...shop.payWithTransfer({ expectUnloadPage: true, waitFinalizeYourPayment: true }),
    ],
});

registry.category("web_tour.tours").add("ClubPortalGuest", {
    steps: () => [
        {
            content: "The account invites to the club",
            trigger: ".o_portal_my_home a[href='/my/club']:contains('See how to become a member')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What to do is said",
            trigger: ".o_club_guest:contains('Your first paid order makes you one')",
        },
        fitsTheScreen(),
        {
            content: "One touch leads to the shop",
            trigger: ".o_club_guest a:contains('Go to the shop')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The shop is open",
            trigger: "#products_grid, .o_wsale_products_grid_table_wrapper",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalSeePoints", {
    steps: () => [
        {
            content: "The account shows the balance",
            trigger: ".o_portal_my_home a[href='/my/club']:contains('100 Beans · Member')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The card shows it large",
            trigger:
                ".o_club_card:has(.o_club_tier:contains('Member')) .o_club_balance:contains('100')",
        },
        {
            content: "What becomes available later has its date",
            trigger: ".o_club_inactive:contains('100 Beans inactive — will be available on')",
        },
        {
            content: "The next tier is near",
            trigger:
                ".o_club_next:contains('300 Beans to Silver') [role='progressbar'][aria-valuenow='40']",
        },
        fitsTheScreen(),
        {
            content: "To the history by the bar at the bottom",
            trigger: ".o_club_bar a:contains('History')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the line of the order",
            trigger: ".o_club_line:contains('Earned') button:contains('+200 Beans')",
            run: "click",
        },
        {
            content: "It is computed line by line",
            trigger:
                ".o_club_line .collapse.show .o_club_calculation:contains('Barista course'):contains('200')",
        },
        {
            content: "And says until when they are good",
            trigger: ".o_club_line .collapse.show .o_club_dates:contains('to use by')",
        },
        fitsTheScreen(),
        {
            content: "Back to the card",
            trigger: ".o_club_bar a:contains('Card')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The card is there",
            trigger: ".o_club_card",
        },
    ],
});
