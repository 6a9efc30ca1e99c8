import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openTab = (name) => ({
    content: `Open the tab ${name}`,
    trigger: `.o_notebook_headers .nav-link[name=${name}]`,
    run: "click",
});

const tabIsOpen = (name) => ({
    content: `The tab ${name} is open`,
    trigger: `.o_notebook_headers .nav-link.active[name=${name}]`,
});

const fill = (name, value) => ({
    content: `Fill in ${name}`,
    trigger: `.o_field_widget[name=${name}] input`,
    run: `edit ${value}`,
});

const preview = (name, text) => ({
    content: `The customer's ${name} says: ${text}`,
    trigger: `.o_club_preview_${name}:contains(${text})`,
});

registry.category("web_tour.tours").add("ClubOfficeNamesWithPreview", {
    steps: () => [
        openTab("names"),
        preview("cart", "You have 487 Beans. This order earns 12 Beans."),
        fill("page_title", "Stardust Lounge"),
        preview("page", "Stardust Lounge"),
        fill("unit_plural", "Stars"),
        preview("cart", "You have 487 Stars. This order earns 12 Stars."),
        preview("page", "Stars"),
        fill("unit_name", "Star"),
        preview("goal", "1 Star to go this month, then you get 50 Stars."),
        fill("unit_short", "*"),
        preview("checkout", "100 *"),
        {
            content: "A logo is shown whole",
            trigger:
                ".o_club_preview_checkout:has(img.o_club_icon_logo):not(:has(img.o_club_icon_photo))",
        },
        {
            content: "It is a photo",
            trigger: ".o_field_widget[name=unit_icon_shape] input[data-value=photo]",
            run: "click",
        },
        {
            content: "Which fills the circle everywhere",
            trigger:
                ".o_club_preview:has(.o_club_preview_checkout .o_club_icon_photo.rounded-circle):has(.o_club_preview_page .o_club_icon_photo):has(.o_club_preview_cart .o_club_icon_photo)",
        },
        ...stepUtils.saveForm(),
    ],
});

registry.category("web_tour.tours").add("ClubOfficeErrorOpensItsTab", {
    steps: () => [
        openTab("names"),
        fill("page_title", ""),
        openTab("program"),
        tabIsOpen("program"),
        {
            content: "Save without a page title",
            trigger: ".o_form_button_save",
            run: "click",
        },
        tabIsOpen("names"),
        {
            content: "What is missing is marked",
            trigger: ".o_field_widget[name=page_title].o_field_invalid",
        },
        fill("page_title", "Rewards"),
        openTab("program"),
        fill("return_grace_days", "-5"),
        openTab("members"),
        tabIsOpen("members"),
        {
            content: "Save what the database refuses",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The refusal says why",
            trigger: ".modal:contains(Give between 0 and 3650 days of grace)",
        },
        {
            content: "Close it",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        tabIsOpen("program"),
        fill("return_grace_days", "20"),
        openTab("bonus"),
        fill("profile_bonus", "0.5"),
        openTab("members"),
        {
            content: "Save two changes, one of which the server refuses",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "There is no half Bean",
            trigger: ".modal:contains(decimals)",
        },
        {
            content: "Close it",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        tabIsOpen("bonus"),
        fill("profile_bonus", "5"),
        openTab("program"),
        openTab("names"),
        fill("unit_money_value", "0.02"),
        openTab("members"),
        {
            content: "What saving does is said whichever tab is open",
            trigger: ".o_club_risks:contains(is worth more or less at once)",
        },
        openTab("names"),
        fill("unit_money_value", "0.01"),
        openTab("program"),
        {
            content: "What is as it was does nothing",
            trigger: ".o_form_sheet:not(:has(.o_club_risks))",
        },
        ...stepUtils.saveForm(),
    ],
});

registry.category("web_tour.tours").add("ClubOfficeRiskIsSaidFirst", {
    steps: () => [
        openTab("program"),
        {
            content: "Stop paying with points",
            trigger: ".o_field_widget[name=is_redeem_allowed] input",
            run: "click",
        },
        {
            content: "What that does, and to how many, is said before it is saved",
            trigger:
                ".o_club_risks:contains(Nobody can pay with points any more: 200 Beans stay with the members):contains(members: 1)",
        },
        {
            content: "Better not",
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            content: "Nothing is left of it",
            trigger: ".o_form_sheet:not(:has(.o_club_risks))",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficeNewClub", {
    steps: () => [
        openTab("bonus"),
        {
            content: "Bonuses need a saved club",
            trigger: ".o_notebook_content:contains(Save the club first)",
        },
        {
            content: "Save without a name",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The name is above the tabs: the tab stays",
            trigger:
                ".o_form_view:has(.o_field_widget[name=name].o_field_invalid) .nav-link.active[name=bonus]",
        },
        openTab("names"),
        fill("unit_plural", "Nuts"),
        fill("unit_name", "Nut"),
        preview("goal", "1 Nut to go"),
        fill("name", "Nutcracker"),
        ...stepUtils.saveForm(),
        {
            content: "The new club counts Nuts",
            trigger: ".o_data_row:contains(Nuts)",
        },
    ],
});
