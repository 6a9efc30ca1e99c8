import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.codes import token as spell
from ..engine.posting import spendable
from .fields import BigInteger
from .ledger_state import StateReader
from .locking import take

PREFIX = "CLUB"  # what a register's scanner knows the code by
TOKEN_BYTES = 10  # 80 random bits
LIFETIME_SECONDS = 60
ROTATION_SECONDS = 45  # the page asks for the next one before this one runs out
MOST_BY_MEMBER = 300  # codes an hour: three hours of a page that is left open would be less
KEPT_DAYS = 1
LONGEST = 64


class ClubPass(models.Model):
    """The code that a member shows on a phone: good once, for a minute, at a register of the own club.

    Example: Ada opens "Show my code" and chooses 50 Beans. The register scans it, knows her, and has the 50 Beans
    filled in. Who photographed the screen reads that the code was used.

    Invariants: of all codes of a member that are open at a time one is used, once, however many registers scan.
    What is stored of a code does not show it. Choosing holds nothing: a phone that is shown to nobody would keep
    points from the customer's other orders, and the register promises them as soon as it knows the order.
    """

    _name = "club.pass"
    _description = "Code Shown on a Phone"
    _order = "id desc"
    _log_access = False

    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    digest = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime(required=True, readonly=True, index=True)
    used_at = fields.Datetime(readonly=True)
    config_id = fields.Many2one("pos.config", string="Register", ondelete="set null", readonly=True)
    kind = fields.Selection([("points", "Points"), ("reward", "Reward"), ("voucher", "Voucher")], readonly=True)
    unit_id = fields.Many2one("club.unit", ondelete="cascade", readonly=True)
    amount = BigInteger(readonly=True)
    program_id = fields.Many2one("loyalty.program", string="Reward", ondelete="cascade", readonly=True)
    voucher_id = fields.Many2one("club.voucher", ondelete="cascade", readonly=True)

    _digest_once = models.UniqueIndex("(digest)", "Draw another code.")

    @api.model
    def _digest(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _is_pass(self, token):
        """Does this text look like such a code?"""
        return isinstance(token, str) and token.startswith(PREFIX) and len(token) <= LONGEST

    # ------------------------------------------------------------------ made on the member's page
    @api.model
    def _issue(self, member, redemption=None):
        """A new code of this member, as text. The caller has made sure who is asking.

        :param redemption: what the customer wants to use it for, as ``_redemption`` returns it: ``{"kind":
            "points", "unit_id", "amount"}`` (minor unit), ``{"kind": "reward", "program_id"}`` or ``{"kind":
            "voucher", "voucher_id"}``
        :raise UserError: the club is not open, or this cannot be redeemed
        """
        member.ensure_one()
        passes, club = self.sudo(), member.sudo().club_id
        if refusal := passes._closed(member.sudo(), club):
            raise UserError(refusal)
        wanted = {}
        if redemption:
            if not club.is_redeem_page:
                raise UserError(self.env._("Choosing on this page is switched off. Ask at the register."))
            wanted = passes._read_redemption(redemption)
            if refusal := passes.new(wanted)._redemption_refusal(member.sudo()):
                raise UserError(refusal)
        if not self.env["club.attempt"].sudo()._take("pass", {f"member:{member.id}": MOST_BY_MEMBER}):
            raise UserError(self.env._("Too many codes within an hour. Show your card, or try again later."))
        token = PREFIX + spell(secrets.token_bytes(TOKEN_BYTES))
        passes.create({
            "member_id": member.id,
            "digest": self._digest(token),
            "expires_at": fields.Datetime.now() + timedelta(seconds=LIFETIME_SECONDS),
            **wanted,
        })  # fmt: skip
        return token

    @api.model
    def _read_redemption(self, told):
        """What was chosen, as values of this model; whatever else was told is left out."""
        names = {"points": ("unit_id", "amount"), "reward": ("program_id",), "voucher": ("voucher_id",)}
        kind = told.get("kind") if isinstance(told, dict) else None
        values = {name: told.get(name) for name in names.get(kind, ())}
        if not values or not all(type(value) is int and 0 < value < 2**63 for value in values.values()):
            raise UserError(self.env._("Choose what to use from the list."))
        for name in values.keys() - {"amount"}:
            if not self.env[self._fields[name].comodel_name].browse(values[name]).exists():
                raise UserError(self.env._("This is not offered any more. Choose again from the list."))
        return {"kind": kind, **values}

    # ------------------------------------------------------------------ used at a register
    @api.model
    def _consume(self, token, config):
        """Who shows this code, and what for; from now on it is used.

        Two registers at once: the second starts again and reads that it was used.

        :param config: the ``pos.config`` that scanned it
        :return: ``{"member": club.member, "redemption": None or dict, "refused": sentence}``: the redemption as
            ``_issue`` takes it, with ``name`` in words and a voucher's ``code``; ``refused`` says why what was chosen
            cannot be had any more, in which case the member is known nevertheless
        :raise UserError: the code is unknown, used or run out, or is none of this register's club
        """
        outlet = config.sudo().club_outlet_id
        if not outlet._is_shown():
            raise UserError(self.env._("This register does not take part in the club."))
        return self._use(token, outlet.club_id, config)

    @api.model
    def _use(self, token, clubs, config=None):
        """See ``_consume``; of one of these clubs."""
        found = self.browse()
        if self._is_pass(token):
            found = self.sudo().search([("digest", "=", self._digest(token))])
        member = found.member_id._club_current()
        if not found or member.club_id not in clubs:
            raise UserError(self.env._("This code is not known here. Ask the customer for a new one."))
        if refusal := found._stale() or found._closed(member, member.club_id):
            raise UserError(refusal)
        found._burn(config)
        refusal = found.kind and found._redemption_refusal(member, config)
        return {
            "member": member,
            "redemption": None if refusal or not found.kind else found._redemption(),
            "refused": refusal or "",
        }

    def _stale(self):
        """Why this code is good no more."""
        if self.used_at:
            return self.env._("This code was used already. Ask the customer for a new one.")
        if self.expires_at <= fields.Datetime.now():
            return self.env._("This code has run out. Ask the customer for a new one.")
        return ""

    def _burn(self, config):
        """Mark all open codes of the member as used: a code that was turned over a moment ago is none to keep."""
        self.flush_model()
        rows = take(
            self.env,
            SQL(
                """UPDATE club_pass SET used_at = %s, config_id = %s
                    WHERE member_id = %s AND used_at IS NULL RETURNING id""",
                fields.Datetime.now(),
                config and config.id or None,
                self.member_id.id,
            ),
        )
        self.invalidate_model()
        if (self.id,) not in rows:
            raise UserError(self._stale())

    @api.model
    def _closed(self, member, club):
        """Why nobody is let in by a code just now, as a sentence."""
        if not member.active or not member.partner_id:
            return self.env._("This membership has ended.")
        if not club.active or club.state == "off":
            return self.env._("The club is closed at the moment. Nothing is lost.")
        if club.state != "on":
            return self.env._("The club is paused. What was collected is safe and comes back when it opens again.")
        return ""

    # ------------------------------------------------------------------ what for
    def _redemption(self):
        """What was chosen, as a register reads it."""
        if self.kind == "points":
            return {
                "kind": "points",
                "unit_id": self.unit_id.id,
                "amount": self.amount,
                "name": self.unit_id._format(self.amount),
            }
        if self.kind == "reward":
            return {"kind": "reward", "program_id": self.program_id.id, "name": self.program_id.name}
        own = self.voucher_id
        return {"kind": "voucher", "voucher_id": own.id, "code": own.card_id.code, "name": own.program_id.name}

    def _redemption_refusal(self, member, config=None):
        """Why this member cannot have what was chosen, as a sentence; empty when it can be had.

        :param config: the register where it is to be had, if that is known yet
        """
        club = member.club_id
        if not (club.is_redeem_allowed and club.is_redeem_pos):
            return self.env._("Redeeming at registers is switched off in this club.")
        return getattr(self, f"_refuse_{self.kind}")(member, config)

    def _refuse_points(self, member, config):
        unit = self.unit_id
        if unit.club_id != member.club_id:
            return self.env._("Choose what to use from the list.")
        pool = config and config.sudo().club_outlet_id.pool_id
        most, least = member._club_most(unit, pool), unit._rule().redeem_min
        if self.amount > most:
            return self.env._("At most %s can be used now.", unit._format(most))
        if self.amount < least:
            return self.env._("Use at least %s at a time.", unit._format(least))
        return ""

    def _refuse_reward(self, member, config):
        program, unit = self.program_id, self.program_id.club_unit_id
        pool = config and config.sudo().club_outlet_id.pool_id
        if program not in self.env["loyalty.program"]._club_on_sale(member.club_id):
            return self.env._("This reward is not offered any more. Choose another one.")
        [(_program, verdict)] = program._club_verdicts(member, {unit.id: member._club_most(unit, pool)})
        return program._club_reason(verdict) if verdict.code else ""

    def _refuse_voucher(self, member, config):
        own = self.voucher_id
        if own.member_id._club_current() != member:
            return self.env._("This voucher belongs to another customer, who alone can use it.")
        if own.state == "expired":
            return self.env._("This voucher has run out.")
        return own._refusal(member.partner_id, config.sudo().club_outlet_id) if config else ""

    @api.autovacuum
    def _gc_passes(self):
        self.search([("expires_at", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS))]).unlink()


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_most(self, unit, pool=None):
        """What the member can spend of a unit in a pool; where that is not known yet, in the fullest one."""
        accounts = self.account_ids.filtered(lambda own: own.unit_id == unit and not own.merged_into_id)
        if pool:
            accounts = accounts.filtered(lambda own: own.pool_id._followed() == pool._followed())
        reader, today = StateReader(self.env), self.club_id._today()
        return max((spendable(reader.read(account), today) for account in accounts), default=0)


class ClubClub(models.Model):
    _inherit = "club.club"

    is_redeem_page = fields.Boolean(
        string="Chosen on the Customer's Page",
        default=True,
        tracking=True,
        help="Members choose points, a reward or a voucher on their page, and the code they show says so at the "
        "register. Off: the code says who they are, and nothing else.",
    )
