import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ClubOfficeDashboard", {
    steps: () => [
        {
            content:
                "The figures were counted when the page was opened: 200 Beans, half of them used",
            trigger:
                ".o_club_card [data-key=points]:contains('50 %'):contains('200 earned, 100 used')",
        },
        { trigger: "[data-table=sales] tr:contains('Members'):contains('1')" },
        { trigger: ".o_club_bars canvas" },
        {
            content: "A week has no order of a month ago",
            trigger: ".o_club_period",
            run: "select week",
        },
        { trigger: ".o_club_card [data-key=points]:contains('100 earned, 100 used')" },
        {
            content: "A figure opens what it is made of",
            trigger: ".o_club_card [data-key=points]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:nth-child(2)" },
        {
            trigger: ".o_list_view .o_data_row:contains('Earned') .o_data_cell",
            run: "click",
        },
        {
            content: "Each movement says how it was computed",
            trigger: ".o_form_view .o_club_explanation:contains('Coffee')",
        },
        {
            content: "Back to the same week",
            trigger: ".o_back_button, .breadcrumb-item:contains('Dashboard') a",
            run: "click",
        },
        {
            trigger: ".o_list_view",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item:contains('Dashboard') a",
            run: "click",
        },
        { trigger: ".o_club_card [data-key=points]:contains('100 earned, 100 used')" },
    ],
});
