"""Names that other programs may rely on: over JSON-2 or XML-RPC with an API key, see docs/integrators.md."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.posting import spendable
from ..engine.values import to_minor
from .asked import one, record_id
from .ledger import Source
from .ledger_state import StateReader

CHANNEL = "api"
LIFETIME_HOURS = 12
KEY_LENGTH = 64


class ClubMember(models.Model):
    _inherit = "club.member"

    def authorise(self, unit, amount, source, total=None, pool_id=None):
        """Promise points to an order of another system, until it is paid or 12 hours have gone.

        Repeating the call with the same ``source`` replaces the promise, so a lost answer costs nothing.

        :param unit: id of a ``club.unit`` of the member's club
        :param amount: decimal string or number in the unit, above 0
        :param source: the other system's own key of the order, at most 64 characters
        :param total: the order's total with tax in the club's currency; caps by condition are found for it
        :return: the ``club.hold``; call ``capture`` when paid and ``release`` when not
        :raise UserError: redeeming is off, or the amount is above what may be used
        """
        one(self)
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club redeem for a member."))
        self.check_access("read")
        member = self.sudo()
        unit = self.env["club.unit"].sudo().browse(record_id(self.env, unit)).exists()
        if unit.club_id != member.club_id:
            raise UserError(self.env._("Choose a unit of the member's own club."))
        if member.club_id.state != "on" or not member.club_id.is_redeem_allowed:
            raise UserError(self.env._("Redeeming is switched off in this club."))
        if not isinstance(source, str) or not 0 < len(source) <= KEY_LENGTH or "\0" in source:
            raise UserError(self.env._("Name the order by a key of at most 64 characters."))
        member._bring_along()
        account = member._club_account(unit, pool_id)
        minor = unit._to_minor(amount)
        member._club_check_cap(account, minor, total)
        hold = (
            self.env["club.hold"]
            .sudo()
            ._authorise(
                account,
                minor,
                float(minor * unit._rule().value / 10**unit.decimals),
                member.club_id.currency_id,
                CHANNEL,
                (CHANNEL, source),
                payment_key=f"{member.club_id.id}:{source}",
                expires_at=fields.Datetime.now() + timedelta(hours=LIFETIME_HOURS),
            )
        )
        return hold.with_env(self.env)

    def _club_account(self, unit, pool_id=None):
        """The member's account of a unit in a pool, by default the home pool."""
        pool = self._club_pool(pool_id)
        account = self.account_ids.filtered(lambda own: own.unit_id == unit and own.pool_id == pool)._followed()
        if not account:
            raise UserError(self.env._("%s has no balance yet.", self.display_name))
        return account

    def _club_check_cap(self, account, minor, total):
        """Refuse what is above the least, the conditions or the most per order; needs the order's total."""
        club, unit = self.club_id, account.unit_id
        rule, money_decimals = unit._rule(), club.currency_id.decimal_places
        free = spendable(StateReader(self.env).read(account), club._today())
        bands = club.condition_ids.filtered(lambda condition: condition.unit_id == unit)
        if total is None:
            if bands or club.redeem_max_money:
                raise UserError(self.env._("This club caps redeeming by the order's total: tell the total."))
            total = minor * rule.value / 10**unit.decimals
        try:
            total = to_minor(total, money_decimals)
        except (TypeError, ValueError):
            raise UserError(self.env._("Tell the order's total as a number.")) from None
        found = unit._cap(club.currency_id, free, total)
        if minor <= 0 or minor > found.amount or minor < rule.redeem_min:
            raise UserError(
                self.env._(
                    "At most %(most)s can be used for this order, and at least %(least)s at a time.",
                    most=unit._format(found.amount),
                    least=unit._format(max(rule.redeem_min, 1)),
                )
            )


class ClubHold(models.Model):
    _inherit = "club.hold"

    def capture(self):
        """The order is paid: promised points are used. Twice does no harm.

        Staff capture what was promised to another system's order; the club's own orders do it by themselves
        when they are paid, and only managers repair those.
        """
        self._check_own_channel()
        return self.sudo()._capture_each()

    def release(self, reason=None):
        """The order will not be paid: promised points are free again. Twice does no harm.

        :param reason: str, needed for what the club's own orders were promised; kept with the promise
        """
        self._check_own_channel()
        for hold in self.sudo():
            if hold.channel == CHANNEL:
                hold._release()
            elif hold.state != "released":
                hold._release_because(reason)
        return True

    def _capture_each(self):
        entries = self.env["club.entry"]
        for hold in self:
            entries |= hold._capture(Source(name=hold.source_key or self.env._("Repaired by hand")))
        return entries

    def _check_own_channel(self):
        if all(hold.sudo().channel == CHANNEL for hold in self):
            if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
                raise AccessError(self.env._("Only staff of the club redeem for a member."))
            self.check_access("read")
        else:
            self._check_manager()
