import { _t } from "@web/core/l10n/translation";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

/** What a customer has by the tier: reserved promotions, a pricelist, priority. The server says so, once a customer. */
patch(PosStore.prototype, {
    isAskingClubTerms() {
        const isReserving = this.models["loyalty.program"].some((p) => p.club_min_tier_name);
        const { _club_prices, _club_display, _club_priority } = this.config;
        return _club_prices || _club_display || _club_priority || isReserving;
    },
    /** Shops whose tiers have neither, and that show nothing to customers, ask nothing. */
    async loadClubTerms(order, { isFresh = false } = {}) {
        const partnerId = order?.partner_id?.id;
        const isKnown = order?.uiState.clubOpen?.partnerId === partnerId;
        if (!partnerId || order.finalized || (isKnown && !isFresh) || !this.isAskingClubTerms()) {
            return;
        }
        const key = `${order.uuid} ${partnerId}`;
        if (this.clubAsking?.key !== key) {
            const answer = this.askClubTerms(order, partnerId).finally(() => {
                this.clubAsking = null;
            });
            this.clubAsking = { key, answer };
        }
        await this.clubAsking.answer;
    },
    async askClubTerms(order, partnerId) {
        try {
            const terms = await this.data.call("pos.config", "club_terms", [
                [this.config.id],
                partnerId,
            ]);
            await this.followClubPricelist(order, partnerId, terms.pricelist_id);
            const { program_ids: programIds, display, is_priority: isPriority } = terms;
            order.uiState.clubOpen = { partnerId, programIds, display, isPriority };
        } catch {
            // Without the server they stay as they are; the server looks again when the order is paid.
        }
    },
    /** The contact was loaded when its tier was another one. A pricelist that was chosen here stays. */
    async followClubPricelist(order, partnerId, pricelistId) {
        const partner = order.partner_id;
        const before = partner.property_product_pricelist;
        if (partner.id !== partnerId || (before?.id || false) === pricelistId) {
            return;
        }
        const usual = this.models["product.pricelist"].get(before?.id) || this.config.pricelist_id;
        await this.data.read("res.partner", [partnerId]);
        if (order.partner_id?.id === partnerId && order.pricelist_id?.id === usual?.id) {
            const own = this.models["product.pricelist"].get(pricelistId);
            order.setPricelist(own || this.config.pricelist_id);
        }
    },
    setPartnerToCurrentOrder(partner) {
        const result = super.setPartnerToCurrentOrder(...arguments);
        const order = this.getOrder();
        if (partner && order.partner_id?.id === partner.id) {
            this.loadClubTerms(order);
        }
        return result;
    },
    /** Wherever a customer comes to an order, rewards are looked at anew. */
    updateRewards() {
        this.loadClubTerms(this.getOrder());
        return super.updateRewards(...arguments);
    },
    async orderUpdateLoyaltyPrograms() {
        await this.loadClubTerms(this.getOrder());
        return super.orderUpdateLoyaltyPrograms(...arguments);
    },
    /** An order that another device began: what its customer has is asked for before the kitchen reads it. */
    async sendOrderInPreparation(order) {
        if (this.config._club_priority) {
            await this.loadClubTerms(order);
        }
        return super.sendOrderInPreparation(...arguments);
    },
    getOrderData(order) {
        return { ...super.getOrderData(...arguments), club_is_priority: order.isClubPriority() };
    },
    async activateCode(code) {
        const order = this.getOrder();
        const rule = this.models["loyalty.rule"].find(
            (own) => own.mode === "with_code" && (own.promo_barcode === code || own.code === code)
        );
        const program = rule?.program_id;
        await this.loadClubTerms(order);
        if (program && !order.isClubOpen(program)) {
            return _t("%(promotion)s is for members from %(tier)s on. Choose the member first.", {
                promotion: program.name,
                tier: program.club_min_tier_name,
            });
        }
        return super.activateCode(...arguments);
    },
});
