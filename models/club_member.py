import secrets
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine import tiers
from ..engine.codes import ean13, token
from ..engine.values import Born
from .asked import LAST_ID, one, record_id, whole
from .fields import BigInteger
from .ledger import Intent, Source
from .locking import take

CARD_PREFIX = "299"
SECRET_BYTES = 16
KEY_LENGTH = 64


class ClubMember(models.Model):
    """A partner in a club: tier, card, lifetime total, balances.

    Its row is the lock of all its balances: every transaction that touches them first UPDATEs
    ``lock_version``. A lock alone would leave a stale snapshot under REPEATABLE READ; an UPDATE fails.
    """

    _name = "club.member"
    _description = "Member"
    _order = "id desc"
    _rec_names_search = ["partner_id", "card_number"]

    club_id = fields.Many2one(
        "club.club",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
        default=lambda self: self.env["club.club"]._only(),
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="restrict", index="btree_not_null", readonly=True
    )
    active = fields.Boolean(default=True)
    home_pool_id = fields.Many2one(
        "club.pool",
        ondelete="set null",
        readonly=True,
        help="Where points without an order go: the pool of the outlet of the first order.",
    )
    tier_id = fields.Many2one("club.tier", ondelete="restrict", index=True, readonly=True)
    tier_since = fields.Datetime(readonly=True)
    card_number = fields.Char(readonly=True, copy=False)
    secret = fields.Char(readonly=True, copy=False, groups="loyalty_club.loyalty_club_group_manager")
    lifetime = BigInteger(readonly=True, help="All that was ever earned of the unit that tiers count.")
    joined_at = fields.Datetime(readonly=True)
    is_guest = fields.Boolean(readonly=True)
    consent_at = fields.Datetime(readonly=True)
    lock_version = fields.Integer(readonly=True)
    account_ids = fields.One2many("club.account", "member_id", string="Balances")
    hold_ids = fields.One2many("club.hold", "member_id", string="Promised")
    move_ids = fields.One2many("club.move", "member_id", string="Tier History")
    entry_count = fields.Integer(compute="_compute_entry_count")
    balance_text = fields.Char(string="Balance", compute="_compute_balance_text")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")

    _partner_once = models.Constraint("UNIQUE (club_id, partner_id)", "This contact is a member already.")
    _card_once = models.UniqueIndex("(card_number) WHERE card_number IS NOT NULL", "This card belongs to a member.")
    _secret_idx = models.Index("(secret) WHERE secret IS NOT NULL")

    @api.depends("partner_id", "card_number")
    def _compute_display_name(self):
        for member in self:
            member.display_name = member.partner_id.sudo().display_name or self.env._("Member %s", member.id)

    def _compute_entry_count(self):
        counts = defaultdict(int)
        for account, count in self.env["club.entry"]._read_group(
            [("account_id", "in", self.account_ids.ids)], ["account_id"], ["__count"]
        ):
            counts[account.member_id] += count
        for member in self:
            member.entry_count = counts[member]

    @api.depends("account_ids.balance")
    def _compute_balance_text(self):
        """What each member has by today's dates, less what is owed; expired points are gone whatever was booked."""
        accounts = self.sudo()._origin.account_ids.filtered(lambda account: not account.merged_into_id)
        portfolio, by_member = accounts._portfolio(), defaultdict(lambda: defaultdict(int))
        for account in accounts:
            own = portfolio[account.id]
            left = own["active"] + sum(part for part, _day in own["inactive"]) - account.debt
            by_member[account.member_id.id][account.unit_id] += left
        for member in self:
            totals = by_member[member._origin.id].items()
            member.balance_text = " · ".join(unit._format(total) for unit, total in totals)

    # ------------------------------------------------------------------ enrolling
    @api.model
    def _enrol_partners(self, wanted, is_guest=False, consent_source=None, pools=None, paid=None):
        """Make members of (club id, partner id) pairs and lock them; who is one already stays one.

        ``pools`` are the home pools of new ones: dict (club id, partner id) → pool id; ``paid`` says likewise
        when their first orders were paid.

        Two first orders of one customer at once: the second waits, fails and is repeated by the host.

        :return: dict (club id, partner id) → (member id, tier id, tier since)
        """
        if not wanted:
            return {}
        now = fields.Datetime.now()
        ids = [row[0] for row in self.env.execute_query(
            SQL("SELECT nextval('club_member_id_seq') FROM generate_series(1, %s)", len(wanted))
        )]  # fmt: skip
        rows = []
        for member_id, (club_id, partner_id) in zip(ids, sorted(set(wanted)), strict=False):
            tier = self.env["club.club"].browse(club_id)._rulebook().tiers[0]
            rows.append((
                member_id, club_id, partner_id, tier.id, now, ean13(CARD_PREFIX, member_id),
                token(secrets.token_bytes(SECRET_BYTES)), now, is_guest, consent_source and now, consent_source,
                (pools or {}).get((club_id, partner_id)), (paid or {}).get((club_id, partner_id), now),
                self.env.uid, self.env.uid, now, now,
            ))  # fmt: skip
        result = self.env.cr.execute_values(
            """INSERT INTO club_member (id, club_id, partner_id, tier_id, tier_since, card_number, secret,
                                        joined_at, is_guest, consent_at, consent_source, home_pool_id, last_paid_at,
                                        create_uid, write_uid, create_date, write_date,
                                        active, lifetime, lock_version)
               VALUES %s
               ON CONFLICT (club_id, partner_id) DO UPDATE SET lock_version = club_member.lock_version + 1
               RETURNING club_id, partner_id, id, tier_id, tier_since""",
            rows,
            template="(" + "%s, " * 17 + "TRUE, 0, 0)",
            page_size=1000,
            fetch=True,
        )
        self.invalidate_model()
        self.env["res.partner"].invalidate_model(["club_member_ids"])
        return {(club_id, partner_id): row for club_id, partner_id, *row in result}

    @api.model
    def enrol(self, partner_id, club_id, has_agreed=False):
        """Make a contact a member and credit the orders that waited for it; who is one already stays one.

        :param has_agreed: the customer said yes: the date is kept
        :raise AccessError: the caller may not look up members
        """
        self.check_access("read")
        partner = self.env["res.partner"].browse(record_id(self.env, partner_id))
        partner.check_access("read")
        club = self.env["club.club"].browse(record_id(self.env, club_id))
        club.check_access("read")
        if not partner.exists() or not club.exists():
            raise UserError(self.env._("Choose a contact and a club."))
        member = self.sudo()._join(club, partner, "staff" if has_agreed else None)
        return self.browse(member.id)

    @api.model_create_multi
    def create(self, vals_list):
        """Members made by hand or by an import get card, secret and tier like any other."""
        members = self.browse()
        for vals in vals_list:
            if not vals.get("club_id") or not vals.get("partner_id"):
                raise UserError(self.env._("A member is a contact in a club: choose both."))
            members |= self.enrol(vals["partner_id"], vals["club_id"])
        return members

    def write(self, vals):
        """Tier, card and totals come from the club's own actions: nobody writes them from outside."""
        if not self.env.su and vals.keys() - {"active"}:
            raise AccessError(
                self.env._("A member's tier, card and totals are not typed in. Use Adjust to correct a balance.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if self.account_ids:
            raise UserError(
                self.env._("A member's history of points stays. Use Erase to remove the person and keep the figures.")
            )

    # ------------------------------------------------------------------ tiers
    @api.model
    def _club_review_tiers(self, rows):
        """Move members whose lifetime total reaches a higher tier, or no longer reaches theirs.

        A tier falls at once only where a refund takes back what had reached it: whoever has a tier for another
        reason keeps it.

        :param rows: (member id, club id, tier id, lifetime, last day of a tier set by hand, change of lifetime
            [, the document it comes from])
        """
        moves, now = {"up": [], "down": []}, fields.Datetime.now()
        figures = self._counted_figures([row[:2] for row in rows])
        for member_id, club_id, tier_id, lifetime, tier_until, delta, *source in rows:
            rules = self.env["club.club"].browse(club_id)._rulebook()
            held, figure = rules.tier(tier_id).id, figures.get(member_id, lifetime)
            is_by_hand = bool(tier_until) and tier_until >= rules.today(now)
            if move := tiers.review(rules.thresholds(), held, figure, figure - delta, is_by_hand):
                target, way = move
                moves[way].append((member_id, held, target, figure, *source))
        self.env["club.move"]._record(moves["up"], "lifetime")
        self.env["club.move"]._record(moves["down"], "refund")

    @api.model
    def _recount_lifetimes(self, clubs):
        """Another unit decides the tiers: totals are its own, and who reaches a higher tier by them moves up."""
        self.env.flush_all()
        rows = take(
            self.env,
            SQL(
                """UPDATE club_member m SET lifetime = total.lifetime, lock_version = m.lock_version + 1
                     FROM (SELECT member.id, COALESCE(SUM(a.lifetime), 0)::bigint AS lifetime
                             FROM club_member member JOIN club_club c ON c.id = member.club_id
                             LEFT JOIN club_account a
                                    ON a.member_id = member.id AND a.unit_id = c.tier_unit_id
                            WHERE c.id = ANY(%s) GROUP BY member.id) total
                    WHERE m.id = total.id AND m.lifetime IS DISTINCT FROM total.lifetime
                RETURNING m.id, m.club_id, m.tier_id, m.lifetime, m.tier_until""",
                list(clubs.ids),
            ),
        )
        self.invalidate_model()
        self._club_review_tiers([(*row, 0) for row in rows])

    def _tier_at(self, moment):
        """The tier each member held at a moment; only who moved since is looked up."""
        held = {member.id: member.tier_id.id for member in self}
        for move in self.env["club.move"].search(
            [("member_id", "in", self.ids), ("moved_at", ">", moment)], order="moved_at desc, id desc"
        ):
            held[move.member_id.id] = move.from_tier_id.id
        return held

    # ------------------------------------------------------------------ what members have
    @api.readonly
    def get_balance(self):
        """What these members have, one dict per account.

        :return: list of ``{"member_id", "unit", "unit_id", "pool", "active", "inactive": [{"amount",
            "available_on"}], "expiring": [{"amount", "expires_on", "reason"}], "held", "debt", "lifetime"}``;
            amounts are decimal strings in the unit, dates ISO; ``reason`` is "date", or "inactivity" where an
            order until then moves the day on
        """
        self.check_access("read")
        accounts = self.sudo().account_ids.filtered(lambda account: not account.merged_into_id)
        portfolio = accounts._portfolio()
        result = []
        for account in accounts:
            text, own = account.unit_id._to_decimal_string, portfolio[account.id]
            result.append({
                "member_id": account.member_id.id,
                "unit": account.unit_id.name_plural,
                "unit_id": account.unit_id.id,
                "pool": account.pool_id.name,
                "active": text(own["active"]),
                "inactive": [{"amount": text(a), "available_on": d.isoformat()} for a, d in own["inactive"]],
                "expiring": [
                    {"amount": text(a), "expires_on": d.isoformat(), "reason": "inactivity" if is_idle else "date"}
                    for a, d, is_idle in own["expiring"]
                ],
                "held": text(own["held"]),
                "debt": text(account.debt),
                "lifetime": text(account.lifetime),
            })  # fmt: skip
        return result

    @api.readonly
    def get_history(self, limit=50, offset=0):
        """The member's movements, newest first, as dicts with decimal strings and explanations."""
        one(self).check_access("read")
        entries = (
            self.env["club.entry"]
            .sudo()
            .search(
                [("account_id", "in", self.sudo().account_ids.ids)],
                limit=whole(self.env, limit, 1, 500),
                offset=whole(self.env, offset, 0, LAST_ID),
            )
        )
        return entries._club_history_values()

    def adjust(self, unit, amount, reason, pool_id=None, counts_lifetime=True, key=None):
        """Add or remove points by hand, with a reason that stays.

        :param unit: id of a ``club.unit`` of the member's club
        :param amount: decimal string or number in the unit, negative to remove
        :param pool_id: id of a ``club.pool``; by default the member's home pool
        :param key: the caller's own text of at most 64 characters: the same key again changes nothing
        :return: the ``club.entry``, the first one's where the key was used before
        :raise UserError: no reason, nothing to adjust, more than the member has, or a key of another adjustment
        """
        one(self)
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club adjust balances. Ask one of them."))
        self.check_access("write")
        unit = self.env["club.unit"].browse(record_id(self.env, unit)).sudo().exists()
        if unit.club_id != self.sudo().club_id:
            raise UserError(self.env._("Choose a unit of the member's own club."))
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Give a reason: it stays in the member's history."))
        minor = unit._to_minor(amount)
        if not minor:
            raise UserError(self.env._("Enter an amount other than 0."))
        if key is not None and (not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or "\0" in key):
            raise UserError(self.env._("A key is a text of at most 64 characters."))
        return self.sudo()._adjust(unit, minor, reason.strip(), pool_id, counts_lifetime, key)

    def _adjust(self, unit, minor, reason, pool_id=None, counts_lifetime=True, key=None):
        pool = self._club_pool(pool_id)
        self._lock()
        key = key and f"adjust:{self.id}:key:{key}"
        if key and (known := self.env["club.entry"].search([("key", "=", key)])):
            if known.unit_id != unit or known.amount != minor:
                raise UserError(
                    self.env._(
                        "This key was used for %s already. Choose a new key for another adjustment.",
                        known.display_name,
                    )
                )
            return known
        [account_id] = self.env["club.account"]._ensure([(self.id, unit.id, pool.id)]).values()
        today = self.club_id._today()
        intent = Intent(
            account_id=account_id,
            kind="adjust_in" if minor > 0 else "adjust_out",
            key=key or f"adjust:{account_id}:{token(secrets.token_bytes(SECRET_BYTES))}",
            amount=abs(minor),
            source=Source(name=self.env._("Adjustment")),
            born=(Born(amount=minor, available_on=today),) if minor > 0 else (),
            lifetime=None if counts_lifetime else 0,
        )
        entry = self.env["club.entry"]._post([intent], is_locked=True)
        self.env["club.remark"].create({"entry_id": entry.id, "text": reason})
        return entry
