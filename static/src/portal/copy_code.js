import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** The button beside a voucher's code. */
export class ClubCopyCode extends Interaction {
    static selector = ".o_club_copy";
    dynamicContent = {
        _root: { "t-on-click": this.copy },
        ".o_club_copy_text": { "t-att-class": () => ({ "d-none": this.isCopied }) },
        ".o_club_copied": { "t-att-class": () => ({ "d-none": !this.isCopied }) },
    };

    setup() {
        this.isCopied = false;
    }

    async copy() {
        const field = this.el.closest(".input-group").querySelector("input");
        field.select();
        await this.waitFor(browser.navigator.clipboard.writeText(this.el.dataset.copy));
        this.isCopied = true;
    }
}

registry.category("public.interactions").add("loyalty_club.copy_code", ClubCopyCode);
