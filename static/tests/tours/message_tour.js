import { registry } from "@web/core/registry";

function fitsTheScreen() {
    return {
        content: "Nothing reaches beyond the screen",
        trigger: "#wrap",
        run() {
            const room = Math.max(window.screen.width, window.innerWidth);
            if (document.getElementById("wrapwrap").scrollWidth > room) {
                throw new Error(`The page is wider than ${room} px`);
            }
        },
    };
}

registry.category("web_tour.tours").add("ClubInbox", {
    steps: () => [
        {
            content: "What is new is said at once",
            trigger: ".o_notification:contains('You have collected 10 Beans')",
        },
        {
            content: "The bell says that one waits",
            trigger: ".o_club_bell:has(.o_club_unread:contains('1'))",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The message, new",
            trigger: ".o_club_messages li:contains('You have collected 10 Beans'):contains('New')",
        },
        fitsTheScreen(),
        {
            content: "Mark it as read",
            trigger: "form[action$='/messages/read'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing is new any more",
            trigger: ".o_club_messages li:not(:contains('New'))",
        },
        {
            content: "No e-mails, please",
            trigger: "#club_wants_mail",
            run: "click",
        },
        {
            content: "Save",
            trigger: "form[action$='/messages/choose'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is kept",
            trigger: ".o_club_notice:contains('Saved')",
        },
        {
            content: "And shown",
            trigger: "#club_wants_mail:not(:checked)",
        },
    ],
});

registry.category("web_tour.tours").add("ClubBubble", {
    steps: () => [
        {
            content: "A bubble in the webshop says that something waits",
            trigger: "a.o_club_bubble:contains('1')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It leads to the inbox",
            trigger: ".o_club_messages li:contains('You have collected 10 Beans')",
        },
    ],
});

registry.category("web_tour.tours").add("ClubOfficeMessage", {
    steps: () => [
        {
            content: "A new message",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "When the next tier is near",
            trigger: ".o_field_widget[name=trigger] input",
            run: "click",
        },
        {
            content: "Out of the list",
            trigger: ".o_select_menu_item:contains('The next tier is near')",
            run: "click",
        },
        {
            content: "It begins with words of its own",
            trigger: ".o_field_widget[name=preview_subject]:contains('Only 20 Beans to Silver')",
        },
        {
            content: "In the evening",
            trigger: ".o_field_widget[name=is_at_hour] input",
            run: "click",
        },
        {
            content: "It is on",
            trigger: ".o_field_widget[name=is_on] input",
            run: "click",
        },
        {
            content: "The rule as a sentence",
            trigger:
                ".alert:contains('20 Beans or less to go to the next tier'):contains('at 18:00')",
        },
        {
            content: "Saved by the switch: try it out",
            trigger: "button[name=action_test]:enabled",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_notification:contains('on the way')",
        },
    ],
});
