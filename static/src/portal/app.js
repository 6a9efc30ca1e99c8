import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const DECLINED = "loyalty_club.install_declined";

/** The page as an app: the worker for when there is no connection, and the offer to install where there is one. */
export class ClubApp extends Interaction {
    static selector = ".o_club_app";
    dynamicContent = {
        _window: {
            "t-on-beforeinstallprompt.prevent": (ev) => this.offer(ev),
            "t-on-appinstalled": () => this.withdraw(),
            "t-on-pageshow": this.onShow,
        },
        ".o_club_install": { "t-att-class": () => ({ "d-none": !this.prompt }) },
        ".o_club_install_yes": { "t-on-click": this.install },
        ".o_club_install_no": { "t-on-click": this.decline },
    };

    setup() {
        this.prompt = null;
    }

    start() {
        const { scope, worker } = this.el.dataset;
        browser.navigator.serviceWorker?.register(worker, { scope }).catch(() => {}); // private windows have none
        // It may have been offered before this was loaded.
        this.offer(window.clubInstallPrompt);
    }

    /** A page that the browser kept is asked for again: somebody else may be signed in by now. */
    onShow(ev) {
        if (ev.persisted) {
            browser.location.reload();
        }
    }

    offer(prompt) {
        const isDeclined = browser.localStorage.getItem(DECLINED);
        this.prompt = isDeclined ? null : prompt || null;
        this.updateContent();
    }

    withdraw() {
        this.prompt = null;
        this.updateContent();
    }

    async install() {
        const prompt = this.prompt;
        this.withdraw();
        await prompt.prompt();
    }

    decline() {
        browser.localStorage.setItem(DECLINED, "1");
        this.withdraw();
    }
}

registry.category("public.interactions").add("loyalty_club.app", ClubApp);
