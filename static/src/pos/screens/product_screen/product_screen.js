import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";

patch(ProductScreen.prototype, {
    /** A refund in part onto the eWallet: the host puts all of it there, and its number pad is locked in a refund. */
    onNumpadClick(buttonValue) {
        const line = this.currentOrder.getSelectedOrderline();
        const isTopUp = line?._e_wallet_program_id && !line.refunded_orderline_id;
        const isKey = !["quantity", "discount", "price"].includes(buttonValue);
        if (isKey && isTopUp && this.currentOrder.isRefund && this.pos.numpadMode === "price") {
            this.numberBuffer.sendKey(buttonValue);
            return;
        }
        super.onNumpadClick(...arguments);
    },
});
