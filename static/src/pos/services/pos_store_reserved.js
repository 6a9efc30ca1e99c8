import { _t } from "@web/core/l10n/translation";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

patch(PosStore.prototype, {
    /** Ask once a customer, and only in shops that reserve a promotion, which of them are open. */
    async loadClubOpen(order, { isFresh = false } = {}) {
        const partnerId = order?.partner_id?.id;
        const isReserving = this.models["loyalty.program"].some((p) => p.club_min_tier_name);
        const isKnown = order?.uiState.clubOpen?.partnerId === partnerId;
        if (!partnerId || !isReserving || order.finalized || (isKnown && !isFresh)) {
            return;
        }
        try {
            const programIds = await this.data.call("pos.config", "club_open_programs", [
                [this.config.id],
                partnerId,
            ]);
            order.uiState.clubOpen = { partnerId, programIds };
        } catch {
            // Without the server they stay as they are; the server looks again when the order is paid.
        }
    },
    async orderUpdateLoyaltyPrograms() {
        await this.loadClubOpen(this.getOrder());
        return super.orderUpdateLoyaltyPrograms(...arguments);
    },
    async activateCode(code) {
        const order = this.getOrder();
        const rule = this.models["loyalty.rule"].find(
            (own) => own.mode === "with_code" && (own.promo_barcode === code || own.code === code)
        );
        const program = rule?.program_id;
        await this.loadClubOpen(order);
        if (program && !order.isClubOpen(program)) {
            return _t("%(promotion)s is for members from %(tier)s on. Choose the member first.", {
                promotion: program.name,
                tier: program.club_min_tier_name,
            });
        }
        return super.activateCode(...arguments);
    },
});
