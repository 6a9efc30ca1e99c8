import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { useEffect, useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";

const MOST = 100; // as many names at once as the server answers for

patch(PartnerLine, { props: [...PartnerLine.props, "clubStanding?"] });

patch(PartnerList.prototype, {
    setup() {
        super.setup(...arguments);
        this.club = useState({ standings: {} });
        if (this.pos.config._club_shown) {
            useEffect(
                () => {
                    this.loadClubStandings();
                },
                () => [this.state.query, this.state.loadedPartners.length]
            );
        }
    },
    /** "Gold · 487 Beans" of those on the screen who are members. Offline, the list is as it always was. */
    async loadClubStandings() {
        const shown = [this.state.initialPartners, this.state.loadedPartners]
            .flatMap((partners) => this.getPartners(partners))
            .map((partner) => partner.id)
            .filter((id) => typeof id === "number" && !(id in this.club.standings))
            .slice(0, MOST);
        if (shown.length) {
            const answer = await this.pos.clubCall("club_standings", [shown]);
            if (!answer.refused) {
                const nobody = Object.fromEntries(shown.map((id) => [id, ""]));
                Object.assign(this.club.standings, nobody, answer);
            }
        }
    },
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
