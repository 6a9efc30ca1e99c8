import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Loyalty from "@loyalty_club/../tests/tours/utils/loyalty_dialog_util";
import * as Points from "@loyalty_club/../tests/tours/utils/points_popup_util";
import { refresh, run, scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const open = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];

const sellThreeCakes = () => [
    ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "2"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "3"),
];

const CARD = "2999990004878";

const orderHas = (text) => ({
    content: `the order has ${text}`,
    trigger: `.order-container .orderline:contains('${text}')`,
});

const orderHasNot = (text) => ({
    content: `the order has no ${text}`,
    trigger: `.order-container:not(:has(.orderline:contains('${text}')))`,
});

/** The host's own list of customers. */
const findInList = (query, name) => [
    { trigger: ".modal-dialog .input-group input", run: `edit ${query}` },
    {
        content: "search more",
        trigger: `.modal-dialog:contains("press enter to load more") .input-group input`,
        run() {
            const enter = new KeyboardEvent("keydown", { bubbles: true, key: "Enter" });
            this.anchor.dispatchEvent(enter);
        },
    },
    { trigger: `.modal-dialog .partner-line:contains("${name}")` },
];

/** What would come out of the printer. */
const catchPrint = () =>
    run(() => {
        window.print = (receipt) => {
            document.body.dataset.printed = receipt.innerText;
        };
    }, "catch what is printed");

const printed = (text) => ({
    content: `printed: ${text}`,
    trigger: `body[data-printed*="${text}"]`,
});

