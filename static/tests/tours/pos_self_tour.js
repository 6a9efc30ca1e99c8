import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Loyalty from "@loyalty_club/../tests/tours/utils/loyalty_dialog_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The list says whose it is; so does the order. */
const openOrderOf = (name) => [
    Chrome.startPoS(),
    Chrome.clickOrders(),
    TicketScreen.selectOrder(name),
    TicketScreen.loadSelectedOrder(),
    ProductScreen.customerIsSelected(name),
];

const payAt = (amount) => [
    ProductScreen.clickPayButton(),
    PaymentScreen.totalIs(amount),
    PaymentScreen.clickPaymentMethod("Cash"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

const noLine = (text) => ({
    content: `the order has no ${text}`,
    trigger: `.order-container:not(:has(.orderline:contains('${text}')))`,
});

const takeOff = (name) => [
    ProductScreen.clickPartnerButton(),
    { trigger: ".modal .partner-list .unselect-tag:visible", run: "click" },
    { content: "Nobody is on it", trigger: `.set-partner:not(:contains("${name}"))` },
];

tours.add("ClubPosSelfOrder", {
    steps: () =>
        [
            openOrderOf("Ada Lovelace"),
            Loyalty.open(),
            Loyalty.balanceIs("487 Beans"),
            Loyalty.says("By the code on the own page"),
            Loyalty.close(),
            ProductScreen.orderLineHas("10% on your order", "1"),
            payAt("108.90"),
        ].flat(2),
});

tours.add("ClubPosSelfOrderInPoints", {
    steps: () => [openOrderOf("Ada Lovelace"), payAt("120.00")].flat(2),
});

tours.add("ClubPosSelfOrderOfAnother", {
    steps: () =>
        [
            openOrderOf("Ada Lovelace"),
            ProductScreen.orderLineHas("10% on your order", "1"),
            ProductScreen.clickPartnerButton(),
            PartnerList.clickPartner("Bob"),
            ProductScreen.customerIsSelected("Bob"),
            noLine("10% on your order"),
            payAt("121.00"),
        ].flat(2),
});

tours.add("ClubPosSelfOrderByPhone", {
    steps: () =>
        [
            openOrderOf("Ada Lovelace"),
            Loyalty.open(),
            Loyalty.says("By phone number"),
            Loyalty.close(),
            payAt("121.00"),
        ].flat(2),
});

tours.add("ClubPosSelfOrderOfNobody", {
    steps: () => [openOrderOf("Ada Lovelace"), takeOff("Ada Lovelace"), payAt("121.00")].flat(2),
});
