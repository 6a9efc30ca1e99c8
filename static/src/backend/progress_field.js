import { onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";

const SECONDS = 2;

/** A progress bar of work in the background: the record is read again while it goes on. */
export class ClubProgressField extends ProgressBarField {
    setup() {
        super.setup();
        let timer = null;
        const stop = () => clearTimeout(timer);
        const next = () => {
            stop();
            timer = setTimeout(() => this.refresh().then(next, stop), 1000 * SECONDS);
        };
        useEffect(
            (isBusy) => {
                if (isBusy) {
                    next();
                }
                return stop;
            },
            () => [["previewing", "running"].includes(this.props.record.data.state)]
        );
        onWillUnmount(stop);
    }

    /** What somebody is typing is not read over. */
    async refresh() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }
}

registry.category("fields").add("club_progress", {
    ...progressBarField,
    component: ClubProgressField,
    displayName: _t("Progress of work in the background"),
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "state", type: "selection" }],
});
