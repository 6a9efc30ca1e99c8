import * as CustomerDisplay from "@point_of_sale/../tests/customer_display/customer_display_utils";
import { registry } from "@web/core/registry";

const order = (values) => ({ ...JSON.parse(CustomerDisplay.ADD_PRODUCT), ...values });

const reads = (...parts) =>
    parts.map((part) => ({
        content: `the customer reads ${part}`,
        trigger: `.o_club_display .o_club_part:contains("${part}")`,
    }));

const readsNothing = () => ({ trigger: "body:not(:has(.o_club_display))" });

registry.category("web_tour.tours").add("ClubCustomerDisplay", {
    steps: () =>
        [
            CustomerDisplay.addProduct(order({ club: [] }), "nobody was recognised"),
            CustomerDisplay.amountIs("Total", "2,972.75"),
            readsNothing(),
            CustomerDisplay.postMessage(order({ club: ["Welcome back · Silver", "487 Beans"] })),
            reads("Welcome back · Silver", "487 Beans"),
            CustomerDisplay.postMessage(
                order({ finalized: true, club: ["+12 Beans", "499 Beans"] })
            ),
            { trigger: "h1:contains('Thank you.')" },
            reads("+12 Beans", "499 Beans"),
            CustomerDisplay.postMessage(order({ lines: [], club: [] }), "the next customer"),
            { trigger: "h1:contains('Welcome.')" },
            readsNothing(),
        ].flat(),
});
