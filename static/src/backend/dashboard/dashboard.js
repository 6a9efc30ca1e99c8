import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, deserializeDateTime, serializeDate } from "@web/core/l10n/dates";
import { KeepLast } from "@web/core/utils/concurrency";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { ClubBars } from "./bars";

const { DateTime } = luxon;

/** The figures of a club. The server writes every text; here they are laid out, filtered and opened. */
export class ClubDashboard extends Component {
    static template = "loyalty_club.Dashboard";
    static components = { ClubBars, DateTimeInput, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.last = new KeepLast();
        this.display = { controlPanel: {} };
        const filters = this.props.state?.filters || { period: "month" };
        this.state = useState({ filters, data: null, isBusy: false });
        useSetupAction({ getLocalState: () => ({ filters: this.state.filters }) });
        onWillStart(() => this.start());
    }

    get periods() {
        return [
            ["week", _t("Last 7 days")],
            ["month", _t("Last 30 days")],
            ["quarter", _t("Last 90 days")],
            ["year", _t("Last 12 months")],
            ["before", _t("Last month")],
            ["own", _t("Own dates")],
        ];
    }

    get steps() {
        return [
            ["day", _t("Day")],
            ["week", _t("Week")],
            ["month", _t("Month")],
        ];
    }

    get data() {
        return this.state.data;
    }

    get countedText() {
        const at = this.data.counted_at;
        if (!at) {
            return "";
        }
        return _t("Counted %(moment)s.", {
            moment: deserializeDateTime(at).toLocaleString(DateTime.DATETIME_SHORT),
        });
    }

    date(name) {
        return deserializeDate(this.data[name]);
    }

    // ------------------------------------------------------------------ reading
    /** A club that was never counted is counted now, so that nobody meets an empty screen for an hour. */
    async start() {
        await this.load();
        if (this.data.club && !this.data.counted_at) {
            await this.recount();
        }
    }

    async load() {
        const answer = this.orm.call("club.club", "get_dashboard", [], this.state.filters);
        this.state.data = await this.last.add(answer);
    }

    async change(changes) {
        Object.assign(this.state.filters, changes);
        await this.load();
    }

    changeClub(id) {
        return this.change({ club_id: id, outlet_id: false, unit_id: false });
    }

    changePeriod(period) {
        const dates =
            period === "own"
                ? { first: this.data.first, last: this.data.last }
                : { first: false, last: false };
        return this.change({ period, ...dates, step: false });
    }

    changeDate(name, day) {
        if (!day) {
            return;
        }
        const other = name === "first" ? "last" : "first";
        const dates = { [name]: serializeDate(day), [other]: this.data[other] };
        if (dates.first > dates.last) {
            dates[other] = dates[name];
        }
        return this.change({ ...dates, step: false });
    }

    async recount() {
        this.state.isBusy = true;
        try {
            await this.orm.call("club.club", "action_count", [[this.data.club.id]]);
            await this.load();
        } finally {
            this.state.isBusy = false;
        }
    }

    async recountAll() {
        const action = await this.orm.call("club.club", "action_count_all", [[this.data.club.id]]);
        await this.action.doAction(action);
    }

    // ------------------------------------------------------------------ opening
    async open(key) {
        const filters = { ...this.state.filters, club_id: this.data.club.id };
        await this.action.doAction(
            await this.orm.call("club.club", "open_dashboard", [key], filters)
        );
    }
}

registry.category("actions").add("loyalty_club.dashboard", ClubDashboard);
