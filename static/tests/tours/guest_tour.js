import { registry } from "@web/core/registry";
import * as shop from "@website_sale/js/tours/tour_utils";
import { fitsTheScreen } from "@loyalty_club/../tests/tours/utils/portal_util";

const tours = registry.category("web_tour.tours");

tours.add("ClubGuestBuysAndSignsUp", {
    steps: () => [
        {
            content: "Put the course into the cart",
            trigger: "#product_detail form #add_to_cart",
            run: "click",
        },
        shop.goToCart(),
        shop.goToCheckout(),
        ...shop.fillAdressForm(
            {
                name: "Greta Guest",
                phone: "+32 2 555 01 01",
                email: "greta@example.com",
                street: "1 High Street",
                city: "Brussels",
                zip: "1000",
            },
            true
        ),
        {
            content: "Choose the wire transfer",
            trigger: 'input[name="o_payment_radio"][data-payment-method-code="wire_transfer"]',
            run: "click",
        },
        ...shop.pay({ expectUnloadPage: true }),
        {
            content: "What the order brought is said, and how to keep it",
            trigger:
                ".o_club_banner:contains('You have 200 Beans. Sign up with greta@example.com to keep and use them.')",
            timeout: 30000,
        },
        {
            content: "One banner is enough",
            trigger: "#wrap:not(:contains('to follow your order'))",
        },
        fitsTheScreen(),
        {
            content: "The own page says the same to a visitor",
            trigger: ".o_club_banner",
            run: () => (window.location.href = "/my/club"),
            expectUnloadPage: true,
        },
        {
            content: "Sign up from there",
            trigger:
                ".o_club_page .o_club_banner:contains('You have 200 Beans') a:contains('Sign up')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Address and name are there already",
            trigger: ".oe_signup_form #login:value('greta@example.com')",
        },
        {
            content: "Choose a password",
            trigger: ".oe_signup_form #password",
            run: "edit greta-knows",
        },
        {
            content: "Once more",
            trigger: ".oe_signup_form #confirm_password",
            run: "edit greta-knows",
        },
        {
            content: "Sign up",
            trigger: ".oe_signup_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The points are there",
            trigger: ".o_club_card .o_club_balance:contains('200')",
        },
        fitsTheScreen(),
    ],
});

tours.add("ClubGuestAsksForTheLink", {
    steps: () => [
        {
            content: "No figure is shown before the address is proven",
            trigger: ".o_club_card .o_club_balance:contains('200')",
        },
        {
            content: "Open what is said about orders without signing in",
            trigger: ".o_club_earlier summary:contains('Ordered here without signing in?')",
            run: "click",
        },
        {
            content: "Ask for the link",
            trigger: ".o_club_earlier button:contains('Confirm my e-mail')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is on its way",
            trigger: ".o_club_notice:contains('A link is on its way to greta@example.com.')",
        },
        fitsTheScreen(),
    ],
});

tours.add("ClubGuestConfirms", {
    steps: () => [
        {
            content: "Confirm the address",
            trigger: ".o_club_confirm button:contains('Confirm')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What was collected without signing in is here",
            trigger: ".o_club_notice:contains('200 Beans from your earlier orders are yours.')",
        },
        {
            content: "In one balance",
            trigger: ".o_club_card .o_club_balance:contains('400')",
        },
        {
            content: "Nothing more to ask for",
            trigger: "#wrap:not(:has(.o_club_earlier))",
        },
        fitsTheScreen(),
    ],
});

tours.add("ClubClaimScanned", {
    steps: () => [
        {
            content: "A visitor is told to sign in",
            trigger: ".o_club_claim a:contains('Sign in')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Who it is",
            trigger: ".oe_login_form #login",
            run: "edit greta@example.com",
        },
        {
            content: "The password",
            trigger: ".oe_login_form #password",
            run: "edit greta-knows",
        },
        {
            content: "Sign in",
            trigger: ".oe_login_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        fitsTheScreen(),
        {
            content: "Back at the code: one touch",
            trigger: ".o_club_claim button:contains('Collect')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The points are here",
            trigger: ".o_club_notice:contains('60 Beans from your purchase are yours.')",
        },
        {
            content: "In the balance",
            trigger: ".o_club_card .o_club_balance:contains('60')",
        },
        fitsTheScreen(),
    ],
});
