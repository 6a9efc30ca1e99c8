import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const CRON = "Loyalty Club: credit the history";

function call(model, method, args) {
    return rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });
}

/** The scheduled job, which no test server runs by itself. */
async function letTheJobWork(times = 1) {
    const [id] = await call("ir.cron", "search", [[["cron_name", "=", CRON]]]);
    for (let time = 0; time < times; time++) {
        await call("ir.cron", "method_direct_trigger", [[id]]);
    }
}

registry.category("web_tour.tours").add("ClubOfficeCreditHistory", {
    steps: () => [
        {
            content: "Switch the club on for the first time",
            trigger: ".o_statusbar_buttons button[name=action_switch_on]",
            run: "click",
        },
        {
            content: "It offers to credit what was sold before",
            trigger: ".modal .o_field_widget[name=offer]:contains('orders: 3, customers: 3')",
        },
        {
            content: "See first what that would bring",
            trigger: ".modal button[name=action_preview]",
            run: "click",
        },
        {
            content: "In one sentence",
            trigger: ".o_field_widget[name=summary]:contains(3 of 3 orders):contains(620 Beans)",
        },
        {
            content: "What it is worth, and what is owed afterwards",
            trigger: ".o_field_widget[name=unit_line_ids] .o_data_row:contains(620):contains(6.20)",
        },
        {
            content: "By month",
            trigger: ".nav-link[name=months]",
            run: "click",
        },
        {
            content: "Every month has its orders",
            trigger:
                ".o_field_widget[name=month_line_ids] .o_data_row:nth-child(2) [name=expected_amount]:contains(600)",
        },
        {
            content: "By tier",
            trigger: ".nav-link[name=tiers]",
            run: "click",
        },
        {
            content: "One of them will be Silver",
            trigger:
                ".o_field_widget[name=tier_line_ids] .o_data_row:contains(Silver) [name=expected_members]:contains(1)",
        },
        {
            content: "Credit it",
            trigger: ".o_statusbar_buttons button[name=action_start]",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            content: "It has begun; the job does a part of it",
            trigger: "body:not(:has(.modal)) .alert:contains(0 of 3 orders)",
            run: () => letTheJobWork(),
        },
        {
            content: "The page follows by itself",
            trigger: ".alert:contains(1 of 3 orders) .o_progressbar:contains(33)",
        },
        {
            content: "Pause",
            trigger: ".o_statusbar_buttons button[name=action_pause]",
            run: "click",
        },
        {
            content: "It says who paused it; now the job does nothing",
            trigger: ".alert .o_field_widget[name=note]:contains(Paused by)",
            run: () => letTheJobWork(),
        },
        {
            content: "What has come so far is in the report",
            trigger: ".o_field_widget[name=summary]:contains(1 of 1 orders)",
        },
        {
            content: "Resume",
            trigger: ".o_statusbar_buttons button[name=action_resume]",
            run: "click",
        },
        {
            content: "It goes on to the end",
            trigger: ".alert:contains(1 of 3 orders)",
            run: () => letTheJobWork(3),
        },
        {
            content: "Done",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)",
        },
        {
            content: "The report",
            trigger: ".o_field_widget[name=summary]:contains(3 of 3 orders):contains(620 Beans)",
        },
        {
            content: "Why each order was credited or not",
            trigger: ".nav-link[name=reasons]",
            run: "click",
        },
        {
            content: "In sentences",
            trigger:
                ".o_field_widget[name=reason_line_ids] .o_data_row:contains(Credited.):contains(3)",
        },
        {
            content: "The movements behind it",
            trigger: "button[name=action_view_entries]",
            run: "click",
        },
        {
            content: "Dated when the orders were paid",
            trigger: ".o_data_row:nth-child(3) [name=kind]:contains(Credited for earlier orders)",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficeHistoryRefusals", {
    steps: () => [
        {
            content: "Credit the history of a club that is on",
            trigger: ".o_statusbar_buttons button[name=action_credit_history]",
            run: "click",
        },
        {
            content: "The last day",
            trigger: ".o_field_widget[name=date_to] input",
            run: "edit 01/02/2020 && click body",
        },
        {
            content: "Before the first",
            trigger: ".o_field_widget[name=date_from] input",
            run: "edit 01/05/2020 && click body",
        },
        {
            content: "Preview",
            trigger: ".o_statusbar_buttons button[name=action_preview]",
            run: "click",
        },
        {
            content: "It says what to do",
            trigger: ".modal:contains(The last day is before the first. Swap the two dates.)",
        },
        {
            content: "Understood",
            trigger: ".modal .btn:contains(Close), .modal .btn-primary",
            run: "click",
        },
        {
            content: "The first day once more",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=date_from] button",
            run: "click",
        },
        {
            content: "Before the last one, when nothing was sold yet",
            trigger: ".o_field_widget[name=date_from] input",
            run: "edit 01/01/2020 && click body",
        },
        {
            content: "Preview again",
            trigger: ".o_statusbar_buttons button[name=action_preview]",
            run: "click",
        },
        {
            content: "It says so, and nothing can be started",
            trigger:
                ".o_form_view:not(:has(button[name=action_start])) .o_field_widget[name=summary]:contains(No orders were found)",
        },
    ],
});
