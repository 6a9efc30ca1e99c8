import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const sentence = (text) => ({ content: text, trigger: `.modal .alert:contains("${text}")` });
const press = (text) => ({
    content: `Press ${text}`,
    trigger: `.modal-footer button:contains("${text}")`,
    run: "click",
});
const header = (name) => ({
    content: `Ask for ${name}`,
    trigger: `.o_control_panel button[name=${name}]`,
    run: "click",
});

/** The airport joins High Street, and gets a balance of its own again under a new name. */
tours.add("ClubOfficeRegroup", {
    steps: () => [
        header("action_regroup"),
        sentence("Nothing changes yet"),
        {
            content: "Choose for the airport",
            trigger:
                ".modal .o_field_widget[name=outlet_line_ids] .o_data_row:contains(Airport) [name=group_id]",
            run: "click",
        },
        {
            content: "Type whom it shall share with",
            trigger: ".modal .o_field_widget[name=outlet_line_ids] [name=group_id] input",
            run: "edit Beans",
        },
        {
            content: "High Street's balance",
            trigger: ".o-autocomplete--dropdown-item:contains(Beans):not(:contains(Create))",
            run: "click",
        },
        sentence("What members have in Airport goes to Beans: 40 Beans (members: 1)."),
        sentence("Nothing has been changed yet."),
        press("Regroup"),
        { trigger: "body:not(:has(.modal))" },
        {
            content: "Both share a balance",
            trigger: ".o_data_row:contains(Airport) [name=pool_id]:contains(Beans)",
        },
        header("action_regroup"),
        {
            content: "One each",
            trigger: ".modal button[name=action_separate_all]",
            run: "click",
        },
        sentence("What members have in Beans counts for High Street and no longer at Airport."),
        press("Regroup"),
        { trigger: "body:not(:has(.modal))" },
        {
            content: "The airport's own again",
            trigger: ".o_data_row:contains(Airport) [name=pool_id]:contains(Airport)",
        },
    ],
});

tours.add("ClubOfficeStopEverywhere", {
    steps: () => [
        header("action_stop"),
        {
            content: "It says to whom",
            trigger:
                ".modal .o_field_widget[name=text]:contains(the 1 members keep their balances)",
        },
        press("Stop"),
        { trigger: "body:not(:has(.modal))" },
        {
            content: "No outlet takes part",
            trigger: ".o_list_view:not(:has(.o_data_row [name=is_opted_in] input:checked))",
        },
        header("action_take_part"),
        press("Take Part"),
        { trigger: "body:not(:has(.modal))" },
        {
            content: "All do again",
            trigger: ".o_list_view:not(:has(.o_data_row [name=is_opted_in] input:not(:checked)))",
        },
    ],
});

tours.add("ClubOfficeImportBalances", {
    steps: () => [
        {
            content: "A template to begin with",
            trigger:
                ".modal [name=template] a, .modal [name=template]:contains(opening_balances.csv)",
        },
        {
            content: "Choose a file",
            trigger: ".modal [name=file] input[type=file]:not(:visible)",
            run({ anchor }) {
                const text =
                    "external_id;email;amount\n1;ada@example.com;250\n2;ada@example.com;much\n";
                const files = new DataTransfer();
                files.items.add(new File([text], "old.csv", { type: "text/csv" }));
                anchor.files = files.files;
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        { trigger: ".modal [name=file] input[type=text]:value(old.csv)" },
        press("Check"),
        sentence("To be credited: 250 Beans in 1 rows."),
        {
            content: "The bad row says what is wrong",
            trigger: '.modal .o_data_row:contains("is not a number"):contains(3)',
        },
        press("Import"),
        { trigger: ".modal .alert-success:contains(Done: 1 rows were credited.)" },
        press("Close"),
        { trigger: "body:not(:has(.modal))" },
    ],
});
