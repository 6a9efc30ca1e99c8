import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as Points from "@loyalty_club/../tests/tours/utils/points_popup_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ClubPosPointsLowerThePrice", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("Club Machine", true, "1"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Ada Club"),
            ProductScreen.clickPayButton(),
            PaymentScreen.emptyPaymentlines("121.00"),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            Points.confirm("2.50"),
            PaymentScreen.emptyPaymentlines("118.50"),
            PaymentScreen.clickPaymentMethod("Loyalty"),
            { trigger: '.modal-body:contains("Points lower this order already")' },
            { trigger: ".modal-footer .btn-primary", run: "click" },
            { trigger: "body:not(:has(.modal))" },
            PaymentScreen.emptyPaymentlines("118.50"),
            PaymentScreen.clickPaymentMethod("Cash", true, { remaining: "0.0" }),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            { content: "points come off the price", trigger: ".pos-receipt:contains('-2.50')" },
            { content: "tax is due on what is left", trigger: ".pos-receipt:contains('20.57')" },
            Points.receiptHas("Cumulative Beans: 334 (+97, −250 used)"),
        ].flat(2),
});
