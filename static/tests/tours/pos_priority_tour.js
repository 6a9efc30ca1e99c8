import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import { registry } from "@web/core/registry";

const choose = (name) => [ProductScreen.clickPartnerButton(), ProductScreen.clickCustomer(name)];

/** Send the order to a kitchen printer that keeps what it is given. */
const kitchenReads = (isFirst) => ({
    content: "the kitchen's ticket says whether the order comes first",
    trigger: ".product-screen",
    async run() {
        const tickets = [];
        const pos = window.posmodel;
        for (const printer of pos.unwatched.printers) {
            printer.printReceipt = async (ticket) => {
                tickets.push(ticket);
                return { successful: true };
            };
        }
        await pos.sendOrderInPreparation(pos.getOrder());
        const [ticket] = tickets;
        if (!ticket || Boolean(ticket.querySelector(".club-priority")) !== isFirst) {
            throw new Error(`The kitchen reads: ${ticket?.textContent}`);
        }
    },
});

registry.category("web_tour.tours").add("ClubPosPriority", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("Club Cake", true, "1"),
            choose("Bob Club"),
            {
                content: "nobody's order comes first",
                trigger: ".club-button:not(:has(.club-priority))",
            },
            kitchenReads(false),
            choose("Ada Club"),
            {
                content: "the cashier sees that this one does",
                trigger: ".club-button .club-priority:contains('Priority')",
            },
            ProductScreen.clickDisplayedProduct("Club Cake", true, "2"),
            kitchenReads(true),
        ].flat(2),
});
