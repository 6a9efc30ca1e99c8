import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { SelfOrder } from "@pos_self_order/app/services/self_order_service";
import "@loyalty_club/kiosk/services/self_order_service";

const VOUCHER = /^044[A-Z2-7]{8,60}$/i;

/** Spending at this device: the server is asked with every change of the cart, and decides. */
patch(SelfOrder.prototype, {
    get clubCanSpend() {
        const { token, is_proven: isProven } = this.club;
        return Boolean(token && isProven && this.clubIsOn && this.config.club_self.is_redeem);
    },

    get clubGoods() {
        return this.currentOrder.lines.filter((line) => !line.is_reward_line);
    },

    /** Changes with whatever changes what can be used. */
    get clubCartKey() {
        const lines = this.clubGoods.map((line) => [
            line.product_id?.id,
            line.qty,
            line.price_unit,
        ]);
        return JSON.stringify([this.currentOrder.uuid, lines]);
    },

    /** What is taken off the cart on the screen; the host's own total knows nothing of it. */
    get clubOff() {
        return (this.clubCanSpend && this.club.offer?.off) || 0;
    },

    clubToldCart() {
        const goods = this.clubGoods;
        return {
            uuid: this.currentOrder.uuid,
            lines: goods.map((line) => ({
                product_id: line.product_id.id,
                qty: line.qty,
                price_unit: line.price_unit,
                combo_parent: line.combo_parent_id ? goods.indexOf(line.combo_parent_id) : null,
            })),
        };
    },

    get clubChosen() {
        this.club.choice ||= { rewards: [], vouchers: [], points: {} };
        return this.club.choice;
    },

    /** One question at a time; what was asked meanwhile is asked with the cart as it is then. */
    clubAskOffer(more = {}) {
        const turn = this.clubTurn;
        const number = (this.clubAsked = (this.clubAsked || 0) + 1);
        const before = this.clubAsking || Promise.resolve();
        this.clubAsking = before.then(async () => {
            if (turn !== this.clubTurn || !this.clubCanSpend || !this.clubGoods.length) {
                return null;
            }
            const answer = await this._clubOffer(more);
            if (turn === this.clubTurn) {
                this.club.offer = answer;
                if (number === this.clubAsked) {
                    this._clubTakeChoice(answer);
                }
            }
            return answer;
        });
        return this.clubAsking;
    },

    async _clubOffer(more) {
        const { rewards, vouchers, points } = this.clubChosen;
        const isChosen = rewards.length || vouchers.length || points.amount || more.isChange;
        try {
            return await rpc(isChosen ? "/club/self/choose" : "/club/self/offer", {
                access_token: this.access_token,
                token: this.club.token,
                order: this.clubToldCart(),
                choice: { rewards, vouchers, points, code: more.code || "" },
            });
        } catch {
            return {
                ...(this.club.offer || {
                    rewards: [],
                    vouchers: [],
                    points: [],
                    lines: [],
                    off: 0,
                }),
                refused: _t("The club could not be reached. Nothing was changed."),
            };
        }
    },

    /** What the server says is chosen is chosen, unless something else was touched meanwhile. */
    _clubTakeChoice(answer) {
        const chosen = (tiles) => tiles.filter((tile) => tile.is_chosen);
        const [points] = answer.points.filter((own) => own.amount);
        const wanted = this.clubChosen.rewards;
        this.club.choice = {
            rewards: chosen(answer.rewards).map(
                (tile) => wanted.find((own) => own.id === tile.id) || { id: tile.id }
            ),
            vouchers: chosen(answer.vouchers).map((tile) => tile.id),
            points: points ? { unit_id: points.unit_id, amount: points.amount } : {},
        };
    },

    async clubCartChanged() {
        if (this.clubCanSpend) {
            await this.clubAskOffer();
        }
    },

    clubChange(more = {}) {
        return this.clubAskOffer({ ...more, isChange: true });
    },

    /** Take a reward or a voucher, or leave it; a free product that is not there yet is put into the cart. */
    async clubToggle(kind, tile, product = null) {
        const choice = this.clubChosen;
        const isReward = kind === "rewards";
        if (tile.is_chosen) {
            choice[kind] = choice[kind].filter((own) => (isReward ? own.id : own) !== tile.id);
            return this.clubChange();
        }
        const free = product || tile.products[0];
        if (tile.is_missing && free) {
            const template = this.models["product.template"].get(free.template_id);
            if (!template) {
                return null;
            }
            if (template.isConfigurable()) {
                this.router.navigate("product", { id: template.id });
                return null;
            }
            await this.addToCart(template, 1, "", {}, {});
        }
        choice[kind] = [...choice[kind], isReward ? { id: tile.id } : tile.id];
        return this.clubChange();
    },

    clubUsePoints(unitId, amount) {
        this.clubChosen.points = amount ? { unit_id: unitId, amount } : {};
        return this.clubChange();
    },

    /** @returns {Promise<boolean>} whether the code brought something */
    async clubUseCode(code) {
        if (!code.trim()) {
            return false;
        }
        const answer = await this.clubChange({ code });
        return Boolean(answer && !answer.refused);
    },

    clubScan(code) {
        if (!VOUCHER.test(code) || !this.clubCanSpend || !this.clubGoods.length) {
            return super.clubScan(...arguments);
        }
        if (this.router.activeSlot !== "payment" && this.router.activeSlot !== "confirmation") {
            this.router.navigate("cart");
            this.clubUseCode(code);
        }
        return true;
    },

    /** What rewards take off comes as a product, which is never for sale by itself. */
    initProducts() {
        super.initProducts(...arguments);
        const lines = this.models["pos.order.line"].filter((line) => line.is_reward_line);
        const hidden = new Set(lines.map((line) => line.product_id?.product_tmpl_id?.id));
        for (const category in hidden.size ? this.productByCategIds : {}) {
            const templates = this.productByCategIds[category];
            this.productByCategIds[category] = templates.filter((own) => !hidden.has(own.id));
        }
    },

    async sendDraftOrderToServer() {
        await this.clubAsking;
        const order = await super.sendDraftOrderToServer(...arguments);
        if (order && order.state === "paid" && this.club.token) {
            this.confirmationPage("order", this.config.self_ordering_mode, order.access_token);
            return false;
        }
        return order;
    },
});
