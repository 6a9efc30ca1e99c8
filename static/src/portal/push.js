import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Interaction } from "@web/public/interaction";

const PAGES = "/my/club";

/** The workers of the member's pages: one a language. */
async function workers() {
    const all = (await browser.navigator.serviceWorker?.getRegistrations()) || [];
    return all.filter(
        (worker) => new URL(worker.scope).pathname.endsWith(PAGES) && worker.pushManager
    );
}

/** What this browser is registered with, whichever language it was done in. */
async function subscriptions() {
    const found = await Promise.all(
        (await workers()).map((worker) => worker.pushManager.getSubscription())
    );
    return found.filter(Boolean);
}

/** A key as the server writes it (base64 for addresses, without an end). */
function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** On each page of the club: a phone that somebody else used shows nothing of theirs to who signs in next. */
export class ClubPushOwner extends Interaction {
    static selector = ".o_club_app";

    async willStart() {
        if (user.userId) {
            // Without a connection it is asked on the next page.
            await this.forgetOthers().catch(() => {});
        }
    }

    async forgetOthers() {
        for (const own of await subscriptions()) {
            const { endpoint } = own;
            if (!(await rpc("/my/club/push/known", { endpoint }, { silent: true }))) {
                await own.unsubscribe();
            }
        }
    }
}

/** The switch for this device: it asks the browser when it is pressed, and never by itself. */
export class ClubPush extends Interaction {
    static selector = ".o_club_push";
    dynamicContent = {
        _root: { "t-att-class": () => ({ "d-none": !this.isPossible && !this.isAppleTab }) },
        ".o_club_push_on": {
            "t-on-click": this.turnOn,
            "t-att-class": () => ({ "d-none": !this.isPossible || this.isOn }),
            "t-att-disabled": () => this.isBusy,
        },
        ".o_club_push_off": {
            "t-on-click": this.turnOff,
            "t-att-class": () => ({ "d-none": !this.isOn }),
            "t-att-disabled": () => this.isBusy,
        },
        ".o_club_push_says": { "t-out": () => this.says },
    };

    setup() {
        const { navigator } = browser;
        this.isPossible =
            "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
        // Safari on a phone lets a page do it once it is on the home screen.
        this.isAppleTab = !this.isPossible && navigator.standalone === false;
        this.isOn = false;
        this.isBusy = false;
        this.says = this.isAppleTab
            ? _t(
                  "Add this page to your home screen and open it from there: then it can tell you what is new."
              )
            : "";
    }

    async willStart() {
        this.isOn =
            this.isPossible &&
            window.Notification.permission === "granted" &&
            Boolean(await this.current());
    }

    async current() {
        for (const own of await subscriptions()) {
            if (await rpc("/my/club/push/known", { endpoint: own.endpoint }, { silent: true })) {
                return own;
            }
        }
    }

    /** Do one thing at a time and say how it went. */
    async doing(work) {
        this.isBusy = true;
        this.says = "";
        this.updateContent();
        try {
            this.says = await this.waitFor(work());
        } catch {
            this.says = _t("This browser cannot be told anything right now. Try again later.");
        }
        this.isBusy = false;
        this.updateContent();
    }

    turnOn() {
        return this.doing(async () => {
            if ((await window.Notification.requestPermission()) !== "granted") {
                return _t(
                    "Your browser blocks notifications of this site. Allow them in its settings, then try again."
                );
            }
            const worker = await browser.navigator.serviceWorker.ready;
            for (const other of await subscriptions()) {
                await other.unsubscribe(); // of another language, or of who was here before
            }
            const applicationServerKey = bytes(await rpc("/my/club/push/key"));
            const own = await worker.pushManager.subscribe({
                userVisibleOnly: true,
                applicationServerKey,
            });
            const { endpoint, keys } = own.toJSON();
            const fault = await rpc("/my/club/push/register", { endpoint, keys });
            if (fault) {
                await own.unsubscribe();
                return fault;
            }
            this.isOn = true;
            return _t("This device shows your messages from now on.");
        });
    }

    turnOff() {
        return this.doing(async () => {
            for (const own of await subscriptions()) {
                await rpc("/my/club/push/forget", { endpoint: own.endpoint });
                await own.unsubscribe();
            }
            this.isOn = false;
            return _t("This device shows no more messages.");
        });
    }
}

registry.category("public.interactions").add("loyalty_club.push_owner", ClubPushOwner);
registry.category("public.interactions").add("loyalty_club.push", ClubPush);
