import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as Points from "@loyalty_club/../tests/tours/utils/points_popup_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const open = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];

const sell = (product, times) =>
    Array.from({ length: times }, (_unused, index) =>
        ProductScreen.clickDisplayedProduct(product, true, String(index + 1))
    );

const choose = (name) => [ProductScreen.clickPartnerButton(), ProductScreen.clickCustomer(name)];

const payInCash = () => [
    ProductScreen.clickPayButton(),
    PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

/** Only the register has the module: a tour is loaded by every page, which an import of it would break. */
const toHtml = (order) => {
    const path = "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
    const { OrderReceipt } = odoo.loader.modules.get(path);
    return window.posmodel.env.services.renderer.toHtml(OrderReceipt, { order });
};

/** What the display beside the register is sent from now on. */
const watchDisplay = () => ({
    content: "look at the customer display",
    trigger: ".pos",
    run() {
        window.clubDisplayed = [];
        window.clubChannel = new BroadcastChannel("UPDATE_CUSTOMER_DISPLAY");
        window.clubChannel.onmessage = ({ data }) => {
            window.clubDisplayed = data.club;
            document.body.dataset.clubDisplayed = data.club.join(" | ");
        };
    },
});

const displayIs = (text) => ({
    content: `the display says ${text || "nothing"}`,
    trigger: `body[data-club-displayed="${text}"]`,
});

/** What is mailed is a picture of the same receipt. */
const mailedReceiptHas = (...lines) => ({
    content: "the mailed receipt says the same",
    trigger: ".receipt-screen",
    async run() {
        const order = window.posmodel.getOrder();
        const picture = await toHtml(order);
        for (const line of lines) {
            if (!picture.textContent.includes(line)) {
                throw new Error(`"${line}" is missing: ${picture.textContent}`);
            }
        }
    },
});

const LINES = [
    "Ada Club · Silver",
    "Cumulative Beans: 547 (+60)",
    "Stamped cake: 3 of 10",
    "Free coffee at 600: 53 to go",
];

tours.add("ClubPosReceipt", {
    steps: () =>
        [
            open(),
            watchDisplay(),
            sell("Club Cake", 3),
            displayIs(""),
            choose("Ada Club"),
            displayIs("Welcome back · Silver | 487 Beans"),
            payInCash(),
            Points.receiptHas(...LINES),
            displayIs("+60 Beans | 547 Beans"),
            mailedReceiptHas(...LINES),
            ReceiptScreen.clickNextOrder(),
            displayIs(""),
        ].flat(2),
});

/** In another browser, after she was given three more. */
tours.add("ClubPosReprint", {
    steps: () =>
        [
            Chrome.startPoS(),
            Chrome.clickOrders(),
            TicketScreen.selectFilter("Paid"),
            TicketScreen.selectOrder("001"),
            {
                content: "the receipt says what there is now, and on which day",
                trigger: ".ticket-screen",
                async run() {
                    const [order] = window.posmodel.models["pos.order"].filter(
                        (own) => own.isSynced
                    );
                    const paper = await toHtml(order);
                    const text = paper.querySelector(".club-receipt").textContent;
                    if (!/Beans on \d+\/\d+\/\d+: 550 \(\+60\)/.test(text)) {
                        throw new Error(`It says "${text}"`);
                    }
                },
            },
        ].flat(2),
});

tours.add("ClubPosReceiptOffline", {
    steps: () =>
        [
            open(),
            sell("Club Cake", 1),
            choose("Ada Club"),
            Offline.setOfflineMode(),
            payInCash(),
            Points.receiptHas("Points follow once the register is online again."),
            Dialog.confirm(),
            Offline.setOnlineMode(),
            {
                content: "the register is online again and sends what it kept",
                trigger: ".receipt-screen",
                run: () => window.posmodel.syncAllOrders(),
            },
            Points.receiptHas("Cumulative Beans: 507 (+20)"),
        ].flat(2),
});

tours.add("ClubPosReceiptFrench", {
    steps: () =>
        [
            open(),
            sell("Club Cake", 1),
            choose("Zoé Club"),
            payInCash(),
            Points.receiptHas("Zoé Club · Argent", "Grains : 520 (+20)", "Café offert"),
        ].flat(2),
});

/** The worked example of the documentation, at the register. */
tours.add("ClubPosStacking", {
    steps: () =>
        [
            open(),
            sell("Stack Coffee", 2),
            sell("Stack Cake", 1),
            PosLoyalty.enterCode("0441CLUBCOUPON"),
            choose("Ada Club"),
            PosLoyalty.hasRewardLine("10% on your order", "-19.95"),
            PosLoyalty.hasRewardLine("$ 15 on Stack Coffee", "-15.00"),
            PosLoyalty.orderTotalIs("164.55"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.type("2"),
            Points.type("0"),
            Points.type("0"),
            Points.amountIs("200 Beans", "2.00"),
            Points.type("Enter"),
            PaymentScreen.selectedPaymentlineHas("Loyalty", "2.00"),
            PaymentScreen.remainingIs("162.55"),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(2),
});

/** Her tier changed after the register had loaded her. */
tours.add("ClubPosTierPrice", {
    steps: () =>
        [
            open(),
            sell("Club Cake", 1),
            PosLoyalty.orderTotalIs("20.00"),
            choose("Ada Club"),
            PosLoyalty.orderTotalIs("19.00"),
            choose("Bob Club"),
            PosLoyalty.orderTotalIs("20.00"),
            {
                content: "meanwhile he reaches the tier",
                trigger: ".pos",
                async run() {
                    const { data } = window.posmodel;
                    const bob = [["partner_id.name", "=", "Bob Club"]];
                    const members = await data.call("club.member", "search", [bob]);
                    const unit = [["name", "=", "Bean"]];
                    const [unitId] = await data.call("club.unit", "search", [unit]);
                    await data.call("club.member", "adjust", [members, unitId, 500, "Gift"]);
                },
            },
            choose("Ada Club"),
            choose("Bob Club"),
            PosLoyalty.orderTotalIs("19.00"),
        ].flat(2),
});
