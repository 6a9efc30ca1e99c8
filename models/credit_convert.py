"""Points become store credit, and store credit from points becomes points again."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..engine.credit import buys, points_back
from ..engine.posting import spendable
from ..engine.values import exact, to_minor
from .asked import one, record_id
from .club_voucher import KEY_LENGTH
from .ledger import Intent, Source
from .ledger_state import StateReader


class ClubUnit(models.Model):
    _inherit = "club.unit"

    is_credit_allowed = fields.Boolean(
        string="Becomes Store Credit", help="Members turn it into money on their eWallet, at its own rate."
    )
    credit_rate = fields.Float(
        string="Credit for One",
        digits=(16, 6),
        min_display_digits=2,
        help="Money on the wallet for one unit, in the club's currency; what one pays at the register is another rate.",
    )
    credit_min = fields.Integer(string="Least to Convert", help="The fewest units at once. 0: no minimum.")
    credit_rate_text = fields.Char(compute="_compute_credit_rate_text")

    _credit_sane = models.Constraint(
        "CHECK (COALESCE(credit_min, 0) >= 0 AND COALESCE(credit_rate, 0) BETWEEN 0 AND 1000000)",
        "The rate of store credit and its minimum cannot be negative.",
    )

    @api.depends("credit_rate", "name_plural", "currency_id")
    def _compute_credit_rate_text(self):
        for unit in self:
            unit.credit_rate_text = self.env._(
                "100 %(units)s = %(money)s of store credit",
                units=unit.name_plural or "",
                money=unit.currency_id.format(100 * unit.credit_rate) if unit.currency_id else 100 * unit.credit_rate,
            )

    @api.onchange("is_credit_allowed")
    def _onchange_is_credit_allowed(self):
        if self.is_credit_allowed and not self.credit_rate:
            self.credit_rate = self.money_value

    @api.constrains("is_credit_allowed", "credit_rate", "kind")
    def _check_credit(self):
        for unit in self.filtered("is_credit_allowed"):
            if unit.kind == "stamps":
                raise ValidationError(self.env._("Stamps fill a card. Points and cashback become store credit."))
            if unit.credit_rate <= 0:
                raise ValidationError(self.env._("Say how much store credit one unit brings: a rate above 0."))

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        units._club_open_wallets()
        return units

    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_credit_allowed"):
            self._club_open_wallets()
        return result

    def _club_open_wallets(self):
        for club in self.filtered("is_credit_allowed").club_id:
            club._club_ensure_wallet()

    def _club_credit_for(self, minor):
        """(units used, money) that ``minor`` of this unit brings, the money in the currency's minor unit."""
        currency = self.club_id.currency_id
        return buys(
            minor,
            exact(self.credit_rate),
            unit_decimals=self.decimals,
            money_decimals=currency.decimal_places,
            step=max(1, to_minor(currency.rounding, currency.decimal_places)),
        )

    def _club_credit_offer(self, free):
        """What a customer is offered of a balance: figures for a slider, all of them checked again when it is used.

        :return: dict ``unit_id``, ``name``, ``decimals``, ``least``, ``most`` (minor unit), ``rate`` (numerator,
            denominator: minor money for one minor unit), ``step`` of the money, ``money_decimals``, ``currency``
        """
        currency, decimals = self.club_id.currency_id, self.club_id.currency_id.decimal_places
        rate = exact(self.credit_rate) * 10**decimals / 10**self.decimals
        most, _money = self._club_credit_for(free)
        least, _money = self._club_credit_for(self.credit_min * 10**self.decimals)
        return {
            "unit_id": self.id,
            "name": self.name_plural,
            "decimals": self.decimals,
            "least": max(self.credit_min * 10**self.decimals, 1) if least else 1,
            "most": most if free >= self.credit_min * 10**self.decimals else 0,
            "balance": self._format(max(free, 0)),
            "rate": [rate.numerator, rate.denominator],
            "rate_text": self.credit_rate_text,
            "step": max(1, to_minor(currency.rounding, decimals)),
            "money_decimals": decimals,
            "currency": currency.name,
        }


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_credit_offers(self, pool_id=None):
        """The units that this member can turn into store credit now, see ``club.unit._club_credit_offer``."""
        club = self.club_id
        if club.state != "on" or not club.is_redeem_allowed or not self.active or not self.partner_id:
            return []
        offers = []
        for unit in club.unit_ids.filtered(lambda own: own.is_credit_allowed and own.active):
            offers.append(unit._club_credit_offer(self._club_free(unit, pool_id)[unit.id]))
        return offers

    def convert(self, unit, amount, key):
        """Turn points into store credit for a member who is there: it can be used at once.

        :param unit: id of a ``club.unit`` of the member's club that becomes store credit
        :param amount: decimal string or number in the unit; what buys nothing stays with the member
        :param key: the caller's own text of at most 64 characters: the same key again converts nothing more
        :return: ``{"credit_id", "points", "money", "currency", "wallet"}``: points used, money that came, what the
            wallet holds now; decimal strings
        :raise UserError: switched off, below the minimum, or more than the member can use
        """
        one(self)
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club redeem for a member."))
        self.check_access("read")
        member = self.sudo()
        unit = self.env["club.unit"].sudo().browse(record_id(self.env, unit)).exists()
        if unit.club_id != member.club_id:
            raise UserError(self.env._("Choose a unit of the member's own club."))
        return member._club_convert(unit, unit._to_minor(amount), key)._club_told()

    def _club_convert(self, unit, minor, key, pool=None):
        """See ``convert``. The member is locked here; points are of the home pool, or of ``pool``.

        :return: the ``club.credit``
        """
        if not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key:
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        self._lock()
        self._bring_along()
        key = f"convert:{self.id}:{key}"
        if known := self.env["club.credit"].search([("key", "=", key)]):
            if known.entry_id.unit_id != unit or known.entry_id.data.get("asked") != minor:
                raise UserError(self.env._("This request was for another amount. Start again."))
            return known
        account = self._club_check_convert(unit, minor, pool)
        units, money = unit._club_credit_for(minor)
        currency = self.club_id.currency_id
        if units <= 0:
            raise UserError(self.env._("%s are too few for store credit. Nothing was taken.", unit._format(minor)))
        program = self.club_id._club_ensure_wallet()
        major = currency.round(money / 10**currency.decimal_places)
        entry = self.env["club.entry"]._post(
            [
                Intent(
                    account_id=account.id,
                    kind="convert_out",
                    key=key,
                    amount=units,
                    source=Source(name=program.name),
                    data={
                        "asked": minor,
                        "money": major,
                        "currency_id": currency.id,
                        "rate": str(exact(unit.credit_rate)),
                    },
                )
            ],
            is_locked=True,
        )
        return self._club_credit(program, "convert", key, major, entry, self.env._("From %s", unit._format(units)))

    def _club_check_convert(self, unit, minor, pool):
        """The account that the points leave from.

        :raise UserError: why not, in a sentence; nothing was taken
        """
        _, club = self.env._, self.club_id
        if club.state != "on" or not club.is_redeem_allowed or not self.active or not self.partner_id:
            raise UserError(_("Redeeming is switched off in this club."))
        if not unit.is_credit_allowed or not unit.active:
            raise UserError(_("%s do not become store credit here.", unit.display_name))
        if minor <= 0:
            raise UserError(_("Enter how many %s are to become store credit.", unit.name_plural))
        least = unit.credit_min * 10**unit.decimals
        if minor < least:
            raise UserError(_("At least %s become store credit at a time. Nothing was taken.", unit._format(least)))
        account = self._club_account(unit, pool and pool.id)
        free = spendable(StateReader(self.env).read(account), club._today())
        if minor > free:
            raise UserError(
                _(
                    "%(member)s can use at most %(free)s now. Choose a smaller amount; nothing was taken.",
                    member=self.display_name,
                    free=unit._format(max(free, 0)),
                )
            )
        return account

    def _club_credit(self, program, kind, key, money, entry, description):
        """Put what points paid for on the wallet. The member is locked."""
        card = program._club_card_of(self.partner_id, is_wanted=True)
        card._club_take()
        card._club_move(money, description)
        return self.env["club.credit"]._note(self, program, kind, key, money, money, entry_id=entry.id)


