"""The members list: who has a birthday, who stays away, whose points count where, and one adjustment for many."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..engine.posting import State, spendable
from ..engine.values import Born
from .asked import record_id
from .ledger import Intent, Source
from .ledger_state import StateReader

MOST = 5000  # members that one adjustment reaches: a few seconds, in one transaction
KEY_LENGTH = 64
RECENT = 10


class ClubMember(models.Model):
    _inherit = "club.member"

    birthday = fields.Date(related="partner_id.club_birthday", groups="base.group_user")
    birthday_month = fields.Selection(
        "_selection_month",
        compute="_compute_birthday_month",
        search="_search_birthday_month",
        groups="base.group_user",
    )
    idle_days = fields.Integer(
        string="Days Without an Order", compute="_compute_idle_days", search="_search_idle_days",
        help="Since the latest paid order; of who never bought, since joining.",
    )  # fmt: skip
    scope_text = fields.Char(
        string="Counts At", compute="_compute_scope_text", help="Where the balance can be used: its group of outlets."
    )

    @api.model
    def _selection_month(self):
        _ = self.env._
        names = (
            _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"),
            _("September"), _("October"), _("November"), _("December"),
        )  # fmt: skip
        return [(str(number), name) for number, name in enumerate(names, 1)]

    @api.depends("partner_id.club_birthday")
    def _compute_birthday_month(self):
        for member in self:
            birthday = member.sudo().partner_id.club_birthday
            member.birthday_month = str(birthday.month) if birthday else False

    def _search_birthday_month(self, operator, value):
        """Months by number, and "this" and "next"."""
        if operator != "in":
            return NotImplemented
        this = fields.Date.context_today(self).month
        named = {"this": this, "next": this % 12 + 1}
        months = [int(named.get(month, month)) for month in value if month]
        found = Domain("partner_id.club_birthday.month_number", "in", months) if months else Domain.FALSE
        return found | Domain("partner_id.club_birthday", "=", False) if False in value else found

    @api.depends("last_paid_at", "joined_at")
    def _compute_idle_days(self):
        now = fields.Datetime.now()
        for member in self:
            since = member.last_paid_at or member.joined_at
            member.idle_days = (now - since).days if since else 0

    def _search_idle_days(self, operator, value):
        turned = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
        if operator not in turned or isinstance(value, bool) or not isinstance(value, (int, float)):
            return NotImplemented
        # Four hundred years are for ever: nobody types more by mistake and gets an error of the calendar.
        days = min(max(int(value) + (operator in (">", "<=")), 0), 150_000)
        day = fields.Datetime.now() - timedelta(days=days)
        sign = "<=" if operator in (">=", ">") else ">"
        unknown = Domain("last_paid_at", "=", False) & Domain("joined_at", sign, day)
        return Domain("last_paid_at", sign, day) | unknown

    @api.depends("account_ids.pool_id", "club_id")
    def _compute_scope_text(self):
        shared = self.env._("All outlets")
        several = {club.id: len(club.pool_ids) > 1 for club in self.club_id}
        pools = defaultdict(dict)
        for account in self.sudo()._origin.account_ids:
            if not account.merged_into_id:
                pools[account.member_id.id][account.pool_id] = None
        names = {pool.id: pool.name for own in pools.values() for pool in own}
        for member in self:
            own = [names[pool.id] for pool in pools[member._origin.id]]
            member.scope_text = ", ".join(own) if several.get(member.club_id.id) else shared

    @api.model
    def _ticked(self):
        """The members that were ticked in a list, or the one whose form it is: whom a window is for."""
        is_listed = self.env.context.get("active_model") == "club.member"
        return self.browse(self.env.context.get("active_ids") if is_listed else ())

    # ------------------------------------------------------------------ one adjustment for many
    def adjust_all(self, unit, amount, reason, key=None, counts_lifetime=True):
        """Add or remove the same amount for each of these members, all of them or none.

        Points go to the member's home pool. Who has less than is to be removed keeps what they have.

        :param unit: id of a ``club.unit`` of the members' club
        :param amount: decimal string or number in the unit, negative to remove
        :param key: the caller's own text of at most 64 characters: the same key again changes nothing
        :return: ids of the members whose balance changed by this key
        :raise UserError: no reason, nobody, members of several clubs, or more than 5,000
        """
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club adjust balances. Ask one of them."))
        self.check_access("write")
        unit = self.env["club.unit"].browse(record_id(self.env, unit)).exists().sudo()
        self._check_many(unit)
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Give a reason: it stays in the member's history."))
        minor = unit._to_minor(amount)
        if not minor:
            raise UserError(self.env._("Enter an amount other than 0."))
        if not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key:
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        return self.sudo()._adjust_all(unit, minor, reason.strip(), key, counts_lifetime)

    def _check_many(self, unit):
        if not self:
            raise UserError(self.env._("Choose at least one member."))
        if len(self) > MOST:
            raise UserError(
                self.env._(
                    "Choose at most %(most)s members at once: these are %(count)s. Narrow the list by a filter, by "
                    "tier for example.",
                    most=f"{MOST:,}",
                    count=f"{len(self):,}",
                )
            )
        if self.sudo().club_id != unit.club_id:
            raise UserError(self.env._("Choose members of one club, and a unit of it."))

    def _adjust_all(self, unit, minor, reason, key, counts_lifetime):
        self._lock()
        members = self
        if minor < 0:
            free = self._free_at_home(unit)
            done = self.env["club.entry"]._posted([member._many_key(key) for member in self])
            members = self.filtered(lambda member: free[member.id] >= -minor or member._many_key(key) in done)
        homes = members._home_pools()
        triples = {member: (member.id, unit.id, homes[member.id].id) for member in members}
        accounts = self.env["club.account"]._ensure(triples.values())
        today = unit.club_id._today()
        intents = [
            Intent(
                account_id=accounts[triple],
                kind="adjust_in" if minor > 0 else "adjust_out",
                key=member._many_key(key),
                amount=abs(minor),
                source=Source(name=self.env._("Adjustment")),
                born=(Born(amount=minor, available_on=today),) if minor > 0 else (),
                lifetime=None if counts_lifetime else 0,
            )
            for member, triple in triples.items()
        ]
        entries = self.env["club.entry"]._post(intents, is_locked=True)
        self.env["club.remark"].create(
            [{"entry_id": entry.id, "text": reason} for entry in entries.filtered(lambda own: not own.remark_ids)]
        )
        return entries.account_id.member_id.ids

    def _many_key(self, key):
        return f"adjust:{self.id}:key:{key}"

    def _free_at_home(self, unit):
        """member id → what could be taken of the home pool now."""
        homes, free, today = self._home_pools(), dict.fromkeys(self.ids, 0), unit.club_id._today()
        accounts = self.account_ids.filtered(
            lambda own: own.unit_id == unit and not own.merged_into_id and own.pool_id == homes[own.member_id.id]
        )
        lots = StateReader(self.env).lots(set(accounts.ids), [])
        for account in accounts:
            state = State(debt=account.debt, lots=tuple(lots.get(account.id, ())))
            free[account.member_id.id] += spendable(state, today)
        return free


class ClubClub(models.Model):
    _inherit = "club.club"

    recent_member_ids = fields.Many2many(
        "club.member", string="Latest Members", compute="_compute_recent_member_ids", help="Who joined last."
    )

    def _compute_recent_member_ids(self):
        for club in self:
            own = [("club_id", "=", club._origin.id)]
            club.recent_member_ids = self.env["club.member"].search(own, order="id desc", limit=RECENT)

    def action_add_member(self):
        """A contact who is a member from now on, without an order."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Member"),
            "res_model": "club.member",
            "views": [(False, "form")],
            "context": {"default_club_id": self.id},
        }
