import { registry } from "@web/core/registry";
import * as Utils from "@pos_self_order/../tests/tours/utils/common";
import * as ProductPage from "@pos_self_order/../tests/tours/utils/product_page_util";
import * as Kiosk from "@loyalty_club/../tests/tours/kiosk/utils/kiosk_util";

const tour = (name, steps) => registry.category("web_tour.tours").add(name, { steps });

const buyCoffee = () => [
    ProductPage.clickProduct("Coffee"),
    Utils.clickBtn("Checkout"),
    Kiosk.see(".o_self_cart_page .product-cart-item"),
];
const done = () => [
    Utils.clickBtn("Close"),
    Kiosk.see(".o_pos_landing_footer .club-open"),
    Kiosk.isForgotten(),
];

tour("ClubKioskCard", () => [
    ...Kiosk.open(),
    Kiosk.scan("card"),
    ...Kiosk.greeted("Hello, Ada", "487 Beans"),
    Kiosk.noteToken(),
    ...buyCoffee(),
    ...Kiosk.greeted("Hello, Ada"),
    Utils.clickBtn("Order"),
    ...done(),
]);

tour("ClubKioskPin", () => [
    Utils.clickBtn("Order Now"),
    ...buyCoffee(),
    Kiosk.scan("card"),
    Kiosk.see(".club-member-page:contains('Enter your PIN')"),
    ...Kiosk.type("2581"),
    Kiosk.confirm(),
    Kiosk.see(".club-refused"),
    ...Kiosk.type("2580"),
    Kiosk.confirm(),
    Kiosk.see(".o_self_cart_page"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.noteToken(),
    Kiosk.click(".club-forget"),
    Kiosk.see(".o_self_cart_page .club-open"),
    Utils.clickBtn("Order"),
    ...done(),
]);

tour("ClubKioskUnreachable", () => [
    ...Kiosk.open(),
    Kiosk.scan("card"),
    Kiosk.see(".club-refused:contains('could not be reached')"),
    Kiosk.click(".club-skip"),
    ...buyCoffee(),
    Utils.clickBtn("Order"),
    Kiosk.see(".tracking-number"),
    ...done(),
]);

tour("ClubKioskTimeout", () => [
    Kiosk.see(".club-open"),
    Kiosk.scan("card"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.noteToken(),
    Kiosk.runOutOfTime(),
    Kiosk.isForgotten(),
    Kiosk.clockAgain(),
]);

tour("ClubKioskCancel", () => [
    Kiosk.see(".club-open"),
    Kiosk.scan("card"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.noteToken(),
    ProductPage.clickProduct("Coffee"),
    ...ProductPage.clickCancel(),
    Kiosk.isForgotten(),
]);

tour("ClubKioskOut", () => [
    Utils.checkBtn("Order Now"),
    Kiosk.see("body:not(:has(.club-open))"),
    Utils.clickBtn("Order Now"),
    ...buyCoffee(),
    Kiosk.see("body:not(:has(.club-open)):not(:has(.club-chip))"),
    Utils.clickBtn("Order"),
    Kiosk.see(".tracking-number"),
    Kiosk.see("body:not(:has(.club-confirmation))"),
    Utils.clickBtn("Close"),
]);
