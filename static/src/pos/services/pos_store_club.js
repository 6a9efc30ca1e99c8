import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { SelectionPopup } from "@point_of_sale/app/components/popups/selection_popup/selection_popup";
import { patch } from "@web/core/utils/patch";
import { LoyaltyDialog } from "@loyalty_club/pos/components/popups/loyalty_dialog/loyalty_dialog";
import { PinPopup } from "@loyalty_club/pos/components/popups/pin_popup/pin_popup";

const PATIENCE_MS = 15000;

/** Customers of the club at the register. Everything is asked of the server; nothing here decides. */
patch(PosStore.prototype, {
    async setup() {
        this.clubCustomers = {}; // what the server said of each open order's customer, by the order's uuid
        await super.setup(...arguments);
    },
    /** What the server said of this order's customer; null while it has not, or of somebody else. */
    clubCustomer(order = this.getOrder()) {
        const customer = order && this.clubCustomers[order.uuid];
        return customer && customer.partner_id === order.getPartner()?.id ? customer : null;
    },
    clubTold(order) {
        const paid = order.payment_ids.reduce((sum, payment) => sum + payment.getAmount(), 0);
        return {
            partner_id: order.getPartner()?.id || 0,
            order_uuid: order.uuid,
            payment_uuid: order.uuid,
            payment_uuids: order.clubPromises().map((promised) => promised.uuid),
            total: order.clubTotal(),
            remaining: Math.max(0, this.currency.round(order.totalDue - paid)),
        };
    },
    /** The server's answer; where there is none, a refusal that says so. */
    async clubCall(method, args) {
        const patience = new Promise((_resolve, reject) =>
            setTimeout(() => reject(new ConnectionLostError()), PATIENCE_MS)
        );
        try {
            const call = this.data.call("pos.config", method, [[this.config.id], ...args]);
            return await Promise.race([call, patience]);
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return {
                    isOffline: true,
                    refused: _t(
                        "The register is offline, and members are looked up on the server. " +
                            "Go on without: points follow for a customer who is chosen from the list."
                    ),
                };
            }
            if (error instanceof RPCError) {
                return { refused: error.data?.message || error.message };
            }
            throw error;
        }
    },
    async loadClubCustomer(order = this.getOrder()) {
        if (!order?.getPartner()) {
            return { refused: "" };
        }
        const answer = await this.clubCall("club_customer", [this.clubTold(order)]);
        if (!answer.refused) {
            this.clubCustomers[order.uuid] = answer;
        }
        return answer;
    },
    /** Look up who it is; when it is one, put them on the order. */
    async clubIdentify(kind, value, choice = null, order = this.getOrder()) {
        const answer = await this.clubCall("club_identify", [
            this.clubTold(order),
            kind,
            value,
            choice,
        ]);
        return this.takeClubAnswer(answer, order);
    },
    async takeClubAnswer(answer, order = this.getOrder()) {
        if (!answer.customer) {
            return answer;
        }
        const refused = await this.setClubPartner(answer.customer.partner_id, order);
        if (refused) {
            return { refused };
        }
        this.clubCustomers[order.uuid] = answer.customer;
        return answer;
    },
    /** Put a customer on the order who may never have been loaded; why not, as a sentence. */
    async setClubPartner(partnerId, order) {
        const current = order.getPartner();
        if (current?.id === partnerId) {
            return "";
        }
        if (current && order.getHasRefundLines()) {
            return _t(
                "This order gives products of %s back. Make a new order for another customer.",
                current.name
            );
        }
        if (!this.models["res.partner"].get(partnerId)) {
            await this.data.read("res.partner", [partnerId]);
        }
        const partner = this.models["res.partner"].get(partnerId);
        if (!partner || order.isClubPartnerFixed(partner)) {
            return _t("This order is paid partly with points. Reverse that payment first.");
        }
        const before = this.clubCustomer(order);
        order.setPartner(partner);
        await this.dropClubRewardsOf(before, order);
        this.updateRewards();
        return "";
    },
    /** A card or a code was scanned outside the dialog. */
    async scanClubCode(kind, code) {
        const answer = await this.clubIdentify(kind, code);
        if (answer.refused) {
            this.notification.add(answer.refused, { type: "danger" });
            return answer;
        }
        const { name, summary } = answer.customer;
        this.notification.add(summary ? `${name} · ${summary}` : name, { type: "success" });
        if (answer.redemption || answer.note) {
            this.openClubDialog({ redemption: answer.redemption, note: answer.note });
        }
        return answer;
    },
    openClubDialog(options = {}) {
        if (this.getOrder()) {
            this.dialog.add(LoyaltyDialog, { options });
        }
    },
    /** Ask who the customer is, by card, code, phone or name, before points can pay. */
    async askClubCustomer(order = this.getOrder()) {
        const options = { isAsking: true };
        await new Promise((onClose) => this.dialog.add(LoyaltyDialog, { options }, { onClose }));
        return order.getPartner();
    },
    /** Have the customer type the PIN; true when it is theirs. */
    async askClubPin(order = this.getOrder()) {
        return Boolean(
            await makeAwaitable(this.dialog, PinPopup, {
                check: (pin) => this.clubIdentify("pin", pin, null, order),
            })
        );
    },
    /** Put a code on the order; why not, as a sentence. What changes nothing there is given back. */
    async useClubCode(code, order = this.getOrder()) {
        if (order.uuid !== this.getOrder()?.uuid) {
            await this.dropClubReward(order, code); // the host would put it on the order that is open now
            return _t("Nothing was chosen, and nothing was taken.");
        }
        const find = () => order._code_activated_coupon_ids.find((own) => own.code === code);
        let refused = find() ? "" : await this.activateCode(code);
        if (find() && !this.clubLines(order, code).length) {
            refused = await this.applyClubCoupon(order, find());
        }
        if (this.clubLines(order, code).length) {
            return "";
        }
        await this.dropClubReward(order, code);
        return refused === true ? _t("This changes nothing of the order.") : refused;
    },
    /** The host applies by itself what needs no choice and no product; the rest is asked and added here. */
    async applyClubCoupon(order, coupon) {
        const options = (coupon.program_id?.reward_ids || []).flatMap((reward) =>
            reward.reward_type === "product"
                ? reward.reward_product_ids.map((product) => ({ reward, product }))
                : [{ reward }]
        );
        if (!options.length) {
            return _t("This register does not know it yet. Reload the register and try again.");
        }
        let [chosen] = options;
        if (options.length > 1) {
            chosen = await makeAwaitable(this.dialog, SelectionPopup, {
                title: coupon.program_id.name,
                list: options.map((option, index) => ({
                    id: index,
                    label: option.product?.display_name || option.reward.description,
                    item: option,
                })),
            });
        }
        if (!chosen) {
            return _t("Nothing was chosen, and nothing was taken.");
        }
        const { reward, product } = chosen;
        const own = order.lines.filter(
            (line) => line.product_id.id === product?.id && !line.is_reward_line
        );
        const there = own.reduce((sum, line) => sum + line.qty, 0);
        if (product && there < reward.reward_product_qty) {
            await this.addLineToOrder(
                {
                    product_id: product,
                    product_tmpl_id: product.product_tmpl_id,
                    qty: reward.reward_product_qty - there,
                },
                order,
                {}
            );
        }
        const result = order._applyReward(reward, coupon.id, { product });
        this.updateRewards();
        return result;
    },
    /** The lines that a code has on an order. */
    clubLines(order, code) {
        return order.lines.filter((line) => code && line.coupon_id?.code === code);
    },
    /** What somebody chose for their points goes with them. */
    async dropClubRewardsOf(customer, order) {
        if (!customer?.is_member || order.getPartner()?.id === customer.partner_id) {
            return;
        }
        const theirs = customer.rewards.filter((own) => this.clubLines(order, own.code).length);
        for (const { code, name } of theirs) {
            const values = { reward: name, member: customer.name };
            const sentence = _t(
                "%(reward)s was chosen by %(member)s and is off the order.",
                values
            );
            this.notification.add(sentence, { type: "warning" });
            await this.dropClubReward(order, code);
        }
    },
    /** A reward that was chosen for this order is not wanted: its points are free again. */
    async dropClubReward(order, code) {
        for (const line of this.clubLines(order, code)) {
            order.removeOrderline(line);
        }
        for (const coupon of order._code_activated_coupon_ids.filter((own) => own.code === code)) {
            coupon.delete();
        }
        await this.clubCall("club_drop_reward", [order.uuid, code]);
        this.updateRewards();
    },
});
