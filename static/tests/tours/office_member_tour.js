import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ClubOfficeFindAndAdjust", {
    url: "/odoo/loyalty-members",
    steps: () => [
        {
            content: "Look for a phone number",
            trigger: ".o_searchview_input",
            run: "edit 7946 0101",
        },
        {
            content: "Among members",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Member)",
            run: "click",
        },
        {
            content: "Only Ada has it: open her",
            trigger: ".o_data_row:only-child .o_data_cell:contains(Ada)",
            run: "click",
        },
        {
            content: "What she has, and what is missing for the next tier",
            trigger:
                ".o_form_view:has(.o_field_widget[name=tier_gap]:contains(400 Beans to Silver))",
        },
        {
            content: "Adjust",
            trigger: ".o_statusbar_buttons button:contains(Adjust)",
            run: "click",
        },
        {
            content: "Twenty-five more",
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 25",
        },
        {
            content: "Without a reason it is refused",
            trigger: ".modal button[name=action_adjust]",
            run: "click",
        },
        {
            content: "The reason is marked as missing",
            trigger: ".modal .o_field_widget[name=reason].o_field_invalid",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit A cold flat white",
        },
        {
            content: "The result is shown before it is done",
            trigger:
                ".modal .o_field_widget[name=preview]:contains(100 Beans now, 125 Beans afterwards)",
        },
        {
            content: "Now it goes through",
            trigger: ".modal button[name=action_adjust]",
            run: "click",
        },
        {
            content: "The history keeps the reason",
            trigger: "body:not(:has(.modal)) .o_data_row:contains(+25):contains(A cold flat white)",
        },
        {
            content: "Every movement opens",
            trigger: ".o_data_row:contains(Earned) .o_data_cell[name=kind]",
            run: "click",
        },
        {
            content: "With its calculation, line by line",
            trigger: ".o_club_explanation:contains(Coffee):contains(+100 Beans)",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficeWhyNoPoints", {
    steps: () => [
        {
            content: "Ask why this order has no points",
            trigger: "button[name=action_club_why]:contains(No points)",
            run: "click",
        },
        {
            content: "The reason is a sentence",
            trigger:
                ".o_notification:contains(Nobody was chosen on this order, so no points were added)",
        },
    ],
});
