import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const open = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];

const sellThreeCakes = () => [
    ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "2"),
    ProductScreen.clickDisplayedProduct("Club Cake", true, "3"),
];

const choose = (name) => [ProductScreen.clickPartnerButton(), ProductScreen.clickCustomer(name)];

const noReward = () => ({
    content: "nothing is taken off",
    trigger: ".order-container:not(:has(.fst-italic))",
});

tours.add("ClubPosReservedPromotion", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            PosLoyalty.orderTotalIs("60.00"),
            noReward(),
            PosLoyalty.enterCode("SILVER20"),
            {
                content: "the cashier reads why",
                trigger:
                    ".o_notification:contains('Silver code is for members from Silver on. Choose the member first.')",
            },
            choose("Ada Club"),
            PosLoyalty.hasRewardLine("10% on your order", "-6.00"),
            PosLoyalty.orderTotalIs("54.00"),
            choose("Bob Club"),
            noReward(),
            PosLoyalty.orderTotalIs("60.00"),
            choose("Ada Club"),
            PosLoyalty.orderTotalIs("54.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
        ].flat(2),
});

/** The tier is gone while the order is open: the server says so before the money is taken. */
tours.add("ClubPosReservedPromotionLost", {
    steps: () =>
        [
            open(),
            sellThreeCakes(),
            choose("Ada Club"),
            PosLoyalty.orderTotalIs("54.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            {
                content: "her tier goes",
                trigger: ".payment-screen",
                async run() {
                    await window.posmodel.data.call("pos.config", "write", [
                        [window.posmodel.config.id],
                        { club_outlet_id: false },
                    ]);
                },
            },
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("Silver 10 is for members from Silver on, so it was taken off."),
            Dialog.confirm(),
            PaymentScreen.remainingIs("6.00"),
        ].flat(2),
});