class ClubCredit(models.Model):
    _inherit = "club.credit"

    def _club_sentence(self):
        """ "500 Beans became $ 4.00 of store credit." """
        unit = self.entry_id.unit_id
        return self.env._(
            "%(points)s became %(money)s of store credit.",
            points=unit._format(-self.entry_id.amount),
            money=self.currency_id.format(self.money),
        )

    def _club_told(self):
        """A conversion as other programs read it."""
        currency, unit = self.currency_id, self.entry_id.unit_id
        wallet = self.member_id._club_wallet_money(self.program_id)
        return {
            "credit_id": self.id,
            "points": unit._to_decimal_string(-self.entry_id.amount),
            "money": f"{self.money:.{currency.decimal_places}f}",
            "currency": currency.name,
            "wallet": f"{wallet:.{currency.decimal_places}f}",
        }

    def reverse(self, reason, amount=None, key=None):
        """Turn unspent store credit back into the points it came from, for managers.

        :param reason: stays in the member's history
        :param amount: money, by default all of this conversion that nobody has used
        :param key: the caller's own text of at most 64 characters: the same key again changes nothing
        :return: the ``club.entry`` of the points that came back
        :raise UserError: no reason, or more than is left
        """
        one(self)
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club turn store credit back. Ask one of them."))
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give a reason: it stays in the member's history."))
        if key is not None and (not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key):
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        return self.sudo()._reverse(reason, amount, key)

    def _reverse(self, reason, amount=None, key=None):
        _, currency = self.env._, self.currency_id
        self.member_id._lock()
        rows = self.search([("corrects_id", "=", self.id)])
        key = f"credit:{self.id}:reverse:" + (f"key:{key}" if key else str(len(rows) + 1))
        if known := rows.filtered(lambda row: row.key == key):
            return known.entry_id
        card = self.program_id._club_card_of(self.member_id.partner_id)
        card._club_take()
        try:
            money = self.left_money if amount is None else currency.round(float(exact(amount)))
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise UserError(_("Enter an amount of money.")) from None
        promised = sum(self.env["sale.order"]._club_wallet_elsewhere(card).values())
        left = max(0.0, min(self.left_money, card.points - promised)) if card else 0.0
        if money <= 0 or currency.compare_amounts(money, left) > 0:
            if promised:
                raise UserError(
                    _(
                        "%(promised)s of the wallet are promised to an order that is being paid. %(left)s of this "
                        "store credit can become points again.",
                        promised=currency.format(promised),
                        left=currency.format(left),
                    )
                )
            raise UserError(_("%s of this store credit is unspent and can become points again.", currency.format(left)))
        digits, before = currency.decimal_places, -sum(rows.mapped("money"))
        points, whole = -self.entry_id.amount, to_minor(self.money, digits)
        units = points_back(points, whole, to_minor(before + money, digits))
        units -= points_back(points, whole, to_minor(before, digits))
        if units <= 0:
            raise UserError(_("%s are too little for points. Choose more.", currency.format(money)))
        entry = self.env["club.entry"]._post(
            [
                Intent(
                    account_id=self.entry_id.account_id._followed().id,
                    kind="spend_return",
                    key=key,
                    amount=units,
                    source=Source(name=self.program_id.name),
                    own_entry_ids=(self.entry_id.id,),
                    corrects_id=self.entry_id.id,
                    grace_days=self.club_id.return_grace_days,
                    data={"money": money, "currency_id": currency.id},
                )
            ],
            is_locked=True,
        )
        self.env["club.remark"].create({"entry_id": entry.id, "text": reason})
        card._club_move(-money, _("Back to %s", self.entry_id.unit_id._format(units)))
        self._note(
            self.member_id, self.program_id, "reverse", key, -money, -money, entry_id=entry.id, corrects_id=self.id
        )
        return entry
