import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Interaction } from "@web/public/interaction";

const EVERY = 60000;
const SEEN = "loyalty_club.message_seen";

/** The number of messages that wait, kept up to date while the page is looked at. */
export class ClubUnread extends Interaction {
    static selector = ".o_club_page, #shop_cart, .o_wsale_products_page, #product_detail";
    dynamicContent = {
        _document: { "t-on-visibilitychange": this.look },
    };

    setup() {
        this.isInbox = Boolean(document.querySelector(".o_club_messages"));
    }

    async willStart() {
        // Visitors have no messages: nothing is asked for them.
        this.isMember = Boolean(user.userId);
    }

    start() {
        if (!this.isMember) {
            return;
        }
        this.look();
        const timer = browser.setInterval(() => this.look(), EVERY);
        this.registerCleanup(() => browser.clearInterval(timer));
    }

    async look() {
        if (!this.isMember || document.visibilityState === "hidden") {
            return;
        }
        const unread = await this.waitFor(rpc("/my/club/messages/unread", {}, { silent: true }));
        this.protectSyncAfterAsync(() => this.show(unread))();
    }

    show({ count, last, subject }) {
        for (const badge of document.querySelectorAll(".o_club_unread")) {
            badge.textContent = count || "";
            badge.classList.toggle("d-none", !count);
        }
        this.showBubble(count);
        const seen = Number(browser.sessionStorage.getItem(SEEN) || 0);
        if (count && last > seen) {
            browser.sessionStorage.setItem(SEEN, last);
            // A code that is being shown is not covered.
            if (!this.isInbox && !document.querySelector(".modal.show")) {
                this.services.notification.add(subject, { type: "info" });
            }
        }
    }

    /** In the webshop, where there is no bar of the club's own. */
    showBubble(count) {
        if (this.el.matches(".o_club_page")) {
            return;
        }
        this.bubble?.remove();
        if (!count) {
            return;
        }
        this.bubble = document.createElement("a");
        this.bubble.href = "/my/club/messages";
        this.bubble.className =
            "o_club_bubble btn btn-primary rounded-pill position-fixed bottom-0 start-0 m-3 shadow";
        this.bubble.setAttribute("aria-label", _t("%s new messages of your club", count));
        const icon = document.createElement("i");
        icon.className = "fa fa-bell me-1";
        icon.setAttribute("aria-hidden", "true");
        this.bubble.append(icon, String(count));
        this.insert(this.bubble, document.body);
    }
}

registry.category("public.interactions").add("loyalty_club.unread", ClubUnread);
