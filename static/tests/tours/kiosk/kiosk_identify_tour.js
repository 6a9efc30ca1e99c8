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
    Kiosk.isTouchable(".club-member-page", "button", "label"),
    Kiosk.scan("card"),
    ...Kiosk.greeted("Hello, Ada", "487 Beans"),
    Kiosk.noteToken(),
    ...buyCoffee(),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.isTouchable(".club-cart", "button"),
    Utils.clickBtn("Order"),
    Kiosk.see(".club-confirmation"),
    ...done(),
]);

tour("ClubKioskPass", () => [
    Kiosk.see(".club-open"),
    Kiosk.scan("pass"),
    Kiosk.see(".o_self_product_list_page"),
    ...Kiosk.greeted("Hello, Ada", "487 Beans"),
    Kiosk.noteToken(),
    ...buyCoffee(),
    Utils.clickBtn("Pay"),
    Kiosk.see(".club-confirmation:contains('+100 Beans')"),
    Kiosk.see(".club-confirmation:contains('587')"),
    Kiosk.ticketSays("Cumulative Beans: 587 (+100)"),
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

tour("ClubKioskPhone", () => [
    Utils.clickBtn("Order Now"),
    ...buyCoffee(),
    ...Kiosk.open(),
    ...Kiosk.type("0470123456"),
    Kiosk.see(".club-confirm:disabled"),
    Kiosk.agree(),
    Kiosk.confirm(),
    ...Kiosk.greeted("Your points will be added."),
    Kiosk.see("body:not(:contains('Ada'))"),
    Kiosk.noteToken(),
    Utils.clickBtn("Pay"),
    Kiosk.see(".club-confirmation:contains('Your points will be added.')"),
    Kiosk.see("body:not(:contains('587'))"),
    Kiosk.ticketSays("Your points will be added."),
    ...done(),
]);

tour("ClubKioskJoin", () => [
    ...Kiosk.open(),
    ...Kiosk.type("+32470998877"),
    Kiosk.agree(),
    Kiosk.confirm(),
    ...Kiosk.greeted("Your points will be added."),
    Kiosk.noteToken(),
    ...buyCoffee(),
    Utils.clickBtn("Pay"),
    Kiosk.see(".club-confirmation:contains('Your points will be added.')"),
    ...done(),
]);

tour("ClubKioskSkip", () => [
    ...Kiosk.open(),
    Kiosk.scan("wrong"),
    Kiosk.see(".club-refused:contains('not known')"),
    Kiosk.click(".club-skip"),
    ...buyCoffee(),
    Utils.clickBtn("Pay"),
    Kiosk.see(".club-confirmation .club-code"),
    Kiosk.ticketSays("100 Beans are waiting", "/club/claim"),
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

tour("ClubKioskTerminal", () => [
    Kiosk.see(".club-open"),
    Kiosk.scan("pass"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.noteToken(),
    ...buyCoffee(),
    Utils.clickBtn("Pay"),
    Kiosk.see(".btn:contains('Retry')"),
    // Who comes back at once is the same.
    Kiosk.click(".btn:contains('Back')"),
    ...Kiosk.greeted("Hello, Ada"),
    Utils.clickBtn("Pay"),
    Kiosk.see(".btn:contains('Retry')"),
    Kiosk.leaveTheTerminal(),
    Kiosk.click(".btn:contains('Back')"),
    Kiosk.see(".o_self_cart_page .club-open"),
]);

tour("ClubKioskLeft", () => [
    Utils.clickBtn("Order Now"),
    Kiosk.leaveWhileAsked(),
    Kiosk.isForgotten(),
    Utils.clickBtn("Order Now"),
    Kiosk.see(".o_self_product_list_page:not(:has(.club-chip))"),
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

tour("ClubKioskFrench", () => [
    ...Utils.changeLanguage("Français"),
    Kiosk.click(".club-open:contains('Cumuler des points')"),
    Kiosk.see(".club-ways:contains('Scannez votre carte')"),
    ...Kiosk.type("0470123456"),
    Kiosk.agree(),
    Kiosk.confirm(),
    ...Kiosk.greeted("Vos points seront ajoutés."),
    ProductPage.clickProduct("Coffee"),
    Kiosk.click(".page-buttons .cart"),
    Kiosk.see(".o_self_cart_page .product-cart-item"),
    Kiosk.click(".page-buttons .cart"),
    Kiosk.see(".club-confirmation:contains('Vos points seront ajoutés après le paiement.')"),
    { ...Kiosk.click(".confirmation-page .btn-primary"), expectUnloadPage: true },
    // The next customer is greeted in the kiosk's own language, for which the host begins anew.
    Utils.clickBtn("Close"),
    Kiosk.see(".club-open:contains('Collect points')"),
]);
