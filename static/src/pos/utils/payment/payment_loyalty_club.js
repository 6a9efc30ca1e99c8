import { _t } from "@web/core/l10n/translation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { PaymentInterface } from "@point_of_sale/app/utils/payment/payment_interface";
import { ask, makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { PointsPopup } from "@loyalty_club/pos/components/popups/points_popup/points_popup";

/**
 * A "terminal" whose other end is the customer's balance.
 *
 * Example: sendPaymentRequest asks the server what may be used, lets the cashier choose, has the server promise
 * it and keeps the token in the payment's transaction_id. The points leave when the order is paid.
 */
export class PaymentLoyaltyClub extends PaymentInterface {
    setup() {
        super.setup(...arguments);
        this.supports_reversals = true;
        this.owed = []; // what was taken off while the server could not be told
        window.addEventListener("pos-network-online", () => this.releaseOwed());
    }

    get dialog() {
        return this.env.services.dialog;
    }

    async sendPaymentRequest(uuid) {
        const order = this.pos.getOrder();
        const payment = order.getPaymentlineByUuid(uuid);
        try {
            return order.isRefund
                ? await this.giveBack(order, payment)
                : await this.use(order, payment);
        } catch (error) {
            this.explain(error);
            return false;
        }
    }

    async sendPaymentCancel(order, uuid) {
        await this.release(order, [order.getPaymentlineByUuid(uuid)]);
        return true;
    }

    /** Reversing needs no answer: what the server does not hear of is told when it is back. */
    async sendPaymentReversal(uuid) {
        const order = this.pos.getOrder();
        const payment = order.getPaymentlineByUuid(uuid);
        await this.release(order, [payment]);
        payment.transaction_id = "";
        return true;
    }

    async release(order, payments) {
        this.owed.push([order.uuid, payments.map((payment) => payment.uuid)]);
        await this.releaseOwed();
    }

    /** Twice does no harm, and what an order used stays used. */
    async releaseOwed() {
        for (const told of [...this.owed]) {
            try {
                await this.send("club_release", told);
            } catch (error) {
                if (error instanceof ConnectionLostError) {
                    return;
                }
                this.owed = this.owed.filter((other) => other !== told);
                throw error;
            }
            this.owed = this.owed.filter((other) => other !== told);
        }
    }

    send(method, args) {
        return this.pos.data.call("pos.config", method, [[this.pos.config.id], ...args]);
    }

    async call(method, args) {
        await this.releaseOwed();
        return this.send(method, args);
    }

    async use(order, payment) {
        if (!order.getPartner() && !(await this.pos.askClubCustomer(order))) {
            return false;
        }
        if (order.lines.some((line) => line.reward_id?.program_id?.is_club_reduction)) {
            this.refuse(
                _t("Points lower this order already. Take their line off it to choose anew.")
            );
            return false;
        }
        const told = this.told(order, payment);
        const quote = await this.call("club_quote", [told]);
        if (!quote.choices.length) {
            this.refuse(quote.refused);
            return false;
        }
        let asked = null;
        const promise = await makeAwaitable(this.dialog, PointsPopup, {
            quote,
            authorise: (unitId, amount) => {
                asked = this.call("club_authorise", [this.told(order, payment), unitId, amount]);
                return asked;
            },
            explain: (error) => this.explain(error),
            wish: this.takeWish(order),
            identify: (kind, code) => this.pos.clubIdentify(kind, code, null, order),
            askPin: async () => (await this.pos.askClubPin(order)) && { refused: "" },
        });
        if (!promise) {
            this.forget(order, payment, asked);
            return false;
        }
        if (promise.code) {
            this.lowering = promise.code;
            return false;
        }
        payment.setAmount(promise.money);
        payment.transaction_id = promise.token;
        return true;
    }

    /** The popup was closed before the answer came: what it promises all the same is free again. */
    async forget(order, payment, asked) {
        try {
            const answer = await asked;
            if (answer?.code && answer.token) {
                await this.call("club_drop_reward", [order.uuid, answer.code]);
            } else if (answer?.token) {
                await this.release(order, [payment]);
            }
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                await this.release(order, [payment]); // it may have been promised
            }
        }
    }

    /** Where points lower the price, what was chosen is a discount of the order, and no payment. */
    takeLowering() {
        const code = this.lowering;
        this.lowering = null;
        return code;
    }

    async lower(order, code) {
        const isKnown = this.pos.models["loyalty.program"].some((own) => own.is_club_reduction);
        const result = isKnown
            ? await this.pos.activateCode(code)
            : _t("Points lower prices here since this register was opened. Reload it.");
        if (result !== true) {
            await this.call("club_drop_reward", [order.uuid, code]);
            this.refuse(result);
        }
    }

    /** What the customer chose on the own page, once. */
    takeWish(order) {
        const wish = this.pos.clubWish;
        this.pos.clubWish = null;
        return wish?.order === order.uuid ? wish : undefined;
    }

    told(order, payment) {
        return {
            partner_id: order.getPartner()?.id || 0,
            order_uuid: order.uuid,
            payment_uuid: payment.uuid,
            payment_uuids: order.clubPromises().map((promised) => promised.uuid),
            total: order.clubTotal(),
            remaining: order.clubRemaining(payment),
        };
    }

    async giveBack(order, payment) {
        const lines = order.lines
            .filter((line) => line.refunded_orderline_id)
            .map((line) => ({
                line_id: line.refunded_orderline_id.id,
                amount: Math.abs(line.priceIncl), // its sign depends on the kind of order
            }));
        const share = await this.call("club_quote_return", [order.uuid, lines]);
        if (!share.money) {
            this.refuse(
                _t("No points were used for these products. Give the money back as before."),
                _t("Nothing to give back in points")
            );
            return false;
        }
        const money = this.env.utils.formatCurrency(share.money);
        const confirmed = await ask(this.dialog, {
            title: _t("Give points back"),
            body: _t("%(points)s (%(money)s) go back to %(member)s.", {
                points: share.text,
                money,
                member: share.member,
            }),
            confirmLabel: _t("Give back"),
            cancelLabel: _t("Discard"),
        });
        if (confirmed) {
            payment.setAmount(-share.money);
        }
        return confirmed;
    }

    refuse(sentence, title = _t("Points cannot be used")) {
        this.dialog.add(AlertDialog, { title, body: sentence });
    }

    explain(error) {
        if (error instanceof ConnectionLostError) {
            this.refuse(
                _t(
                    "The register is offline, and points are checked on the server. " +
                        "Choose another way to pay; the customer keeps all points."
                )
            );
        } else if (error instanceof RPCError) {
            this.refuse(error.data?.message || error.message);
        } else {
            throw error;
        }
    }
}
