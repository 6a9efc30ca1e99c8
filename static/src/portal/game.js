import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const TURNS = 5;
const SPIN = 4200; // ms, a little longer than the wheel's own transition

/**
 * A game on the member's page. The server draws, keeps and gives the prize before anything moves here: a browser
 * that dies in between is told the same again.
 */
export class ClubGame extends Interaction {
    static selector = ".o_club_game";
    dynamicContent = {
        ".o_club_game_play": {
            "t-on-click": () => this.play(false),
            "t-att-class": () => ({
                "d-none": this.isCovered || !this.status.free,
                disabled: this.isBusy,
            }),
            "t-att-aria-disabled": () => (this.isBusy ? "true" : undefined),
        },
        ".o_club_game_buy": {
            "t-on-click": () => this.play(true),
            "t-att-class": () => ({
                "d-none": this.isCovered || this.status.free > 0 || !this.status.price,
            }),
            "t-att-disabled": () => this.isBusy || !this.status.can_buy,
        },
        ".o_club_game_price": { "t-out": () => this.status.price },
        ".o_club_game_uncover": {
            "t-on-click": this.uncover,
            "t-att-class": () => ({ "d-none": !this.isCovered }),
        },
        ".o_club_game_text": {
            "t-out": () => this.status.text,
            "t-att-class": () => ({ invisible: this.isBusy || this.isCovered }),
        },
        ".o_club_game_reason": {
            "t-out": () => this.status.price_text,
            "t-att-class": () => ({ "d-none": this.status.free > 0 }),
        },
        ".o_club_game_result": {
            "t-out": () => this.said,
            "t-att-class": () => ({ o_club_game_won: this.isWon }),
        },
        ".o_club_game_voucher": {
            "t-att-class": () => ({ "d-none": !this.voucher }),
            "t-att-href": () => this.voucher || "#",
        },
    };

    setup() {
        const el = (name) => this.el.querySelector(`.o_club_game_${name}`);
        this.status = {
            text: el("text").textContent,
            free: el("play").classList.contains("d-none") ? 0 : 1,
            price: el("price").textContent,
            can_buy: !el("buy").disabled,
            price_text: el("reason").textContent,
        };
        this.said = "";
        this.voucher = "";
        this.isWon = false;
        this.isBusy = false;
        this.isCovered = false;
        this.key = "";
    }

    get isStill() {
        return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    get gameId() {
        return Number(this.el.dataset.game);
    }

    async play(isBought) {
        if (this.isBusy || this.isCovered) {
            return;
        }
        this.isBusy = true;
        this.isWon = false;
        this.voucher = "";
        this.said = "";
        // Kept until there is an answer: asked again after a lost connection it is the same click.
        this.key ||= `${Date.now()}-${Math.random().toString(36).slice(2)}`;
        this.updateContent();
        const answer = await this.waitFor(
            this.call("/my/club/games/play", {
                game_id: this.gameId,
                key: this.key,
                is_bought: isBought,
            })
        );
        if (answer.refused) {
            this.isBusy = false;
            this.said = answer.refused;
            this.key = answer.isLost ? this.key : "";
            this.status = answer.status || this.status;
            this.updateContent();
            return;
        }
        this.key = "";
        await this.waitFor(this.show(answer));
    }

    /** To be told by the kinds of games: let it move, then `reveal` what was drawn. */
    async show(answer) {
        return this.reveal(answer);
    }

    async reveal(answer) {
        this.said = answer.text;
        this.isWon = answer.is_win;
        this.voucher = answer.voucher_id
            ? `${this.el.dataset.base}/vouchers/${answer.voucher_id}`
            : "";
        this.isCovered = false;
        this.updateContent();
        const { status } = await this.waitFor(
            this.call("/my/club/games/see", { play_id: answer.play_id })
        );
        this.isBusy = false;
        this.status = status || this.status;
        this.updateContent();
    }

    uncover() {}

    /** The answer, or in words what is wrong with the line or the session. */
    async call(route, params) {
        const clubId = Number(this.el.dataset.club);
        try {
            return await rpc(route, { club_id: clubId, ...params }, { silent: true });
        } catch (error) {
            if (error.exceptionName === "odoo.http.SessionExpiredException") {
                return {
                    refused: _t("You were signed out. Sign in again: your play is still there."),
                };
            }
            if (error instanceof ConnectionLostError || error.exceptionName === undefined) {
                return {
                    isLost: true,
                    refused: _t("There is no connection. Your play is safe: try again."),
                };
            }
            return { refused: error.data?.message || "" };
        }
    }
}

/** The disc stops with a slice of what was drawn under the pointer. */
export class ClubWheel extends ClubGame {
    static selector = ".o_club_game_wheel";

    setup() {
        super.setup();
        this.angle = 0;
    }

