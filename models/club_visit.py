"""Who stands at a kiosk, or sits at a table with a phone: recognised by the server, for one order."""

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.codes import is_ean13
from ..engine.codes import token as spell
from .club_member import CARD_PREFIX
from .club_presence import WAYS

TOKEN_BYTES = 20  # 160 random bits
LIFETIME_MINUTES = 30
LONGEST = 128
KEPT_DAYS = 7


class ClubVisit(models.Model):
    """One recognised customer at one self-order device, for one order.

    Example: Ada scans her card at kiosk 2 and types her PIN. The kiosk gets a token; with it, and at kiosk 2 alone,
    the order it sends next is hers. Half an hour later, or when she is done, the token says nothing any more.

    Invariants: a browser never names a customer, it only sends the token back. What is stored does not show the
    token. A phone number, known or not, is answered alike: only ``is_shown`` visits show a name or a balance, and
    only ``is_proven`` ones spend.
    """

    _name = "club.visit"
    _description = "Customer at a Self-Order Device"
    _order = "id desc"
    _log_access = False

    digest = fields.Char(required=True, readonly=True, groups="base.group_system")
    config_id = fields.Many2one("pos.config", string="Device", required=True, ondelete="cascade", index=True)
    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True)
    member_id = fields.Many2one("club.member", ondelete="cascade", index="btree_not_null")
    phone = fields.Char(readonly=True, help="Typed by somebody who is no member yet and agreed to become one.")
    how = fields.Selection(WAYS, string="Recognised", required=True, readonly=True)
    is_shown = fields.Boolean(string="Sees Name and Balance", readonly=True)
    is_proven = fields.Boolean(string="May Spend", readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True, index=True)
    order_uuid = fields.Char(readonly=True, index="btree_not_null")
    choice = fields.Json(readonly=True)

    _digest_once = models.UniqueIndex("(digest)", "Draw another token.")

    @api.model
    def _digest(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    # ------------------------------------------------------------------ recognised
    @api.model
    def _identify(self, config, scanned="", phone="", consent=False, pin="", token="", address=""):
        """Recognise who scanned or typed something at this device.

        :param config: the ``pos.config`` whose access token was checked
        :param scanned: a member's code or card
        :param phone: a phone number, with ``consent`` to collect points by it
        :param pin: of whom the card of ``token`` was recognised
        :return: dict, see ``_answer``; ``{"ask": "pin", "token"}``; or ``{"refused"}``, a sentence
        """
        visits = self.sudo().with_context(active_test=True)
        config = config.sudo()
        try:
            club = visits._club_of(config)
            visits._count_try(config, address)
            if pin:
                return visits._identify_by_pin(config, pin, token)
            if scanned:
                return visits._identify_by_code(config, club, scanned, address)
            return visits._identify_by_phone(config, club, phone, consent)
        except UserError as refusal:
            return {"refused": str(refusal)}

    @api.model
    def _club_of(self, config):
        """The club that takes part at this device now.

        :raise UserError: none does
        """
        if not config._club_self_is_on():
            raise UserError(self.env._("Points are not collected here at the moment."))
        return config.club_outlet_id.club_id

    @api.model
    def _identify_by_code(self, config, club, scanned, address):
        """A code of the own page proves who shows it; a card is a number that could be anybody's."""
        if not isinstance(scanned, str) or len(scanned) > LONGEST:
            raise UserError(self._unknown())
        if self.env["club.pass"]._is_pass(scanned):
            with self.env.cr.savepoint():
                used = self.env["club.pass"]._consume(scanned, config)
            self._count_back(config, address)
            return self._open(config, club, "pass", member=used["member"], is_shown=True, is_proven=True)
        member = self.env["club.member"]
        if is_ean13(scanned) and scanned.startswith(CARD_PREFIX):
            member = member._find(club, card=scanned)
        if not member.partner_id:
            raise UserError(self._unknown())
        if club.self_proof != "card" and member.has_pin:
            return {"ask": "pin", "token": self._open(config, club, "card", member=member)["token"]}
        return self._open(
            config, club, "card", member=member, is_shown=True, is_proven=club.self_proof == "card"
        )

    @api.model
    def _identify_by_pin(self, config, pin, token):
        """The card was recognised a moment ago; a wrong PIN leaves it there."""
        visit = self._of(token, config)
        if visit.how not in ("card", "pin") or not visit.member_id:
            raise UserError(self.env._("Scan your card again."))
        if not visit.member_id._check_pin(pin):
            raise UserError(
                self.env._("This is not the PIN. After a few wrong ones it counts no more for an hour.")
            )
        visit.write({"how": "pin", "is_shown": True, "is_proven": visit.club_id.self_proof != "code"})
        return visit._answer(token)

    @api.model
    def _identify_by_phone(self, config, club, phone, consent):
        """Known or not, the answer is the same: who is a member is nobody else's business."""
        number = config._club_read_phone(phone)
        if not consent:
            raise UserError(self.env._("Agree first that your points are kept with this number."))
        member = config._club_member_by_phone(club, number)
        return self._open(config, club, "phone", member=member, phone=False if member else number)

    @api.model
    def _open(self, config, club, how, member=None, phone=False, is_shown=False, is_proven=False):
        token = spell(secrets.token_bytes(TOKEN_BYTES))
        visit = self.create({
            "digest": self._digest(token),
            "config_id": config.id,
            "club_id": club.id,
            "member_id": member.id if member else False,
            "phone": phone,
            "how": how,
            "is_shown": is_shown,
            "is_proven": is_proven,
            "expires_at": self._good_until(),
        })  # fmt: skip
        return visit._answer(token)

    @api.model
    def _good_until(self):
        return fields.Datetime.now() + timedelta(minutes=LIFETIME_MINUTES)

    def _answer(self, token):
        """What the device may show: dict ``token``, ``name``, ``balances``, ``tier``, ``text``, ``is_proven``."""
        answer = {"token": token, "name": "", "balances": [], "tier": "", "is_proven": False}
        if not self.is_shown:
            return answer | {"text": self.env._("Your points will be added.")}
        member = self.member_id
        name = (member.partner_id.name or "").partition(" ")[0]
        return answer | {
            "name": name if any(map(str.isalpha, name)) else "",
            "balances": member._club_self_balances(self.config_id.club_outlet_id),
            "tier": member.tier_id._label(),
            "text": self.env._("Welcome back!"),
            "is_proven": self.is_proven,
        }

    @api.model
    def _unknown(self):
        return self.env._("This code is not known here. Try again, or type your phone number.")

    # ------------------------------------------------------------------ who it was
    @api.model
    def _of(self, token, config):
        """The open visit of this token at this device; none for whatever else may be sent."""
        none = self.sudo().browse()
        if not isinstance(token, str) or not token.isascii() or not 0 < len(token) <= LONGEST:
            return none
        domain = [("digest", "=", self._digest(token)), ("config_id", "=", config.id)]
        found = self.sudo().search_fetch(domain, limit=1)
        is_open = found and found.expires_at > fields.Datetime.now() and config._club_self_is_on()
        return found if is_open else none

    def _customer(self):
        """The contact of whom it is; none for somebody who is no member yet."""
        member = self.member_id._club_current()
        return member.partner_id if member.active else member.partner_id.browse()

    def _forget(self, is_mistake=False):
        """Done, skipped or walked away: the token says nothing any more. An order that was sent with it stays whose
        it is, unless that was a mistake."""
        for visit in self:
            uuid = visit.order_uuid
            placed = self.env["pos.order"].sudo().search([("uuid", "=", uuid)], limit=1) if uuid else None
            if placed and not is_mistake:
                visit.expires_at = fields.Datetime.now()
                continue
            if placed:
                placed._club_self_let_go(visit)
            visit.unlink()

    @api.autovacuum
    def _gc_visits(self):
        """A visit lives on with its order, which may be paid at the counter much later."""
        self.search([("expires_at", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS))]).unlink()
