import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ClubOfficeGenerateCard", {
    steps: () => [
        {
            content: "A contact who is no member yet",
            trigger:
                ".o_form_view button[name='action_club_print_cards']:contains('Generate Card')",
            run: "click",
        },
        {
            content: "It is said that they have to agree",
            trigger: ".modal .alert:contains('Ask them')",
        },
        {
            content: "Without that nothing is printed",
            trigger: ".modal button[name='action_print']",
            run: "click",
        },
        {
            content: "Why",
            trigger: ".modal .modal-body:contains('Ask these customers first')",
        },
        {
            content: "I see",
            trigger:
                ".modal:has(.modal-body:contains('Ask these customers first')) .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "They agreed",
            trigger: ".modal [name='has_agreed'] input",
            run: "check",
        },
        {
            content: "One card of plastic",
            trigger: ".modal [name='summary']:contains('Cards: 1')",
        },
        {
            content: "Print",
            trigger: ".modal button[name='action_print']",
            run: "click",
        },
        {
            content: "The window is done",
            trigger: "body:not(:has(.modal))",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficePrintCards", {
    steps: () => [
        {
            content: "All members",
            trigger: ".o_list_view .o_list_record_selector input",
            run: "check",
        },
        {
            content: "What to do with them",
            trigger: ".o_cp_action_menus button:contains('Actions')",
            run: "click",
        },
        {
            content: "Print their cards",
            trigger: ".o-dropdown--menu .o-dropdown-item:contains('Print Loyalty Cards')",
            run: "click",
        },
        {
            content: "On label sheets, as there are several",
            trigger: ".modal [name='print_format'] input[data-value='3x8']:checked",
        },
        {
            content: "Two labels of the first sheet are used",
            trigger: ".modal [name='first_label'] input",
            run: "edit 3",
        },
        {
            content: "That makes",
            trigger: ".modal [name='summary']:contains('sheets: 1')",
        },
        {
            content: "Print",
            trigger: ".modal button[name='action_print']",
            run: "click",
        },
        {
            content: "The window is done",
            trigger: "body:not(:has(.modal))",
        },
    ],
});
