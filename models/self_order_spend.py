"""Spending at a kiosk or a table: what is in reach of the cart at hand, and what a customer chose of it.

Whatever the browser sends is a request. Points are promised when they are chosen and leave when the order is paid.
"""

from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

from .pos_payment import SETTLED
from .pos_tender import KEY_LENGTH, SELF, Asked
from .self_order_lines import Wanted
from .tender_words import TenderWords

MOST_CODES = 20
LONGEST_CODE = 64


class ClubVisit(models.Model):
    """What one recognised customer has taken for one order.

    Example: Ada's cart comes to 121.00. She takes "Ten percent" and 100 Beans: both are promised to this order, the
    screen says 107.90, and that is what the order will come to when it is placed.

    Invariants: only a proven visit spends. Choosing again replaces what was chosen before, so a request that is
    repeated promises once. Caps, limits and refusals are those of the register.
    """

    _inherit = "club.visit"

    # ------------------------------------------------------------------ what the two routes answer
    def _offer(self, config, told):
        """What this cart can use.

        :param told: dict ``uuid`` and ``lines`` (dicts ``product_id``, ``qty``, ``price_unit``,
            ``attribute_value_ids``, ``combo_parent``: the number of an earlier line)
        :return: dict ``rewards``, ``vouchers``, ``points``, ``lines``, ``total``, ``total_after``, ``off``, each money
            as a number and as a text; ``refused``, a sentence, where nothing can be used
        """
        try:
            till, asked, order = self._read_cart(config, told)
            return self._offer_of(till, asked, order)
        except UserError as refusal:
            return self._nothing(refusal)

    def _choose(self, config, told, choice):
        """Promise what the customer wants now, and give back what is not wanted any more.

        :param choice: dict ``rewards`` (list of dicts ``id``, ``product_id``), ``vouchers`` (ids), ``code`` (typed or
            scanned) and ``points`` (dict ``unit_id``, ``amount`` in its minor unit; empty: none)
        :return: as ``_offer``, with what could not be done in ``refused``
        """
        try:
            till, asked, _order = self._read_cart(config, told)
        except UserError as refusal:
            return self._nothing(refusal)
        choice = choice if isinstance(choice, dict) else {}
        self.member_id._club_current()._lock()
        self._leave_other_order(asked.order_uuid)
        how = self.how if self.how != "login" else "pass"
        self.env["club.presence"]._note(asked.order_uuid, self._member(), how, till.display_name)
        refused = [
            *self._choose_rewards(till, asked, choice.get("rewards")),
            *self._choose_vouchers(till, asked, choice.get("vouchers"), choice.get("code")),
            *self._choose_points(till, asked, told, choice.get("points")),
        ]
        # What is undone takes the cart with it: it is in memory alone.
        offer = self._offer_of(till, asked, till._club_self_cart(told, self._customer()))
        self.choice = {"uuid": asked.order_uuid, "off": offer["off"], "total": offer["total_after"]}
        return offer | {"refused": " ".join(refused) or offer["refused"]}

    def _nothing(self, refusal):
        return {"refused": str(refusal), "rewards": [], "vouchers": [], "points": [], "lines": [], "off": 0.0}

    # ------------------------------------------------------------------ the cart
    def _member(self):
        return self.member_id._club_current()

    def _read_cart(self, config, told):
        """(the device with full rights, what is asked, the cart as an order that is not stored).

        :raise UserError: nothing can be used here and now
        """
        if not self:
            raise UserError(self.env._("Show who you are again: scan your code or your card."))
        if not self.is_proven:
            raise UserError(self.env._("To use points, scan the code on your page, or your card."))
        till = config.sudo().with_context(club_self=SELF)
        uuid = told.get("uuid") if isinstance(told, dict) else None
        if not isinstance(uuid, str) or not uuid.isprintable() or not 0 < len(uuid) <= KEY_LENGTH:
            raise UserError(self.env._("This order cannot be read. Start it again."))
        partner = self._customer()
        self._check_order(till, uuid, partner)
        order = till._club_self_cart(told, partner)
        total = till.currency_id.round(order._club_value(order.lines))
        asked = Asked(
            partner_id=partner.id,
            order_uuid=uuid,
            payment_uuid=uuid,
            payment_uuids=frozenset(),
            total=total,
            remaining=total,
        )
        till._club_redeemer(asked)
        return till, asked, order

    def _check_order(self, till, uuid, partner):
        """An order of somebody else, or one that is paid, is out of a customer's reach."""
        existing = self.env["pos.order"].search([("uuid", "=", uuid)], limit=1)
        if self.order_uuid and self.order_uuid != uuid:
            before = self.env["pos.order"].search([("uuid", "=", self.order_uuid)], limit=1)
            if before.state in SETTLED:
                raise UserError(self.env._("Show who you are again: scan your code or your card."))
        is_foreign = existing and (
            existing.state != "draft" or existing.config_id != till or existing.partner_id not in (partner, None)
        )
        if existing and not existing.partner_id:
            is_foreign = existing.state != "draft" or existing.config_id != till
        others = till._club_picks(uuid).member_id - self._member()
        is_tables = existing and till.self_ordering_mode == "mobile"  # theirs who were recognised there first
        if is_foreign or others or (is_tables and not self._may_have(existing)):
            raise UserError(self.env._("This order is not open any more. Start a new one."))

    def _leave_other_order(self, uuid):
        """What was chosen for an order that was never placed is free again."""
        before = (self.choice or {}).get("uuid")
        if before and before != uuid:
            self._give_back_unplaced(before)

    def _give_back_unplaced(self, uuid):
        if not self.env["pos.order"].search_count([("uuid", "=", uuid), ("state", "!=", "cancel")], limit=1):
            self.env["club.hold"]._picks_of("pos.order", uuid)._drop_picks()
            self.env["club.voucher"]._promised_to(uuid)._promise(False)

    def _forget(self, is_mistake=False):
        for visit in self:
            if uuid := (visit.choice or {}).get("uuid"):
                visit._give_back_unplaced(uuid)
        return super()._forget(is_mistake)

    # ------------------------------------------------------------------ choosing
    def _choose_rewards(self, till, asked, wanted):
        """Keep, take and give back rewards; sentences for those out of reach."""
        refused, keep = [], {}
        for told in wanted if isinstance(wanted, list) else ():
            told = told if isinstance(told, dict) else {"id": told}
            if type(told.get("id")) is int:
                keep[told["id"]] = told
        picks = till._club_picks(asked.order_uuid).filtered(lambda pick: not pick.program_id.is_club_reduction)
        picks.filtered(lambda pick: pick.program_id.id not in keep or not pick._is_live())._drop_picks()
        for program_id, told in list(keep.items())[:MOST_CODES]:
            try:
                with self.env.cr.savepoint():
                    pick = till._club_take_reward(asked, program_id)
                    options = dict.fromkeys(product.id for _own, product in pick.program_id._club_options() if product)
                    product_id = told.get("product_id")
                    product_id = product_id if type(product_id) is int and product_id in options else False
                    reward = next(
                        (
                            own
                            for own, product in pick.program_id._club_options()
                            if not product_id or product.id == product_id
                        ),
                        pick._club_benefit(),
                    )
                    pick._store({"reward_id": reward.id, "product_id": product_id})
            except UserError as refusal:
                refused.append(str(refusal))
        return refused

    def _choose_vouchers(self, till, asked, wanted, code):
        refused, vouchers = [], self.env["club.voucher"]
        ids = [own for own in wanted if type(own) is int][:MOST_CODES] if isinstance(wanted, list) else []
        promised = vouchers._promised_to(asked.order_uuid)
        own = vouchers.search([("id", "in", ids), ("member_id", "=", self._member().id)]) | promised.browse(ids)
        own &= vouchers.search([("id", "in", ids), ("member_id", "=", self._member().id)]) | promised
        (promised - own)._promise(False)
        if code:
            try:
                own |= self._voucher_of(till, code)
            except UserError as refusal:
                refused.append(str(refusal))
        partner = self._customer()
        for voucher in own:
            try:
                with self.env.cr.savepoint():
                    voucher._take_turn()
                    voucher.invalidate_recordset()
                    till._club_check_voucher(voucher, partner, asked.order_uuid)
                    voucher._promise(asked.order_uuid)
            except UserError as refusal:
                refused.append(str(refusal))
                voucher.filtered(lambda own: own.promised_key == asked.order_uuid)._promise(False)
        return refused

    def _voucher_of(self, till, code):
        """The voucher of a code that somebody typed or scanned.

        :raise UserError: none that this customer could use; which of the reasons it is, is not told
        """
        unknown = UserError(self.env._("There is no voucher with this code for you. Look at it and type it again."))
        if not isinstance(code, str) or not 0 < len(code.strip()) <= LONGEST_CODE:
            raise unknown
        if not self.env["club.attempt"]._take("voucher", {f"visit:{self.id}": MOST_CODES, f"till:{till.id}": 300}):
            raise UserError(self.env._("Too many codes were tried. Order without one, or ask at the counter."))
        typed = code.strip().upper().replace(" ", "")
        card = self.env["loyalty.card"].sudo().search([("code", "in", [code.strip(), typed])], limit=1)
        voucher = self.env["club.voucher"]._of_cards(card).get(card) if card else None
        if not voucher or (voucher.member_id != self._member() and not voucher.is_giftable):
            raise unknown
        return voucher

    def _choose_points(self, till, asked, told, points):
        """Promise so many points to this order; an amount that was chosen for a larger cart is lowered to what fits."""
        held = till._club_points_picks(asked.order_uuid)
        unit_id, amount = (points.get("unit_id"), points.get("amount")) if isinstance(points, dict) else (0, 0)
        if type(unit_id) is not int or type(amount) is not int or amount <= 0:
            held._drop_picks()
            return []
        asked = self._asked_for_points(asked, till._club_self_cart(told, self._customer()))
        try:
            with self.env.cr.savepoint():
                if held.unit_id.id == unit_id and held.amount == amount:
                    amount = min(amount, till._club_most_points(asked, self._member(), unit_id) or amount)
                till._club_authorise(asked, unit_id, amount)
        except UserError as refusal:
            held._drop_picks()
            return [str(refusal)]
        return []

    def _asked_for_points(self, asked, order):
        """What is left to pay once rewards and vouchers are off."""
        wanted = [want for want in order._club_self_wanted(asked.order_uuid) if want.money is None]
        off = sum(part.off for part in order._club_self_parts(wanted))
        left = max(0.0, order.currency_id.round(asked.total - off))
        return replace(asked, total=left, remaining=left)

    # ------------------------------------------------------------------ the answer
    def _offer_of(self, till, asked, order):
        wanted = order._club_self_wanted(asked.order_uuid)
        parts = order._club_self_parts(wanted)
        currency, lines = till.currency_id, {}
        for part in parts:
            lines[part.wanted.card] = lines.get(part.wanted.card, 0.0) + part.off
        off = currency.round(sum(lines.values()))
        after = currency.round(asked.total - off)
        points = self._offer_points(till, self._asked_for_points(asked, order))
        return {
            "refused": "",
            "rewards": self._offer_rewards(till, asked, order, wanted, lines),
            "vouchers": self._offer_vouchers(till, asked, order, wanted, lines),
            "points": points,
            "lines": [
                {"name": self._line_name(want), "off": lines[want.card], "text": currency.format(-lines[want.card])}
                for want in sorted(wanted, key=Wanted.rank)
                if lines.get(want.card)
            ],
            "off": off,
            "total": asked.total,
            "total_after": after,
            "text": {
                "off": currency.format(-off),
                "total": currency.format(asked.total),
                "total_after": currency.format(after),
            },
        }

    @api.model
    def _line_name(self, want):
        if want.money is not None:
            unit = want.hold.unit_id
            return unit._format(want.hold.amount)
        return want.card.program_id.name

    def _offer_rewards(self, till, asked, order, wanted, lines):
        """Tiles: those that are chosen and in reach first."""
        chosen = {want.card.program_id: want for want in wanted if want.hold and want.money is None}
        member, is_open = self._member(), till._club_open_rewards()
        found, currency = member._club_order_rewards(till.club_outlet_id, is_open), till.currency_id
        tiles = []
        for program, verdict in found:
            want, options = chosen.get(program), program._club_options()
            trial = want or self._trial(program, options)
            off = lines.get(want.card, 0.0) if want else sum(p.off for p in order._club_self_parts([trial]))
            products = [product for _own, product in options if product]
            tiles.append(
                {
                    "id": program.id,
                    "name": program.name,
                    "text": program._club_benefit(),
                    "price": program.club_price_text,
                    "icon": program._club_icon(),
                    "is_chosen": bool(want),
                    "is_in_reach": bool(want) or not verdict.code,
                    "reason": "" if want else program._club_reason(verdict),
                    "off": currency.format(-off) if off else "",
                    "is_missing": not off,
                    "products": self._told_products(products),
                }
            )
        return sorted(tiles, key=lambda tile: (not tile["is_chosen"], not tile["is_in_reach"]))

    @api.model
    def _trial(self, program, options):
        points = program.reward_ids[:1].required_points
        card = self.env["loyalty.card"].new({"program_id": program.id, "points": points})
        reward = options[0][0] if options else program.reward_ids[:1]
        return Wanted(card=card, reward=reward, product=self.env["product.product"])

    def _offer_vouchers(self, till, asked, order, wanted, lines):
        """What the member has bought or won, and what was typed for this order."""
        chosen = {want.voucher: want for want in wanted if want.voucher}
        owned = self.env["club.voucher"].search(
            [("member_id", "=", self._member().id), ("refunded_at", "=", False), ("card_id.points", ">", 0)]
        )
        partner, offered, tiles = self._customer(), till._get_program_ids(), []
        for voucher in owned | self.env["club.voucher"].union(*chosen):
            if voucher.state != "owned" or voucher.program_id not in offered:
                continue
            want = chosen.get(voucher)
            refusal = "" if want else voucher._refusal(partner, till.club_outlet_id)
            off = lines.get(want.card, 0.0) if want else 0.0
            trial = Wanted(card=voucher.card_id, reward=voucher.program_id.reward_ids[:1], product=None)
            off = off or sum(part.off for part in order._club_self_parts([trial]))
            products = trial.reward.reward_product_ids if trial.reward.reward_type == "product" else []
            tiles.append(
                {
                    "id": voucher.id,
                    "name": voucher.program_id.name,
                    "text": voucher.program_id._club_benefit(),
                    "icon": voucher.program_id._club_icon(),
                    "is_chosen": bool(want),
                    "is_in_reach": not refusal,
                    "reason": refusal,
                    "off": till.currency_id.format(-off) if off else "",
                    "is_missing": not off,
                    "products": self._told_products(products),
                }
            )
        return sorted(tiles, key=lambda tile: (not tile["is_chosen"], not tile["is_in_reach"]))

    @api.model
    def _told_products(self, products):
        """Free products that can be ordered here."""
        return [
            {"id": own.id, "template_id": own.product_tmpl_id.id, "name": own.display_name}
            for own in products
            if own.product_tmpl_id.self_order_available
        ]

    def _offer_points(self, till, asked):
        """What each unit could pay: the register's own words, and what is chosen."""
        held, words = till._club_points_picks(asked.order_uuid), TenderWords(till, asked)
        offers = []
        for choice in till._club_choices(asked, self._member()):
            own = held.filtered(lambda pick, choice=choice: pick.unit_id == choice.unit)
            least = choice.unit._rule().redeem_min
            offers.append(
                words.choice(choice)
                | {
                    "name_one": choice.unit.name,
                    "amount": own.amount,
                    "text": choice.unit._format(own.amount) if own else "",
                    "off": till.currency_id.format(-own.money) if own else "",
                    "minimum_text": choice.unit._format(least) if least else "",
                }
            )
        return offers
