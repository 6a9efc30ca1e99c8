import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Loyalty from "@loyalty_club/../tests/tours/utils/loyalty_dialog_util";
import { registry } from "@web/core/registry";

const POPUP = ".modal:has(.club-store-credit)";

const press = (...keys) =>
    keys.map((key) => ({
        trigger: `${POPUP} .numpad button[value="${key}"]`,
        run: "click",
    }));

const brings = (units, money) => ({
    content: `${units} bring ${money}`,
    trigger: `${POPUP} .club-amount:contains("${units}") .club-money:contains("${money}")`,
});

const creditIs = (text) => ({
    content: `store credit: ${text}`,
    trigger: `.modal .club-credit:contains("${text}")`,
});

const startOrder = () => [
    ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
    ProductScreen.clickPartnerButton(),
    ProductScreen.clickCustomer("Ada Club"),
];

registry.category("web_tour.tours").add("ClubPosStoreCredit", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            startOrder(),
            Loyalty.open(),
            creditIs("No store credit yet"),
            { trigger: ".modal .club-to-credit:enabled", run: "click" },
            brings("487 Beans", "9.74"),
            press("2", "0", "0"),
            brings("200 Beans", "4.00"),
            { trigger: `${POPUP} .club-confirm`, run: "click" },
            { trigger: "body:not(:has(.club-store-credit))" },
            creditIs("4.00 of store credit"),
            Loyalty.balanceIs("287 Beans"),
            {
                content: "a reward that is store credit is bought at once",
                trigger: ".modal .club-credit-rewards button:contains('Three back')",
                run: "click",
            },
            Dialog.confirm("Redeem"),
            creditIs("7.00 of store credit"),
            Loyalty.balanceIs("187 Beans"),
            Loyalty.close(),
            PosLoyalty.eWalletButtonState({ highlighted: true, text: "eWallet Pay", click: true }),
            PosLoyalty.orderTotalIs("13.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            startOrder(),
            Loyalty.open(),
            creditIs("No store credit yet"),
            { trigger: ".modal .club-to-credit:enabled", run: "click" },
            press("1", "0", "0"),
            brings("100 Beans", "2.00"),
            { trigger: `${POPUP} .club-confirm`, run: "click" },
            creditIs("2.00 of store credit"),
            Loyalty.close(),
            PosLoyalty.eWalletButtonState({ highlighted: true, text: "eWallet Pay", click: true }),
            PosLoyalty.orderTotalIs("18.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickRefund(),
            TicketScreen.filterIs("Paid"),
            TicketScreen.selectOrderByPrice("18.00"),
            ProductScreen.clickNumpad("1"),
            TicketScreen.confirmRefund(),
            PaymentScreen.clickBack(),
            ProductScreen.clickControlButton("eWallet Refund"),
            PosLoyalty.orderTotalIs("0.00"),
            ProductScreen.clickNumpad("Price", "2"),
            PosLoyalty.orderTotalIs("-18.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(Infinity),
});
