import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

/** A register of an outlet that does not take part: nothing of the club from first touch to receipt. */
registry.category("web_tour.tours").add("ClubPosOutletIsOut", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Ada Club"),
            { trigger: "body:not(:contains(Beans))" },
            ProductScreen.clickPayButton(),
            { content: "Ways to pay", trigger: ".paymentmethod:contains(Cash)" },
            {
                content: "Points are none of them",
                trigger: ".paymentmethods:not(:contains(Loyalty))",
            },
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            { trigger: ".pos-receipt:not(:has(.club-receipt))" },
            { trigger: "body:not(:contains(Beans))" },
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            { content: "No code either", trigger: ".pos-receipt:not(:has(.club-ticket))" },
            ReceiptScreen.clickNextOrder(),
        ].flat(2),
});
