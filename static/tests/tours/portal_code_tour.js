import { registry } from "@web/core/registry";

function fitsTheScreen() {
    return {
        content: "Nothing of the window reaches beyond the screen",
        trigger: ".o_club_pass.show .modal-body",
        run() {
            if (this.anchor.scrollWidth > window.screen.width) {
                throw new Error(`The window is ${this.anchor.scrollWidth} px wide`);
            }
        },
    };
}

registry.category("web_tour.tours").add("ClubPortalShowCode", {
    steps: () => [
        {
            content: "One touch on the card",
            trigger: ".o_club_card .o_club_pass_open:contains('Show my code')",
            run: "click",
        },
        {
            content: "The code is there, large, with the time it has left",
            trigger: ".o_club_pass.show .o_club_pass_picture:not(.d-none)[src^='data:image/svg']",
            run() {
                const { width, height } = this.anchor.getBoundingClientRect();
                if (width < 250 || width !== height) {
                    throw new Error(`A scanner does not read a code of ${width} × ${height} px`);
                }
            },
        },
        {
            content: "Whoever hears the page knows what it is",
            trigger: ".o_club_pass_picture[alt*='show it at the register']",
        },
        {
            content: "The time runs",
            trigger: ".o_club_pass_count.d-flex .o_club_pass_seconds:contains(/^4[0-4]$/)",
        },
        fitsTheScreen(),
        {
            content: "Pay with Beans",
            trigger: ".o_club_pass_choice",
            run: "selectByLabel Pay with Beans",
        },
        {
            content: "All of them are filled in",
            trigger: ".o_club_pass_points:not(.d-none) .o_club_pass_amount",
            run: "edit 50",
        },
        {
            content: "The new code says so",
            trigger: ".o_club_pass_text:not(.d-none):contains(/^50 Beans$/)",
        },
        fitsTheScreen(),
        {
            content: "More than there is is refused with a sentence",
            trigger: ".o_club_pass_amount",
            run: "edit 101",
        },
        {
            content: "Why",
            trigger:
                ".o_club_pass_refusal:not(.d-none) .o_club_pass_reason:contains('At most 100 Beans')",
        },
        {
            content: "Fewer again",
            trigger: ".o_club_pass_amount",
            run: "edit 40",
        },
        {
            content: "The code is back",
            trigger: ".o_club_pass_text:not(.d-none):contains(/^40 Beans$/)",
        },
        {
            content: "The register scans it, and the page says where",
            trigger:
                ".o_club_pass_used:not(.d-none):contains('You were recognised at High Street.')",
        },
        {
            content: "Another one",
            trigger: ".o_club_pass_again:not(.d-none)",
            run: "click",
        },
        {
            content: "Is there at once",
            trigger: ".o_club_pass_picture:not(.d-none)",
        },
        {
            content: "Close",
            trigger: ".o_club_pass .btn-close",
            run: "click",
        },
        {
            content: "The card is back",
            trigger: "body:not(.modal-open) .o_club_card",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalCodeFromReward", {
    steps: () => [
        {
            content: "The reward can be taken along to the register",
            trigger: ".o_club_confirm_reward a:contains('Show it there')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The code says what it is for, without another touch",
            trigger: ".o_club_pass.show .o_club_pass_text:not(.d-none):contains('Ten percent')",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalCodeSignedOut", {
    steps: () => [
        {
            content: "Signed out in another tab",
            trigger: ".o_club_pass_open",
            async run() {
                await fetch("/web/session/logout");
            },
        },
        {
            content: "Show my code",
            trigger: ".o_club_pass_open",
            run: "click",
        },
        {
            content: "It is said, with the way back",
            trigger:
                ".o_club_pass_refusal:not(.d-none) a.o_club_pass_expired:not(.d-none):contains('Sign in')",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalCodeOffline", {
    steps: () => [
        {
            content: "The connection is gone",
            trigger: ".o_club_pass_open",
            run() {
                XMLHttpRequest.prototype.send = function () {
                    this.dispatchEvent(new Event("error"));
                };
            },
        },
        {
            content: "Show my code",
            trigger: ".o_club_pass_open",
            run: "click",
        },
        {
            content: "It is said, and the number of the card is there to be typed",
            trigger:
                ".o_club_pass:has(.o_club_pass_card:contains(/^299/)) .o_club_pass_offline:not(.d-none):contains('Your points are safe')",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalCodeRenewed", {
    steps: () => {
        let first = "";
        const picture = ".o_club_pass_picture:not(.d-none)[src^='data:image/svg']";
        return [
            {
                content: "Show my code",
                trigger: ".o_club_pass_open",
                run: "click",
            },
            {
                content: "Remember the first",
                trigger: picture,
                run() {
                    first = this.anchor.src;
                },
            },
            {
                content: "Another one comes by itself",
                trigger: picture,
                async run() {
                    const isRenewed = () => document.querySelector(picture)?.src !== first;
                    const observer = new Promise((resolve) => {
                        const watch = new MutationObserver(() => {
                            if (isRenewed()) {
                                watch.disconnect();
                                resolve();
                            }
                        });
                        watch.observe(this.anchor, { attributes: true });
                    });
                    await observer;
                },
            },
        ];
    },
});
