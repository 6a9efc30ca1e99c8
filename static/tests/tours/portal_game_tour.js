import { registry } from "@web/core/registry";

function fitsTheScreen() {
    return {
        content: "Nothing reaches beyond the screen",
        trigger: ".o_club_game",
        run() {
            if (document.documentElement.scrollWidth > window.innerWidth) {
                throw new Error(`The page is ${document.documentElement.scrollWidth} px wide`);
            }
        },
    };
}

registry.category("web_tour.tours").add("ClubPortalWheel", {
    steps: () => [
        {
            content: "The card says that there is a play",
            trigger: ".o_club_game_teaser:contains('Try your luck: Wheel of Beans')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The wheel names its prizes to whoever hears the page",
            trigger:
                ".o_club_wheel svg[role='img'][aria-label='A wheel with these prizes: 10 Beans, Ten percent off, No luck']",
        },
        {
            content: "There is one play",
            trigger: ".o_club_game_text:contains('You have one play.')",
        },
        fitsTheScreen(),
        {
            content: "The odds in words",
            trigger: ".o_club_game_odds summary",
            run: "click",
        },
        {
            content: "One in four",
            trigger: ".o_club_game_odds tr:contains('10 Beans'):contains('1 in 4 (25 %)')",
        },
        {
            content: "By the keyboard",
            trigger: ".o_club_game_play:not(.d-none)",
            run() {
                this.anchor.focus();
                this.anchor.click();
                this.anchor.click(); // once more changes nothing
            },
        },
        {
            content: "It turns, and says nothing yet",
            trigger: ".o_club_wheel_disc[style*='rotate']",
            run() {
                const result = document.querySelector(".o_club_game_result").textContent;
                if (result) {
                    throw new Error(`It was told before the wheel stopped: ${result}`);
                }
            },
        },
        {
            content: "It stops and says what was won, aloud too",
            trigger: ".o_club_game_result[role='status'][aria-live]:contains('You won 10 Beans')",
        },
        {
            content: "The slice below the pointer is the prize's",
            trigger: ".o_club_wheel_disc",
            run() {
                const turned = Number(this.anchor.style.transform.match(/[\d.]+/)[0]);
                const upright = [...this.anchor.children].find(
                    (slice) => Math.abs((Number(slice.dataset.middle) + turned) % 360) < 0.1
                );
                if (upright?.textContent.trim() !== "10 Beans") {
                    throw new Error(`The pointer is at ${upright?.textContent}`);
                }
            },
        },
        {
            content: "No play is left, and how to get one is said",
            trigger:
                ".o_club_game:has(.o_club_game_play.d-none) .o_club_game_text:contains('paid order')",
        },
        {
            content: "One can be bought",
            trigger: ".o_club_game_buy:not(.d-none):enabled:contains('Play for 30 Beans')",
            run: "click",
        },
        {
            content: "It brings a voucher",
            trigger: ".o_club_game_result:contains('You won: Ten percent')",
        },
        {
            content: "Which is a touch away",
            trigger: ".o_club_game_voucher:not(.d-none)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "There it is",
            trigger: ".o_club_voucher_code",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalScratch", {
    steps: () => [
        {
            content: "Take a card",
            trigger: ".o_club_game_scratch .o_club_game_play:contains('Take a card')",
            run: "click",
        },
        {
            content: "It is covered, and nothing is said yet",
            trigger: ".o_club_scratch_cover:not(.d-none)",
            run() {
                const card = document.querySelector(".o_club_game_result").textContent;
                if (!card.startsWith("Here is your card.")) {
                    throw new Error(`It was told before it was scratched: ${card}`);
                }
                const { left, top, width, height } = this.anchor.getBoundingClientRect();
                const touch = (type, x, y) =>
                    this.anchor.dispatchEvent(
                        new PointerEvent(type, {
                            bubbles: true,
                            buttons: 1,
                            clientX: left + x * width,
                            clientY: top + y * height,
                        })
                    );
                this.anchor.setPointerCapture = () => {};
                touch("pointerdown", 0.1, 0.1);
                for (const [x, y] of [
                    [0.9, 0.1],
                    [0.9, 0.4],
                    [0.1, 0.4],
                    [0.1, 0.7],
                    [0.9, 0.7],
                ]) {
                    touch("pointermove", x, y);
                }
            },
        },
        {
            content: "Scratched off, it says what was won",
            trigger: ".o_club_game_result:contains('No win this time')",
        },
        {
            content: "The next one, without a finger",
            trigger: ".o_club_game_play:not(.d-none):not(.disabled)",
            run: "click",
        },
        {
            content: "The button uncovers it and has the focus",
            trigger: ".o_club_game_uncover:not(.d-none):focus",
            run: "click",
        },
        {
            content: "It says what was won",
            trigger: ".o_club_game_result:contains('You won 10 Beans')",
        },
        {
            content: "Nothing is left for today",
            trigger:
                ".o_club_game_text:not(.invisible):contains('Your next free play is here tomorrow')",
        },
        fitsTheScreen(),
    ],
});

registry.category("web_tour.tours").add("ClubPortalDiedGame", {
    steps: () => [
        {
            content: "What was drawn before the browser died waits",
            trigger: ".o_club_game_text:contains('You played already: see what it brought.')",
        },
        {
            content: "Spin",
            trigger: ".o_club_game_play:not(.d-none)",
            run: "click",
        },
        {
            content: "It is the same",
            trigger: ".o_club_game_result:contains('No win this time: No luck')",
        },
        {
            content: "And no play is left",
            trigger: ".o_club_game:has(.o_club_game_play.d-none) .o_club_game_text:not(.invisible)",
        },
    ],
});

registry.category("web_tour.tours").add("ClubPortalStillWheel", {
    steps: () => [
        {
            content: "Somebody who wants nothing to move",
            trigger: ".o_club_game_play:not(.d-none)",
            async run(helpers) {
                const asked = window.matchMedia;
                window.matchMedia = (query) =>
                    query.includes("prefers-reduced-motion") ? { matches: true } : asked(query);
                await helpers.click();
            },
        },
        {
            content: "Reads what was won at once",
            trigger: ".o_club_game_result:contains('You won 10 Beans')",
            run() {
                const { transform } = document.querySelector(".o_club_wheel_disc").style;
                if (Number(transform.match(/[\d.]+/)[0]) >= 360) {
                    throw new Error(`The wheel turned: ${transform}`);
                }
            },
        },
    ],
});
