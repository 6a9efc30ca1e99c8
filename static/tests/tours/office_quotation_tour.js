import { registry } from "@web/core/registry";

const POINTS = ".modal .o_form_view:has([name=why])";
const TEN = ".modal .o_data_row:has([name=name]:contains('Ten percent'))";
const closed = { content: "The window is done", trigger: "body:not(:has(.modal))" };

const header = (name) => ({
    content: `Press ${name}`,
    trigger: `.o_statusbar_buttons button[name=${name}]:enabled`,
    run: "click",
});

const totalIs = (amount) => ({
    content: `The total is ${amount}`,
    trigger: `.oe_subtotal_footer:contains('${amount}')`,
});

registry.category("web_tour.tours").add("ClubOfficeQuotation", {
    steps: () => [
        header("action_club_use_points"),
        {
            content: "What is free to use, and all that may be",
            trigger: `${POINTS}:has([name=balance]:contains('400 Beans')):has([name=money]:contains('20.00'))`,
        },
        {
            content: "More than there is",
            trigger: `${POINTS} [name=amount] input`,
            run: "edit 500 && press Tab",
        },
        {
            content: "It says so at once, and no money",
            trigger: `${POINTS}:not(:has([name=money])) [name=too_many]:contains('Too many: 400 Beans are the most here.')`,
        },
        { content: "Try it", trigger: ".modal button[name=action_use]", run: "click" },
        {
            content: "The reason is what is shown",
            trigger: ".o_error_dialog .modal-body:contains('400 Beans are all there is to use')",
        },
        {
            content: "Back to the window",
            trigger: ".o_error_dialog .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Half of it",
            trigger: `${POINTS} [name=amount] input`,
            run: "edit 200 && press Tab",
        },
        { content: "Pays", trigger: `${POINTS} [name=money]:contains('10.00')` },
        { content: "Use it", trigger: ".modal button[name=action_use]", run: "click" },
        closed,
        totalIs("90.00"),
        header("action_club_use_reward"),
        {
            content: "What is out of reach says why",
            trigger: ".modal .o_data_row:contains('Dear'):contains('Beans more'):not(:has(button))",
        },
        {
            content: "Use the ten percent",
            trigger: `${TEN} button[name=action_use]`,
            run: "click",
        },
        closed,
        totalIs("80.00"),
        header("action_confirm"),
        {
            content: "It is a sale",
            trigger: ".o_arrow_button_current[data-value=sale]",
        },
        {
            content: "Where points can be chosen no more",
            trigger:
                ".o_statusbar_buttons:not(:has([name=action_club_use_points], [name=action_club_use_reward]))",
        },
    ],
});
