import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

/** Promotions that are reserved for a tier; who may have them, the server says. */
patch(PosOrder.prototype, {
    /** May the customer on this order have it? While nobody has said so, no. */
    isClubOpen(program) {
        const told = this.uiState.clubOpen;
        const partnerId = this.partner_id?.id;
        return (
            !program.club_min_tier_name ||
            Boolean(
                partnerId && told?.partnerId === partnerId && told.programIds.includes(program.id)
            )
        );
    },
    /** Does this order come before others, for the tier of its customer? */
    isClubPriority() {
        const told = this.uiState.clubOpen;
        return Boolean(told?.isPriority && told.partnerId === this.partner_id?.id);
    },
    /** What the customer display says of this order's customer, as short phrases. */
    clubDisplay() {
        const told = this.uiState.clubOpen;
        if (!this.config._club_shown) {
            return [];
        }
        if (this.finalized) {
            return this.club_receipt?.display || [];
        }
        return (told?.partnerId === this.partner_id?.id && told?.display) || [];
    },
    _programIsApplicable(program) {
        return this.isClubOpen(program) && super._programIsApplicable(...arguments);
    },
    getClaimableRewards() {
        const rewards = super.getClaimableRewards(...arguments);
        return rewards.filter(({ reward }) => this.isClubOpen(reward.program_id));
    },
});
