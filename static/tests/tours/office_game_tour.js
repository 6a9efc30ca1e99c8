import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const fill = (name, value, where = "") => ({
    content: `Fill in ${name}`,
    trigger: `${where} .o_field_widget[name=${name}] input`,
    run: `edit ${value}`,
});
const prize = ".o_field_widget[name=prize_ids] .o_selected_row";

registry.category("web_tour.tours").add("ClubOfficeGame", {
    url: "/odoo/loyalty-games",
    steps: () => [
        {
            content: "A new game",
            trigger: ".o_list_button_add",
            run: "click",
        },
        fill("name", "Friday wheel"),
        {
            content: "The first prize",
            trigger: ".o_field_x2many_list_row_add a",
            run: "click",
        },
        fill("name", "20 Beans", prize),
        fill("amount", "20", prize),
        {
            content: "Save a game with one prize",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is refused with what to do",
            trigger: ".modal:contains(needs at least two prizes)",
        },
        {
            content: "Close",
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            content: "Another prize",
            trigger: "body:not(.modal-open) .o_field_x2many_list_row_add a",
            run: "click",
        },
        fill("name", "No luck", prize),
        {
            content: "No win is a prize too",
            trigger: `${prize} .o_field_widget[name=kind] .o_select_menu_toggler, ${prize} .o_field_widget[name=kind] select`,
            run(helpers) {
                if (this.anchor.tagName === "SELECT") {
                    return helpers.selectByLabel("No Win");
                }
                return helpers.click();
            },
        },
        {
            content: "Choose it",
            trigger: `.o_select_menu_item:contains(No Win), ${prize} .o_field_widget[name=kind] select`,
            run(helpers) {
                return this.anchor.tagName === "SELECT" ? undefined : helpers.click();
            },
        },
        fill("weight", "3", prize),
        {
            content: "Leave the line",
            trigger: ".o_form_sheet .oe_title label",
            run: "click",
        },
        {
            content: "The odds and the cost of 1,000 plays are said before it is saved",
            trigger:
                ".o_field_widget[name=preview]:contains(50.00):contains(25 % of them win something)",
        },
        {
            content: "And the odds of each prize",
            trigger: ".o_data_row:contains(No luck):contains('3 in 4 (75 %)')",
        },
        ...stepUtils.saveForm(),
        {
            content: "It goes live by a switch",
            trigger: ".o_field_widget[name=is_on] input",
            run: "click",
        },
        {
            content: "It saves itself",
            trigger: ".o_form_saved .o_field_widget[name=is_on] input:checked",
        },
        {
            content: "A present for a member",
            trigger: "button[name=action_grant_plays]",
            run: "click",
        },
        {
            content: "For Ada",
            trigger: ".modal .o_field_widget[name=member_ids] input",
            run: "edit Ada",
        },
        {
            content: "Choose her",
            trigger: ".o-autocomplete--dropdown-item:contains(Ada)",
            run: "click",
        },
        fill("count", "3", ".modal"),
        {
            content: "Leave the field",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "click",
        },
        {
            content: "What that makes",
            trigger: ".modal .o_field_widget[name=summary]:contains(Plays in all: 3.)",
        },
        {
            content: "Give them",
            trigger: ".modal button[name=action_grant]",
            run: "click",
        },
        {
            content: "It is said",
            trigger: ".o_notification:contains(3 plays of Friday wheel given)",
        },
    ],
});
