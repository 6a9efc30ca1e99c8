import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

const CODE = "044CLUBTENPERCENT";

registry.category("web_tour.tours").add("ClubPosScansAVoucher", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            scan_barcode(CODE),
            {
                content: "without its owner it is refused in words",
                trigger: ".o_notification:contains('Choose the customer first')",
            },
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Ada Club"),
            scan_barcode(CODE),
            {
                content: "the discount is on the order",
                trigger: ".order-container .orderline:contains('10%')",
            },
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Ada Club"),
            scan_barcode(CODE),
            {
                content: "once is enough",
                trigger: ".o_notification:contains('used already')",
            },
        ].flat(),
});
