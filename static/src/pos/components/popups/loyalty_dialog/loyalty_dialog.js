import { _t } from "@web/core/l10n/translation";
import { Component, onWillStart, status, useEffect, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { BACKSPACE, Numpad, ZERO, getButtons } from "@point_of_sale/app/components/numpad/numpad";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { uuidv4 } from "@point_of_sale/utils";

const EMPTY_FORM = { name: "", phone: "", email: "", has_agreed: false };

/**
 * The customer of the order at hand, as a member: who it is, what they have, what they can have.
 *
 * One request fills it. With nobody chosen it asks for a card, a number, an address or a name, or makes a new
 * member. What is touched is asked of the server, and its refusals are shown as they come.
 */
export class LoyaltyDialog extends Component {
    static template = "loyalty_club.LoyaltyDialog";
    static components = { Dialog, Numpad };
    static props = { options: { type: Object, optional: true }, close: Function };
    static defaultProps = { options: {} };

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.notification = useService("notification");
        this.order = this.pos.getOrder();
        this.buttons = getButtons([{ value: "+" }, ZERO, BACKSPACE]);
        this.state = useState({
            mode: "find",
            customer: null,
            query: "",
            several: [],
            asked: null, // what the several were found by
            refused: "",
            note: this.props.options.note || "",
            redemption: this.props.options.redemption || null,
            form: { ...EMPTY_FORM },
            field: "",
            busy: false,
        });
        useAutofocus({ refName: "query" });
        useAutofocus({ refName: "name" });
        // While it is open, what is scanned is meant for it.
        useBarcodeReader(
            {
                club_card: (code) => this.identify("card", code.base_code),
                club_pass: (code) => this.identify("pass", code.base_code),
                coupon: (code) => this.useCode(code.base_code),
            },
            true
        );
        onWillStart(() => this.load());
        // A card that was scanned just before is answered while the dialog is open already.
        useEffect(
            (partnerId) => {
                const isOther = partnerId && partnerId !== this.state.customer?.partner_id;
                if (isOther && !this.state.busy) {
                    this.load();
                }
            },
            () => [this.order.getPartner()?.id]
        );
    }

    get title() {
        return this.state.mode === "join" ? _t("New member") : _t("Loyalty");
    }

    get vouchers() {
        return this.state.customer.vouchers;
    }

    get inReach() {
        return this.state.customer.rewards.filter((reward) => reward.is_open);
    }

    get outOfReach() {
        return this.state.customer.rewards.filter((reward) => !reward.is_open);
    }

    /** Points are promised already: the customer stays. */
    get isFixed() {
        return Boolean(this.order.clubPromises().length);
    }

    /** What is paid already was paid on another total. */
    get isPaying() {
        return Boolean(this.order.payment_ids.length);
    }

    // ------------------------------------------------------------------ who it is
    async load() {
        if (!this.order.getPartner()) {
            return;
        }
        const answer = await this.pos.loadClubCustomer(this.order);
        if (answer.refused) {
            this.state.refused = answer.refused;
        } else {
            this.show(answer);
        }
    }

    show(customer) {
        Object.assign(this.state, {
            customer,
            mode: "show",
            several: [],
            query: "",
            refused: "",
            field: "",
        });
    }

    /** One question at a time; a refusal is shown, never lost. */
    async answer(question) {
        if (this.state.busy) {
            return {};
        }
        this.state.busy = true;
        try {
            const answer = await question();
            this.state.refused = answer.refused || "";
            this.state.field = answer.field || "";
            if (answer.refused && status(this) === "destroyed") {
                this.notification.add(answer.refused, { type: "danger" }); // it was closed meanwhile
            }
            return answer;
        } finally {
            this.state.busy = false;
        }
    }

    async identify(kind, value, choice = null) {
        const answer = await this.answer(() =>
            this.pos.clubIdentify(kind, value, choice, this.order)
        );
        this.receive(answer, value);
    }

    receive(answer, value) {
        if (answer.customer) {
            this.show(answer.customer);
            this.state.redemption = answer.redemption || null;
            this.state.note = answer.note || "";
            this.goOn();
        } else if (answer.several) {
            this.state.several = answer.several;
            this.state.asked = { kind: answer.kind, value: answer.value || value };
        }
    }

    /** A tender that asked who it is goes on with the points. */
    goOn() {
        const { customer, redemption, refused } = this.state;
        if (this.props.options.isAsking && customer?.is_member && !redemption && !refused) {
            this.props.close();
        }
    }

    find() {
        if (this.state.query.trim()) {
            this.state.several = [];
            return this.identify("any", this.state.query);
        }
    }

    pick(candidate) {
        const { kind, value } = this.state.asked;
        return this.identify(kind, value, candidate.id);
    }

    press(key) {
        this.state.query =
            key === "Backspace" ? this.state.query.slice(0, -1) : this.state.query + key;
    }

    onKeydown(event, action) {
        if (event.key === "Enter") {
            event.preventDefault();
            action();
        }
    }

    startAgain() {
        Object.assign(this.state, { mode: "find", several: [], refused: "", note: "" });
    }

    /** The host's own list of customers. */
    async chooseFromList() {
        const before = this.order.getPartner()?.id;
        const partner = await this.pos.selectPartner(this.order);
        if (partner && (partner.id !== before || this.state.mode === "find")) {
            await this.answer(() => this.load().then(() => ({ refused: this.state.refused })));
            this.goOn();
        }
    }

    async askPin() {
        if (await this.pos.askClubPin(this.order)) {
            this.show(this.pos.clubCustomer(this.order));
        }
    }

    // ------------------------------------------------------------------ a new member
    startJoining() {
        const query = this.state.query.trim();
        const form = { ...EMPTY_FORM };
        if (query.includes("@")) {
            form.email = query;
        } else if (/^[-+()./\s0-9]+$/.test(query)) {
            form.phone = query;
        } else {
            form.name = query;
        }
        Object.assign(this.state, { form, mode: "join", several: [], refused: "", field: "" });
    }

    /** Of the form, or of the customer who is on the order. */
    async join(isOther = false) {
        const isNew = this.state.mode === "join";
        const told = this.pos.clubTold(this.order);
        if (isNew) {
            told.partner_id = 0;
        }
        const values = { ...this.state.form, is_other: isOther };
        this.state.several = [];
        const answer = await this.answer(async () =>
            this.pos.takeClubAnswer(
                await this.pos.clubCall("club_enrol", [told, values]),
                this.order
            )
        );
        this.receive(answer, "");
        if (answer.customer) {
            this.notification.add(_t("%s is a member now.", answer.customer.name), {
                type: "success",
            });
        }
    }

    // ------------------------------------------------------------------ what they have
    async useVoucher(voucher) {
        await this.use(() =>
            this.pos.clubCall("club_voucher_code", [this.pos.clubTold(this.order), voucher.id])
        );
    }

    /** In the order: promised now, used when it is paid. What is on it already is taken off. */
    async takeReward(reward) {
        if (reward.is_voucher) {
            await this.buyVoucher(reward);
        } else if (this.pos.clubLines(this.order, reward.code).length) {
            await this.pos.dropClubReward(this.order, reward.code);
            await this.load();
        } else {
            await this.use(() =>
                this.pos.clubCall("club_take_reward", [this.pos.clubTold(this.order), reward.id])
            );
        }
    }

    /** Points become a voucher at once: that is asked first. */
    async buyVoucher(reward) {
        const confirmed = await ask(this.pos.dialog, {
            title: reward.name,
            body: _t(
                "%(price)s become this voucher now, and it goes on the order. Not used, it stays the customer's.",
                { price: reward.price }
            ),
            confirmLabel: _t("Use %s", reward.price),
            cancelLabel: _t("Discard"),
        });
        if (confirmed) {
            const told = this.pos.clubTold(this.order);
            // What was asked and not answered is asked again by the same key, also when the dialog was closed.
            const keys = (this.pos.clubVoucherKeys ||= {});
            const wish = `${this.order.uuid} ${told.partner_id} ${reward.id}`;
            keys[wish] ||= uuidv4();
            await this.use(async () => {
                const args = [told, reward.id, keys[wish]];
                const given = await this.pos.clubCall("club_buy_voucher", args);
                delete keys[wish];
                return given;
            });
        }
    }

    isOnOrder(reward) {
        return Boolean(this.pos.clubLines(this.order, reward.code).length);
    }

    useCode(code) {
        return this.use(async () => ({ code }));
    }

    /** Put a code on the order and close; a refusal stays, with the way to prove who it is. */
    async use(getCode) {
        const answer = await this.answer(async () => {
            const given = await getCode();
            if (given.refused) {
                return given;
            }
            const refused = await this.pos.useClubCode(given.code, this.order);
            return { ...given, refused };
        });
        if (answer.code && !answer.refused) {
            this.notification.add(_t("It is on the order."), { type: "success" });
            this.pos.loadClubCustomer(this.order); // the button says what is left
            this.props.close();
        }
    }

    /** What the customer chose on the own page. */
    async redeem() {
        const chosen = this.state.redemption;
        if (chosen.kind === "voucher") {
            await this.useCode(chosen.code);
        } else if (chosen.kind === "reward") {
            const isSame = (reward) => reward.id === chosen.program_id;
            const reward = this.state.customer.rewards.find(isSame);
            if (reward?.is_open) {
                await this.takeReward(reward);
            } else {
                this.state.refused =
                    reward?.reason || _t("This reward cannot be used at this register.");
            }
        } else {
            this.pos.clubWish = { order: this.order.uuid, ...chosen };
            this.props.close();
            this.pos.navigate("PaymentScreen", { orderUuid: this.order.uuid });
        }
    }
}
