import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const sellThreeCakes = () => [
    ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "2"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "3"),
    ProductScreen.clickPayButton(),
    PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
];

const pay = () => [PaymentScreen.clickValidate(), ReceiptScreen.isShown()];

const noCode = () => ({
    content: "the receipt carries no code",
    trigger: ".pos-receipt:not(:has(.club-ticket))",
});

tours.add("ClubPosReceiptCarriesACode", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            sellThreeCakes(),
            pay(),
            {
                content: "the receipt says what waits",
                trigger:
                    ".pos-receipt .club-ticket:contains('60 Beans are waiting: scan within 14 days')",
            },
            {
                content: "with a code to scan and one to type",
                trigger: ".pos-receipt .club-ticket img[src^='data:image/svg']",
                run() {
                    const code = document.querySelector(".pos-receipt .club-code").textContent;
                    if (!/^[0-9A-Z]+-[0-9A-Z]{3}-[0-9A-Z]{3}$/.test(code)) {
                        throw new Error(`${code} is no code`);
                    }
                    // What is on the paper is handed over to whoever looks at it afterwards.
                    console.log(`club code on paper: ${code}`);
                },
            },
            ReceiptScreen.clickNextOrder(),
            sellThreeCakes(),
            Offline.setOfflineMode(),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            noCode(),
            Offline.setOnlineMode(),
        ].flat(2),
});

tours.add("ClubPosCustomersReceiptCarriesNoCode", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Ada Club"),
            sellThreeCakes(),
            pay(),
            { trigger: ".pos-receipt .club-receipt:contains('Cumulative Beans: 60 (+60)')" },
            noCode(),
        ].flat(2),
});
