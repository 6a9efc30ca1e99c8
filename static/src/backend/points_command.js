import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// Where the live chat is not installed there is no such conversation, and nobody is offered it.
registry.category("discuss.channel_commands").add("points", {
    channel_types: ["livechat"],
    help: _t("See the customer's points and rewards"),
    methodName: "execute_command_points",
});
