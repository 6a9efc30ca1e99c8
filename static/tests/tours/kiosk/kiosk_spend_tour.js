import { registry } from "@web/core/registry";
import * as Utils from "@pos_self_order/../tests/tours/utils/common";
import * as ProductPage from "@pos_self_order/../tests/tours/utils/product_page_util";
import * as Kiosk from "@loyalty_club/../tests/tours/kiosk/utils/kiosk_util";

const tour = (name, steps) => registry.category("web_tour.tours").add(name, { steps });

const buy = (product) => [
    Utils.clickBtn("Order Now"),
    ProductPage.clickProduct(product),
    Utils.clickBtn("Checkout"),
    Kiosk.see(".o_self_cart_page .product-cart-item"),
];
const known = (product = "Coffee") => [
    ...buy(product),
    Kiosk.scan("pass"),
    ...Kiosk.greeted("Hello, Ada"),
];
const totals = (text) => Kiosk.see(`.order-price:contains("${text}")`);
// A reward's own words may say "order" too.
const go = () => Kiosk.click(".page-buttons .btn-primary");
const order = () => [
    go(),
    Kiosk.see(".tracking-number"),
    Utils.clickBtn("Close"),
    Kiosk.isForgotten(),
];

tour("ClubKioskReward", () => [
    ...known(),
    totals("121.00"),
    Kiosk.click(".club-tile:contains('Ten percent'):contains('80 Beans')"),
    Kiosk.see(".club-tile-chosen:contains('Ten percent'):contains('12.10')"),
    totals("108.90"),
    Kiosk.click(".club-tile-chosen"),
    totals("121.00"),
    Kiosk.click(".club-tile:contains('Ten percent')"),
    totals("108.90"),
    ...order(),
]);

tour("ClubKioskFreeCake", () => [
    ...known(),
    Kiosk.click(".club-tile:contains('Free cake'):contains('Adds')"),
    Kiosk.see(".product-cart-item:contains('Cake')"),
    Kiosk.see(".club-tile-chosen:contains('Free cake')"),
    totals("121.00"),
    ...order(),
]);

tour("ClubKioskPointsInPart", () => [
    ...known(),
    Kiosk.see(".club-points-why:contains('250 Beans')"),
    Kiosk.click(".club-points-switch input"),
    totals("118.50"),
    Kiosk.click(".club-points-less"),
    Kiosk.see(".club-spend-lines:contains('240 Beans')"),
    totals("118.60"),
    Kiosk.click(".product-cart-item .oi-plus"),
    totals("239.60"),
    Kiosk.click(".product-cart-item .oi-minus"),
    totals("118.60"),
    ...order(),
]);

tour("ClubKioskPointsInFull", () => [
    ...known("Pastry"),
    Kiosk.click(".club-points-switch input"),
    totals("0.00"),
    go(),
    Kiosk.see(".tracking-number"),
    Utils.clickBtn("Close"),
    Kiosk.isForgotten(),
]);

tour("ClubKioskVoucher", () => [
    ...known(),
    Kiosk.click(".club-code-open"),
    Kiosk.see(".club-code-input[inputmode=none]"),
    Kiosk.isTouchable(".club-pad", "button"),
    ...Kiosk.typeCode("NO-THINGS"),
    Kiosk.click(".club-pad-key[value=Backspace]"),
    Kiosk.click(".club-pad-confirm"),
    Kiosk.see(".club-spend-refused:contains('no voucher with this code')"),
    Kiosk.hasTyped("NO-THING"),
    Kiosk.click(".club-pad-close"),
    Kiosk.see(".club-spend:not(:has(.club-pad)) .club-code-input"),
    { content: "A keyboard types as well", trigger: ".club-code-input", run: "edit 04" },
    Kiosk.click(".club-code-input"),
    Kiosk.typeVoucher(),
    Kiosk.click(".club-pad-confirm"),
    Kiosk.see(".club-tile-chosen:contains('Your voucher')"),
    totals("108.90"),
    ...order(),
]);

tour("ClubKioskPadInFrench", () => [
    ...Utils.changeLanguage("Français"),
    Kiosk.scan("pass"),
    ProductPage.clickProduct("Coffee"),
    Kiosk.click(".page-buttons .cart"),
    Kiosk.click(".club-code-open:contains('un code de bon')"),
    Kiosk.see(".club-pad[aria-label=Clavier] .club-pad-close:contains('Fermer')"),
    ...["1234567890", "AZERTYUIOP", "QSDFGHJKLM", "WXCVBN-⌫"].map(Kiosk.hasRow),
    Kiosk.isTouchable(".club-pad", "button"),
]);

tour("ClubKioskTwoAtOnce", () => [
    ...known(),
    Kiosk.see(".club-tile:contains('Ten percent')"),
    {
        content: "Touch a reward and the switch before the server has answered",
        trigger: ".club-points-switch input",
        run: () => {
            document.querySelector(".club-tile").click();
            document.querySelector(".club-points-switch input").click();
        },
    },
    Kiosk.see(".club-spend-lines:contains('Ten percent'):contains('250 Beans')"),
    totals("106.40"),
    ...order(),
]);

tour("ClubKioskVoucherScanned", () => [
    ...known(),
    Kiosk.scan("voucher"),
    Kiosk.see(".club-tile-chosen:contains('Your voucher')"),
    totals("108.90"),
    ...order(),
]);

tour("ClubKioskSpendAtTerminal", () => [
    ...known(),
    Kiosk.click(".club-points-switch input"),
    totals("118.50"),
    go(),
    Kiosk.see(".tracking-number"),
]);
