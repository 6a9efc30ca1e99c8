import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Loyalty from "@loyalty_club/../tests/tours/utils/loyalty_dialog_util";
import * as Points from "@loyalty_club/../tests/tours/utils/points_popup_util";
import { registry } from "@web/core/registry";

const identify = () => [
    Loyalty.open(),
    Loyalty.find("ada club"),
    Loyalty.balanceIs("Beans"),
    Loyalty.says("Ada Club"),
];

const payInCash = () => [
    ProductScreen.clickPayButton(),
    PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

registry.category("web_tour.tours").add("ClubPosFillsAStampCard", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            identify(),
            Loyalty.says("9 Stamps"),
            Loyalty.close(),
            payInCash(),
            Points.receiptHas(
                "Card full: a voucher for A coffee is yours, to use by ",
                ". Next card: 0 of 10"
            ),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            ProductScreen.clickDisplayedProduct("Club Coffee", true, "1"),
            identify(),
            Loyalty.useVoucher("A coffee"),
            Loyalty.closed(),
            {
                content: "the coffee is free",
                trigger:
                    ".order-container .orderline:contains('A coffee for free'):contains('-3.00')",
            },
            PosLoyalty.orderTotalIs("20.00"),
            payInCash(),
            Points.receiptHas("Cumulative Beans: 527 (+20)", "A coffee: 1 of 10"),
        ].flat(3),
});
