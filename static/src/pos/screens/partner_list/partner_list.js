import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { patch } from "@web/core/utils/patch";

patch(PartnerList.prototype, {
    /** What the server found by card, or by a number in another spelling, has none of the typed letters. */
    async getNewPartners() {
        const query = this.state.query;
        const found = await super.getNewPartners(...arguments);
        if (query) {
            this.state.clubFound = { query, ids: new Set(found.map((partner) => partner.id)) };
        }
        return found;
    },
    getPartners(partners) {
        const shown = super.getPartners(...arguments);
        const { query, ids } = this.state.clubFound || {};
        if (!query || query !== this.state.query) {
            return shown;
        }
        const seen = new Set(shown.map((partner) => partner.id));
        const others = partners.filter((partner) => ids.has(partner.id) && !seen.has(partner.id));
        return [...shown, ...others];
    },
});
