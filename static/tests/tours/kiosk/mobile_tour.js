import { registry } from "@web/core/registry";
import * as Utils from "@pos_self_order/../tests/tours/utils/common";
import * as ProductPage from "@pos_self_order/../tests/tours/utils/product_page_util";
import * as Kiosk from "@loyalty_club/../tests/tours/kiosk/utils/kiosk_util";

const tour = (name, steps) => registry.category("web_tour.tours").add(name, { steps });

const order = (product) => [ProductPage.clickProduct(product), Utils.clickBtn("Checkout")];
const sent = () => [Utils.clickBtn("Order"), Kiosk.see(".tracking-number"), Utils.clickBtn("Ok")];

/** Who is signed in is known at once; another phone's order, or the same one's next dish, is on the same order. */
tour("ClubMobileSignedIn", () => [
    Kiosk.see(".o_pos_landing_footer:not(:has(.club-open))"),
    Utils.clickBtn("Order Now"),
    ...Kiosk.greeted("Hello, Ada", "487 Beans"),
    ...order("Coffee"),
    ...Kiosk.greeted("Hello, Ada"),
    ...sent(),
    Kiosk.see(".o_pos_landing_footer"),
    Kiosk.isKept(true),
]);

/** Nobody is signed in: there is a way to, which leads back to this page at this table. */
tour("ClubMobileSignIn", () => [
    Utils.clickBtn("Order Now"),
    ...order("Coffee"),
    Kiosk.click(".club-open"),
    Kiosk.see(".club-sign-in[href*='%2Fpos-self%2F'][href*='table_identifier%3D']"),
    Kiosk.click(".club-skip"),
    Kiosk.see(".o_self_cart_page"),
    ...sent(),
    Kiosk.isKept(false),
]);

/** Back from signing in: what was ordered before is this customer's. */
tour("ClubMobileBack", () => [
    Kiosk.see(".o_pos_landing_footer:not(:has(.club-open))"),
    Utils.clickBtn("My Order"),
    ...Kiosk.greeted("Hello, Ada"),
]);

tour("ClubMobileNotMe", () => [
    Utils.clickBtn("Order Now"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.click(".club-forget"),
    Kiosk.see(".o_self_product_list_page:not(:has(.club-chip))"),
    ...order("Coffee"),
    Kiosk.click(".club-open"),
    Kiosk.click(".club-own-account"),
    Kiosk.see(".o_self_cart_page"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.click(".club-forget"),
    Kiosk.see(".o_self_cart_page .club-open"),
    ...sent(),
]);

/** Points pay a part of the first round, and stay on the order when the table orders again. */
tour("ClubMobileTwoRounds", () => [
    Utils.clickBtn("Order Now"),
    ...order("Coffee"),
    ...Kiosk.greeted("Hello, Ada"),
    Kiosk.click(".club-points-switch input"),
    Kiosk.see(".order-price:contains('118.50')"),
    // A phone has a keyboard of its own.
    Kiosk.click(".club-code-open"),
    Kiosk.click(".club-code-input:not([inputmode])"),
    Kiosk.see(".club-code:not(:has(.club-pad))"),
    ...sent(),
    Utils.clickBtn("Order Now"),
    ...order("Cake"),
    Kiosk.see(".product-cart-item:contains('Cake')"),
    Kiosk.see(".club-spend-lines:contains('130.60')"),
    Kiosk.see(".order-price:contains('12.10')"),
    ...sent(),
    Kiosk.see(".o_pos_landing_footer"),
]);

/** Who has no account types a number, with the phone's own keyboard. */
tour("ClubMobilePhone", () => [
    ...Kiosk.open(),
    Kiosk.see(".club-member-page:not(:has(.numpad))"),
    { content: "Type a number", trigger: "input.club-number", run: "edit 0470 12 34 56" },
    Kiosk.agree(),
    Kiosk.confirm(),
    ...Kiosk.greeted("Your points will be added"),
    ...order("Coffee"),
    ...sent(),
    Kiosk.isKept(true),
]);

tour("ClubMobileFrench", () => [
    ...Utils.changeLanguage("Français"),
    Kiosk.click(".club-open"),
    Kiosk.see(".club-sign-in:contains('Se connecter')"),
    Kiosk.see(".club-own:contains('Vous revenez ensuite à votre commande')"),
    Kiosk.see("input.club-number[aria-label='Numéro de téléphone']"),
]);

tour("ClubMobileOut", () => [
    Utils.clickBtn("Order Now"),
    ...order("Coffee"),
    Kiosk.see(".o_self_cart_page:not(:has(.club-open))"),
    ...sent(),
    Kiosk.see(".o_pos_landing_footer:not(:has(.club-open))"),
]);
