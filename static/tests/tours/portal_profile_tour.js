import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ClubPortalProfile", {
    steps: () => [
        {
            content: "To the profile by the bar at the bottom",
            trigger: ".o_club_bar a:contains('Profile')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What is missing and what it brings is said",
            trigger:
                ".o_club_profile:contains('you get 50 Beans') .o_club_missing:contains('Phone'):contains('Birthday')",
        },
        {
            content: "Something that is no phone number",
            trigger: "input[name=phone]",
            run: "edit call me",
        },
        {
            content: "Save it",
            trigger: ".o_club_profile button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is refused beside its field, with what was typed still there",
            trigger:
                ".o_club_profile:has(input[name=phone].is-invalid:value('call me')) .invalid-feedback:contains('That is no phone number')",
        },
        {
            content: "The right one",
            trigger: "input[name=phone]",
            run: "edit +32 470 12 34 56",
        },
        {
            content: "And the birthday",
            trigger: "input[name=club_birthday]",
            run() {
                this.anchor.value = "1990-05-03";
            },
        },
        {
            content: "Nothing reaches beyond the screen",
            trigger: "#wrap",
            run() {
                const page = document.getElementById("wrapwrap");
                if (page.scrollWidth > window.screen.width) {
                    throw new Error(`The page is ${page.scrollWidth} px wide`);
                }
            },
        },
        {
            content: "Save",
            trigger: ".o_club_profile button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The bonus is there",
            trigger: ".o_club_notice:contains('+50 Beans for you')",
        },
        {
            content: "To the history",
            trigger: ".o_club_bar a:contains('History')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The bonus is in it",
            trigger: ".o_club_line:contains('Bonus') button:contains('+50 Beans')",
            run: "click",
        },
        {
            content: "And says for what",
            trigger:
                ".o_club_line .collapse.show:contains('For filling in your profile: Phone, Birthday.')",
        },
    ],
});
