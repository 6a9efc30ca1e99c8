import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const card = (step, text) => ({
    content: `The step ${step} says: ${text}`,
    trigger: `.card[name=step_${step}]:has(.fa-check-circle:visible):contains(${text})`,
});

const press = (name) => ({
    content: `Press ${name}`,
    trigger: `.o_club_setup button[name=${name}]`,
    run: "click",
});

const fill = (name, value) => ({
    content: `Fill in ${name}`,
    trigger: `.o_field_widget[name=${name}] input`,
    run: `edit ${value}`,
});

registry.category("web_tour.tours").add("ClubOfficeFromInstallingToOn", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("loyalty_club.loyalty_club_menu_root", "Open the app"),
        {
            content: "Who has no club yet finds the checklist",
            trigger: ".o_club_setup h1:contains(Your club in three steps)",
        },
        fill("club_name", "Bean Street"),
        fill("unit_name", "Bean"),
        fill("unit_plural", "Beans"),
        {
            content: "Start as a café",
            trigger: ".o_field_widget[name=ready_made] input[data-value=cafe]",
            run: "click",
        },
        {
            content: "What that makes is said before it is made",
            trigger: ".o_field_widget[name=ready_made_text]:contains(400 Beans):contains(stamp)",
        },
        press("action_make_club"),
        card("club", "1 Bean per"),
        {
            content: "The register is ticked already",
            trigger: ".o_field_widget[name=pos_config_ids]:contains(Counter) input:checked",
        },
        press("action_take_part"),
        card("place", "Counter"),
        press("action_switch_on"),
        card("on", "It is on"),
        {
            content: "What to do for the first award",
            trigger: ".card[name=step_award]:contains(choose the customer)",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficeFirstAwardSeen", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("loyalty_club.loyalty_club_menu_root", "Open the app"),
        {
            content: "Where the merchant left it, and one further",
            trigger: ".o_club_setup h1:contains(Your club is running)",
        },
        card("award", "Ada: +10 Beans"),
        press("action_open_award"),
        {
            content: "How it was worked out, line by line",
            trigger: ".o_club_explanation:contains(Cake):contains(+10 Beans)",
        },
        {
            content: "Back to the checklist",
            trigger: ".breadcrumb a:contains(Set-up), .o_back_button",
            run: "click",
        },
        press("action_close"),
        {
            content: "From now on the app opens with the figures",
            trigger: "body:not(:has(.o_club_setup)) .o_action_manager > .o_action",
        },
        {
            content: "Configuration",
            trigger: ".o_menu_sections button:contains(Configuration)",
            run: "click",
        },
        {
            content: "The checklist is still there",
            trigger: ".o-dropdown--menu .dropdown-item:contains(Set-Up Checklist)",
            run: "click",
        },
        { content: "All done", trigger: ".o_club_setup:contains(3 of 3 done)" },
    ],
});
