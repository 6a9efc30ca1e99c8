import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ClubOfficeWhy", {
    steps: () => [
        {
            content: "Open the menu Ledger",
            trigger: ".o_menu_sections button:contains(Ledger)",
            run: "click",
        },
        {
            content: "Ask why",
            trigger: ".o-dropdown--menu .dropdown-item:contains(Why?)",
            run: "click",
        },
        {
            content: "A customer",
            trigger: ".o_field_widget[name=question] input",
            run: "edit Quillfeather",
        },
        {
            content: "Ask",
            trigger: "button[name=action_ask]",
            run: "click",
        },
        {
            content: "Tier, balance and orders are explained",
            trigger:
                ".o_club_why:contains(Ada Quillfeather):contains(400 Beans are missing):contains(100 Beans can be used now)",
        },
        {
            content: "An order that nobody knows",
            trigger: ".o_field_widget[name=question] input",
            run: "edit S9999999",
        },
        {
            content: "Ask again",
            trigger: "button[name=action_ask]",
            run: "click",
        },
        {
            content: "The answer says what can be typed",
            trigger: ".o_club_why:contains(Type the number as it is on the receipt)",
        },
        {
            content: "Nothing is left to save",
            trigger: ".o_form_status_indicator_buttons.invisible:not(:visible)",
        },
    ],
});
