import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import { registry } from "@web/core/registry";

const load = (price, words) => [
    Chrome.startPoS(),
    Chrome.clickOrders(),
    TicketScreen.selectOrderByPrice(price),
    TicketScreen.loadSelectedOrder(),
    ProductScreen.totalAmountIs(price),
    { content: "what the kiosk took off", trigger: `.orderline:contains("${words}")` },
];
const pay = () => [
    ProductScreen.clickPayButton(),
    PaymentScreen.clickPaymentMethod("Counter cash", true, { remaining: "0.0" }),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];
const tour = (name, steps) => registry.category("web_tour.tours").add(name, { steps });

tour("ClubPosPaysKiosksOrder", () =>
    [
        ...load("118.60", "Paid with points"),
        { content: "whose it is", trigger: ".set-partner:contains('Ada')" },
        ...pay(),
    ].flat(2)
);

tour("ClubPosPaysKiosksReward", () =>
    [
        ...load("108.90", "10% on your order"),
        ProductScreen.clickOrderline("Coffee"),
        ProductScreen.clickNumpad("2"),
        ProductScreen.totalAmountIs("217.80"),
        ...pay(),
    ].flat(2)
);

tour("ClubPosChangesKiosksOrder", () =>
    [
        ...load("118.60", "Paid with points"),
        ProductScreen.clickOrderline("Coffee"),
        ProductScreen.clickNumpad("2"),
        ProductScreen.totalAmountIs("239.60"),
        { content: "tax is due on all of it", trigger: ".tax-info:contains('42.00')" },
        { content: "its line", trigger: ".orderline:contains('Paid with points')", run: "click" },
        { trigger: ".orderline.selected:contains('Paid with points')" },
        ProductScreen.clickNumpad("⌫"),
        Dialog.confirm("Yes"),
        { trigger: "body:not(:has(.orderline:contains('Paid with points')))" },
        ProductScreen.totalAmountIs("242.00"),
        ...pay(),
    ].flat(2)
);
