import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const fill = (name, value) => ({
    content: `Fill in ${name}`,
    trigger: `.o_field_widget[name=${name}] input`,
    run: `edit ${value} && press Tab`,
});

registry.category("web_tour.tours").add("ClubOfficeBonusTuesday", {
    url: "/odoo/loyalty-bonus",
    steps: () => [
        {
            content: "Start a bonus rule",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "What it would do is said before anything is typed",
            trigger: ".o_field_widget[name=sentence]:contains(Double Beans, all outlets)",
        },
        fill("name", "Double Tuesdays"),
        {
            content: "On Tuesdays: the week begins on Sunday here",
            trigger: ".o_recurrent_weekdays td:eq(2) input",
            run: "click",
        },
        fill("time_from", "17:00"),
        fill("time_to", "19:00"),
        {
            content: "On coffee",
            trigger: ".o_field_widget[name=product_ids] input",
            run: "edit Coffee",
        },
        {
            content: "Choose the coffee",
            trigger: ".o-autocomplete--dropdown-item:contains(Coffee)",
            run: "click",
        },
        {
            content: "The rule reads as a sentence",
            trigger:
                ".o_field_widget[name=sentence]:contains(Double Beans on Coffee, Tue 17:00–19:00, all outlets)",
        },
        {
            content: "With an example",
            trigger: ".o_field_widget[name=example]:contains(20 Beans instead of 10)",
        },
        ...stepUtils.saveForm(),
        fill("factor", "0.5"),
        {
            content: "Save what would give members less",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is refused with what to do instead",
            trigger: ".modal:contains(Enter a multiplier above 1)",
        },
        {
            content: "Close",
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            content: "Put it back",
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            content: "It is as it was",
            trigger: ".o_field_widget[name=sentence]:contains(Double Beans on Coffee)",
        },
    ],
});
