import { registry } from "@web/core/registry";

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

/** From the list of the own vouchers to the page of the first one, and its button. */
function useTheVoucher() {
    return [
        {
            content: "The own vouchers are on the page of rewards",
            trigger: ".o_club_vouchers a.list-group-item",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The voucher has its code, and can be mailed and printed too",
            trigger:
                ".o_club_voucher:has(.o_club_voucher_code):has(.o_club_mail):has(.o_club_print)",
        },
        fitsTheScreen(),
        {
            content: "Put it into the cart",
            trigger: ".o_club_voucher .o_club_use",
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

registry.category("web_tour.tours").add("ClubVoucherWaitsForTheCart", {
    steps: () => [
        ...useTheVoucher(),
        {
            content: "An empty cart takes it with the first product",
            trigger: ".o_club_notice",
        },
        fitsTheScreen(),
    ],
});

registry.category("web_tour.tours").add("ClubVoucherIntoTheCart", {
    steps: () => [
        ...useTheVoucher(),
        {
            content: "The cart has it: ten percent less",
            trigger: "tr[name='o_order_total'] .monetary_field:contains(/90[.,]00/)",
        },
        fitsTheScreen(),
        {
            content: "To the checkout, in the customer's language",
            trigger: "a[href*='/fr/shop/checkout']:visible",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The order can be paid, with the voucher in it",
            trigger:
                "#wrap:has([name='o_payment_submit_button']) .monetary_field:contains(/90[.,]00/)",
        },
        fitsTheScreen(),
    ],
});

registry.category("web_tour.tours").add("ClubVoucherOfAnotherOrder", {
    steps: () => [
        {
            content:
                "Before anything is paid: the voucher is another order's, and there is nothing to pay with",
            trigger:
                "#wrap:contains('dont le paiement a commencé'):not(:has([name='o_payment_submit_button']:enabled))",
        },
        fitsTheScreen(),
    ],
});