    async show(answer) {
        const disc = this.el.querySelector(".o_club_wheel_disc");
        const slices = [...disc.querySelectorAll(`[data-prize="${answer.prize_id}"]`)];
        const slice = slices[Math.floor(Math.random() * slices.length)];
        if (slice) {
            const upright = 360 - Number(slice.dataset.middle);
            const rest = (((upright - this.angle) % 360) + 360) % 360;
            this.angle += rest + (this.isStill ? 0 : TURNS * 360);
            disc.style.transform = `rotate(${this.angle}deg)`;
            if (!this.isStill) {
                await this.waitFor(new Promise((resolve) => this.waitForTimeout(resolve, SPIN)));
            }
        }
        return this.reveal(answer);
    }
}

const COLUMNS = 12;
const ROWS = 8;
const ENOUGH = 0.45; // of the cover, after which the rest goes by itself

/** A cover over what was drawn: a finger or the mouse scratches it off, a button does it at once. */
export class ClubScratch extends ClubGame {
    static selector = ".o_club_game_scratch";
    dynamicContent = {
        ...this.dynamicContent,
        ".o_club_scratch_cover": {
            "t-on-pointerdown": this.onDown,
            "t-on-pointermove": this.onMove,
            "t-att-class": () => ({ "d-none": !this.isCovered }),
        },
        ".o_club_scratch_name": { "t-out": () => this.prize },
        ".o_club_scratch_icon": {
            "t-att-class": () => ({
                "fa-ticket": !this.drawn,
                "fa-trophy": this.drawn?.is_win,
                "fa-leaf": this.drawn && !this.drawn.is_win,
            }),
        },
    };

    setup() {
        super.setup();
        this.drawn = null;
        this.prize = this.el.querySelector(".o_club_scratch_name").textContent;
    }

    get cover() {
        return this.el.querySelector(".o_club_scratch_cover");
    }

    async show(answer) {
        this.drawn = answer;
        this.prize = answer.prize;
        this.isCovered = true;
        this.said = _t("Here is your card. Scratch it, or uncover it with the button.");
        this.updateContent();
        this.paint();
        this.el.querySelector(".o_club_game_uncover").focus({ preventScroll: true });
    }

    paint() {
        const canvas = this.cover;
        const box = canvas.getBoundingClientRect();
        const scale = window.devicePixelRatio || 1;
        canvas.width = box.width * scale;
        canvas.height = box.height * scale;
        const pen = canvas.getContext("2d");
        pen.scale(scale, scale);
        pen.fillStyle = "#9aa0a6";
        pen.fillRect(0, 0, box.width, box.height);
        pen.fillStyle = "#ffffff";
        pen.font = "600 20px sans-serif";
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        pen.fillText(_t("Scratch here"), box.width / 2, box.height / 2);
        pen.globalCompositeOperation = "destination-out";
        pen.lineCap = "round";
        pen.lineJoin = "round";
        pen.lineWidth = 44;
        this.pen = pen;
        this.touched = new Set();
    }

    onDown(ev) {
        ev.target.setPointerCapture(ev.pointerId);
        this.last = this.at(ev);
        this.scratch(this.last);
    }

    onMove(ev) {
        if (this.isCovered && this.last && (ev.buttons || ev.pointerType === "touch")) {
            this.scratch(this.at(ev));
        }
    }

    at(ev) {
        const box = this.cover.getBoundingClientRect();
        return { x: ev.clientX - box.left, y: ev.clientY - box.top, box };
    }

    scratch(to) {
        this.pen.beginPath();
        this.pen.moveTo(this.last.x, this.last.y);
        this.pen.lineTo(to.x, to.y);
        this.pen.stroke();
        const steps = Math.max(
            1,
            Math.ceil(Math.hypot(to.x - this.last.x, to.y - this.last.y) / 8)
        );
        for (let step = 0; step <= steps; step++) {
            const x = this.last.x + ((to.x - this.last.x) * step) / steps;
            const y = this.last.y + ((to.y - this.last.y) * step) / steps;
            const column = Math.floor((x / to.box.width) * COLUMNS);
            const row = Math.floor((y / to.box.height) * ROWS);
            for (const [right, down] of [
                [0, 0],
                [1, 0],
                [-1, 0],
                [0, 1],
                [0, -1],
            ]) {
                this.touched.add(`${column + right}:${row + down}`);
            }
        }
        this.last = to;
        if (this.touched.size / (COLUMNS * ROWS) > ENOUGH) {
            this.uncover();
        }
    }

    uncover() {
        if (!this.isCovered) {
            return;
        }
        this.last = null;
        return this.reveal(this.drawn);
    }
}

registry.category("public.interactions").add("loyalty_club.wheel", ClubWheel);
registry.category("public.interactions").add("loyalty_club.scratch", ClubScratch);
