import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /** A customer's tier may have changed while the order was open: say so before money changes hands. */
    async validateOrder() {
        const lines = this.order.lines.filter(
            (line) => line.reward_id?.program_id?.club_min_tier_name && !line.refunded_orderline_id
        );
        if (lines.length) {
            await this.pos.loadClubTerms(this.order, { isFresh: true });
            const closed = lines.find((line) => !this.order.isClubOpen(line.reward_id.program_id));
            if (closed) {
                const program = closed.reward_id.program_id;
                this.pos.dialog.add(AlertDialog, {
                    title: _t("Promotion for members"),
                    body: _t(
                        "%(promotion)s is for members from %(tier)s on, so it was taken off. Look at the total.",
                        { promotion: program.name, tier: program.club_min_tier_name }
                    ),
                });
                this.pos.updateRewards();
                return;
            }
        }
        return super.validateOrder(...arguments);
    },
});
