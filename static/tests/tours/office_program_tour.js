import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

function openMenu(section, entry) {
    return [
        {
            content: `Open the menu ${section}`,
            trigger: `.o_menu_sections button:contains(${section})`,
            run: "click",
        },
        {
            content: `Go to ${entry}`,
            trigger: `.o-dropdown--menu .dropdown-item:contains(${entry})`,
            run: "click",
        },
        {
            content: `The list of ${entry} is there`,
            trigger: `.o_breadcrumb:contains(${entry})`,
        },
    ];
}

const fill = (name, value) => ({
    content: `Fill in ${name}`,
    trigger: `.o_field_widget[name=${name}] input, .o_field_widget[name=${name}] textarea`,
    run: `edit ${value}`,
});

registry.category("web_tour.tours").add("ClubOfficeTierProgramLive", {
    url: "/odoo/loyalty-programs",
    steps: () => [
        {
            content: "Start a program without a tier",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "The form says what it needs",
            trigger: ".alert:contains(A program belongs to a membership tier)",
        },
        fill("name", "Platinum Beans"),
        {
            content: "Try to save it all the same",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The tier is missing, and is marked",
            trigger: ".o_field_widget[name=tier_id].o_field_invalid",
        },
        {
            content: "It is not saved",
            trigger: ".o_notification:contains(Missing required fields)",
        },
        {
            content: "Put it away",
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        ...openMenu("Programs", "Tiers"),
        {
            content: "Make the tier first",
            trigger: ".o_list_button_add",
            run: "click",
        },
        fill("name", "Platinum"),
        fill("threshold", "5000"),
        ...stepUtils.saveForm(),
        {
            content: "A tier without a live program warns",
            trigger:
                ".alert:contains(Platinum has no live program: its members earn as Member members do)",
        },
        {
            content: "Make its program from there",
            trigger: "button[name=action_add_program]",
            run: "click",
        },
        {
            content: "The tier is chosen already",
            trigger: ".o_field_widget[name=tier_id] input:value(Platinum)",
        },
        fill("name", "Platinum Beans"),
        fill("ratio", "0.5"),
        ...stepUtils.saveForm(),
        {
            content: "It reads as a sentence",
            trigger: ".o_field_widget[name=summary]:contains(Platinum: 1 Bean per)",
        },
        {
            content: "A draft earns nothing, and says so",
            trigger: ".alert:contains(A draft earns nothing)",
        },
        {
            content: "Go live",
            trigger: "button[name=action_go_live]",
            run: "click",
        },
        {
            content: "Yes, lock its rules",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "It is live",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Live)",
        },
        {
            content: "Its earning rules are locked",
            trigger: ".o_field_widget[name=ratio].o_readonly_modifier:contains(0.50)",
        },
        {
            content: "The way on is a revision",
            trigger: "button[name=action_revise]",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficeAmountsInWholeUnits", {
    url: "/odoo/loyalty-conditions",
    steps: () => [
        {
            content: "1250 in the minor unit reads as 12.50",
            trigger: ".o_data_cell[name=maximum]:contains(12.50)",
            run: "click",
        },
        {
            content: "Type it as people do",
            trigger: ".o_data_cell[name=maximum] input",
            run: "edit 7.5",
        },
        {
            content: "Save the line",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "The sentence follows",
            trigger: ".o_data_cell[name=display_name]:contains(at most 7.50)",
        },
    ],
});