tours.add("ClubPosFindsByPhone", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            Loyalty.open(),
            Loyalty.press("3", "4", "5", "6"),
            Loyalty.click(".club-find"),
            Loyalty.says("Which of these is it?"),
            Loyalty.says("A•• C•••"),
            Loyalty.says("B•• C•••"),
            Loyalty.pick("A•• C•••"),
            Loyalty.balanceIs("487 Beans"),
            Loyalty.says("By phone number"),
            Loyalty.close(),
            Loyalty.buttonSays("Member · 487 Beans"),
            ProductScreen.clickPayButton(),
            Loyalty.buttonSays("Member · 487 Beans"),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

tours.add("ClubPosAsksWhoPaysWithPoints", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Loyalty.find("0470 12 34 56"),
            Points.titleIs("Your Loyalty: 487 Beans = $ 4.87"),
            Points.confirm("1.00"),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

tours.add("ClubPosUsesAVoucherOfTheDialog", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            Loyalty.open(),
            Loyalty.find("ada club"),
            Loyalty.balanceIs("407 Beans"),
            Loyalty.says("By name"),
            Loyalty.useVoucher("Ten percent"),
            Loyalty.closed(),
            orderHas("10%"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

tours.add("ClubPosCardRewardVoucherPointsReprint", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            scan_barcode(CARD),
            Loyalty.notifies("Ada Club · Member · 487 Beans"),
            Loyalty.buttonSays("Ada Club · Member · 487 Beans"),
            Loyalty.open(),
            Loyalty.balanceIs("487 Beans"),
            Loyalty.says("By card"),
            Loyalty.isFar("Everything", "4,513 Beans more"),
            Loyalty.takeReward("Ten percent"),
            Loyalty.closed(),
            orderHas("10%"),
            refresh(),
            orderHas("10%"),
            Loyalty.open(),
            Loyalty.says("On the order"),
            Loyalty.useVoucher("Free cake"),
            Loyalty.closed(),
            orderHas("A cake for free"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.titleIs("Your Loyalty: 407 Beans = $ 4.07"),
            Points.confirm("0.50"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "0.50"),
            PaymentScreen.clickPaymentMethod("Bank", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Points.receiptHas("Cumulative Beans: 392 (+35"),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickRefund(),
            TicketScreen.selectOrder("001"),
            catchPrint(),
            {
                trigger: ".ticket-screen .control-button:contains('Print Receipt')",
                run: "click",
            },
            printed("Cumulative Beans: 392 (+35"),
        ].flat(2),
});

tours.add("ClubPosTakesAndDropsRewards", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            scan_barcode(CARD),
            Loyalty.open(),
            Loyalty.takeReward("Ten percent"),
            Loyalty.closed(),
            orderHas("10%"),
            Chrome.clickOrders(),
            TicketScreen.deleteOrder("001"),
            Dialog.confirm(),
            Chrome.clickRegister(),
            sellThreeCakes(),
            scan_barcode(CARD),
            Loyalty.open(),
            Loyalty.saysNot("set aside"),
            Loyalty.takeReward("Ten percent"),
            Loyalty.closed(),
            orderHas("10%"),
            Loyalty.open(),
            Loyalty.says("80 Beans are set aside"),
            Loyalty.takeReward("Ten percent"),
            Loyalty.saysNot("set aside"),
            Loyalty.close(),
            orderHasNot("10%"),
            Loyalty.open(),
            Loyalty.takeReward("Ten percent"),
            Loyalty.closed(),
            orderHas("10%"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Bob Club"),
            Loyalty.notifies("Ten percent was chosen by Ada Club and is off the order."),
            orderHasNot("10%"),
            scan_barcode(CARD),
            Loyalty.open(),
            Loyalty.saysNot("set aside"),
            Loyalty.takeReward("Ten percent"),
            Loyalty.closed(),
            ProductScreen.clickOrderline("10% on your order", "1"),
            ProductScreen.clickNumpad("⌫"),
            Dialog.confirm("Yes"),
            orderHasNot("10%"),
            Loyalty.open(),
            Loyalty.saysNot("set aside"),
            Loyalty.takeReward("Only a voucher"),
            Dialog.confirm("Use 50 Beans"),
            Loyalty.closed(),
            orderHas("-12.00"),
            Loyalty.buttonSays("437 Beans"),
            Loyalty.open(),
            Loyalty.takeReward("Free biscuit"),
            Loyalty.closed(),
            orderHas("A biscuit for free"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

tours.add("ClubPosMakesAMember", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            Loyalty.open(),
            Loyalty.find("0471 00 11 22"),
            Loyalty.refuses("Nobody has this phone number"),
            Loyalty.click(".club-new"),
            Loyalty.click(".club-join"),
            Loyalty.refuses("Ask the customer first"),
            Loyalty.agree(),
            Loyalty.click(".club-join"),
            Loyalty.refuses("Enter the customer's name"),
            Loyalty.fill("name", "Eve Adams"),
            Loyalty.fill("phone", "0470 12 34 56"),
            Loyalty.click(".club-join"),
            Loyalty.says("Is it the same person?"),
            Loyalty.says("A•• C•••"),
            Loyalty.fill("phone", "0471 00 11 22"),
            Loyalty.click(".club-join"),
            Loyalty.balanceIs("0 Beans"),
            Loyalty.says("Eve Adams"),
            Loyalty.close(),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

tours.add("ClubPosAsksForProof", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            Loyalty.open(),
            Loyalty.find("0470123456"),
            Loyalty.says("Using more than 60 Beans"),
            Loyalty.close(),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.amountIs("100 Beans", "1.00"),
            Points.confirm("1.00"),
            Points.refusalIs("More than 60 Beans takes proof of who it is"),
            Points.askPin(),
            Loyalty.typePin("1111"),
            { trigger: ".modal .club-pin:contains('This is not the PIN')" },
            Loyalty.typePin("2580"),
            Points.amountIs("100 Beans", "1.00"),
            Points.confirm("1.00"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "1.00"),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

tours.add("ClubPosScansACardOfNobody", {
    steps: () =>
        [
            open(),
            scan_barcode("2990099999997"),
            Loyalty.notifies("Nobody has this card"),
            sellThreeCakes(),
            Loyalty.open(),
            Loyalty.find("2990099999997"),
            Loyalty.refuses("Nobody has this card"),
            Loyalty.close(),
            Offline.setOfflineMode(),
            Loyalty.open(),
            Loyalty.find("0470123456"),
            Loyalty.refuses("The register is offline"),
            Loyalty.close(),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            Offline.setOnlineMode(),
        ].flat(2),
});

const TOKEN = "CLUBAAAABBBBCCCCDDDD";
const SECOND = "CLUBEEEEFFFFGGGGHHHH";

tours.add("ClubPosScansWhatWasChosenOnThePage", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            scan_barcode(TOKEN),
            Loyalty.says("Ada Club"),
            Loyalty.says("By the code on the own page"),
            Loyalty.says("Use what the customer chose: Ten percent"),
            Loyalty.click(".club-redeem"),
            Loyalty.closed(),
            orderHas("-6.00"),
            scan_barcode(TOKEN),
            Loyalty.notifies("This code was used already"),
            ProductScreen.clickPayButton(),
            scan_barcode(SECOND),
            Loyalty.says("Use what the customer chose: 40 Beans"),
            Loyalty.click(".club-redeem"),
            Loyalty.closed(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.amountIs("40 Beans", "0.40"),
            Points.confirm("0.40"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "0.40"),
            PaymentScreen.clickPaymentMethod("Bank", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickPartnerButton(),
            findInList(CARD, "Ada Club"),
            { trigger: ".partner-line:contains('Ada Club') .club-standing:contains('Beans')" },
        ].flat(2),
});
