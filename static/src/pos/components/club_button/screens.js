import { ActionpadWidget } from "@point_of_sale/app/screens/product_screen/action_pad/action_pad";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ClubButton } from "@loyalty_club/pos/components/club_button/club_button";

for (const screen of [ActionpadWidget, PaymentScreen, ProductScreen]) {
    screen.components = { ...screen.components, ClubButton };
}

/** A member's card or code is scanned wherever an order is on the screen. */
const scanner = () => ({
    setup() {
        super.setup(...arguments);
        if (this.pos.config._club_shown) {
            useBarcodeReader({
                club_card: (code) => this.pos.scanClubCode("card", code.base_code),
                club_pass: (code) => this.pos.scanClubCode("pass", code.base_code),
            });
        }
    },
});
patch(ProductScreen.prototype, scanner());
patch(PaymentScreen.prototype, scanner());
