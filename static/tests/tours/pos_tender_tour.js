import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Loyalty from "@loyalty_club/../tests/tours/utils/loyalty_dialog_util";
import * as Points from "@loyalty_club/../tests/tours/utils/points_popup_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const open = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];

const sellThreeCakes = () => [
    ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "2"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "3"),
    ProductScreen.clickPartnerButton(),
    ProductScreen.clickCustomer("Ada Club"),
    ProductScreen.clickPayButton(),
];

const payPartlyInPoints = () => [
    PaymentScreen.clickPaymentMethod("Loyalty"),
    Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
    Points.whyIs("Most for an order of $ 60.00: 100 Beans."),
    Points.confirm("1.00"),
    PaymentScreen.selectedPaymentlineHas("Loyalty", "1.00"),
    PaymentScreen.remainingIs("59.00"),
    PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

tours.add("ClubPosPayPartlyInPoints", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            Points.nothingIsPromised(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
            Points.rateIs("$ 1.00 = 100 Beans"),
            Points.whyIs("Most for an order of $ 60.00: 100 Beans."),
            Points.amountIs("100 Beans", "1.00"),
            Points.clickQuick("half"),
            Points.amountIs("50 Beans", "0.50"),
            Points.press("1", "0", "1"),
            Points.amountIs("101 Beans", "1.01"),
            Points.confirm("1.01"),
            Points.refusalIs("101 Beans are too many. Most for an order of $ 60.00: 100 Beans."),
            Points.amountIs("100 Beans", "1.00"),
            Points.confirm("1.00"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "1.00"),
            PaymentScreen.remainingIs("59.00"),
            Points.partnerIsFixed("Ada Club"),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.paymentLineContains("Loyalty", "1.00"),
            Points.receiptHas("Ada Club · Member", "Cumulative Beans: 446 (+59, −100 used)"),
            ReceiptScreen.clickNextOrder(),
        ].flat(2),
});

tours.add("ClubPosReversePoints", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
            Points.discard(),
            PaymentScreen.emptyPaymentlines("60.00"),
            Points.holdAnswers(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.confirm("1.00"),
            Points.discard(),
            PaymentScreen.emptyPaymentlines("60.00"),
            Points.letAnswersCome(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.type("5"),
            Points.type("0"),
            Points.amountIs("50 Beans", "0.50"),
            Points.type("Enter"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "0.50"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickPaymentline("Loyalty", "0.50"),
            Points.reverse(),
            PaymentScreen.remainingIs("0.50"),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
            Points.discard(),
        ].flat(2),
});

tours.add("ClubPosReverseOffline", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
            Points.confirm("1.00"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "1.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickPaymentline("Loyalty", "1.00"),
            Offline.setOfflineMode(),
            Points.reverse(),
            PaymentScreen.remainingIs("1.00"),
            Offline.setOnlineMode(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
            Points.discard(),
        ].flat(2),
});

tours.add("ClubPosCashiersDay", {
    steps: () =>
        [
            open(),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "2"),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "3"),
            Loyalty.open(),
            Loyalty.find("0470 12 34 56"),
            Loyalty.balanceIs("487 Beans"),
            Loyalty.close(),
            Loyalty.buttonSays("Ada Club · Member · 487 Beans"),
            ProductScreen.clickPayButton(),
            payPartlyInPoints(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickRefund(),
            TicketScreen.selectOrder("001"),
            ProductScreen.clickNumpad("1"),
            TicketScreen.toRefundTextContains("To Refund: 1"),
            TicketScreen.confirmRefund(),
            PaymentScreen.isShown(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            Points.refusesCash("give $ 0.33 back as points (33 Beans) with Loyalty"),
            PaymentScreen.clickPaymentlineDelButton("Cash", "20.00"),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Dialog.bodyIs("33 Beans ($ 0.33) go back to Ada Club."),
            Dialog.confirm("Give back"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "-0.33"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Points.receiptHas("Cumulative Beans: 459 (−20, +33 given back)"),
            ReceiptScreen.clickNextOrder(),
            Chrome.clickMenuOption("Close Register"),
            { trigger: ".modal .close-pos-popup:contains('Loyalty'):contains('$ 0.67')" },
            {
                content: "points are not counted",
                trigger:
                    ".payment-methods-overview > div:contains('Loyalty'):not(:contains('Counted'))",
            },
            { trigger: ".modal .close-pos-popup .cash-input ~ .fa-clone", run: "click" },
            { trigger: ".modal footer .highlight:enabled", run: "click", expectUnloadPage: true },
            { trigger: ".o_web_client, .pos .btn:contains('Open Register')" },
        ].flat(2),
});

tours.add("ClubPosOfflineRefusesPoints", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            Offline.setOfflineMode(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.refusesOffline(),
            PaymentScreen.emptyPaymentlines("60.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Points.receiptHas("Points follow once the register is online again."),
            Offline.setOnlineMode(),
        ].flat(2),
});
