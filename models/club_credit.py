from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.credit import converted_part, share
from ..engine.values import to_minor
from .ledger import SENTINEL


class ClubCredit(models.Model):
    """What store credit came from points, and what of it was used: a movement of a member's wallet.

    ``money`` is the part that points bought, ``wallet_money`` all that moved. Credit converted from points is
    used before money that was paid in: it is no real money, and what is left of it is the sum of ``money``.

    Example: 5.00 from Beans and 20.00 paid in; an order of 8.00 uses 5.00 from Beans and 3.00 of the money.
    Invariant: a document uses and gets back no more converted credit than there was; half of an order brings
    half of it back.
    """

    _name = "club.credit"
    _description = "Store Credit Movement"
    _inherit = ["club.source.mixin", "club.door.mixin"]
    _order = "id desc"

    member_id = fields.Many2one("club.member", required=True, ondelete="restrict", index=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    program_id = fields.Many2one(
        "loyalty.program", string="Wallet", required=True, ondelete="restrict", index=True, readonly=True
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    kind = fields.Selection(
        [
            ("convert", "Converted"),
            ("reward", "Reward"),
            ("use", "Used"),
            ("return", "Given Back"),
            ("top_up", "Topped Up"),
            ("reverse", "Back to Points"),
        ],
        required=True,
        readonly=True,
    )
    money = fields.Monetary(string="From Points", required=True, readonly=True)
    wallet_money = fields.Monetary(string="On the Wallet", required=True, readonly=True)
    entry_id = fields.Many2one("club.entry", ondelete="restrict", readonly=True, index="btree_not_null")
    entry_text = fields.Char(string="Points", related="entry_id.amount_text")
    reason = fields.Char(related="entry_id.reason")
    corrects_id = fields.Many2one("club.credit", ondelete="restrict", readonly=True, index="btree_not_null")
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    source_name = fields.Char(string="Document", readonly=True)
    key = fields.Char(required=True, readonly=True, copy=False)
    actor = fields.Char(string="By", readonly=True)
    left_money = fields.Monetary(string="Can Go Back", compute="_compute_left_money")

    _key_once = models.Constraint("UNIQUE (key)", "This movement of store credit was made already.")
    _source_idx = models.Index("(source_model, source_id)")

    @api.depends("kind", "money")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for credit in self:
            credit.display_name = f"{labels.get(credit.kind, '')} {credit.currency_id.format(credit.money)}"

    def _compute_left_money(self):
        """What of a conversion may become points again: unspent, and not turned back before."""
        own = self.sudo().filtered(lambda credit: credit.kind in ("convert", "reward"))
        (self - own).left_money = 0.0
        before = dict(self.sudo()._read_group([("corrects_id", "in", own.ids)], ["corrects_id"], ["money:sum"]))
        for (member, program), credits in own.grouped(lambda credit: (credit.member_id, credit.program_id)).items():
            left = member._club_credit_left(program)
            for credit in credits:
                unreturned = credit.money + before.get(credit, 0.0)
                credit.left_money = max(0.0, credit.currency_id.round(min(unreturned, left)))

    # ------------------------------------------------------------------ the door
    def _door_words(self):
        return self.env._("Store credit moves with points and orders, by their own buttons.")

    @api.model
    def _note(self, member, program, kind, key, money, wallet_money, source=None, **values):
        """Write one movement; the member is locked."""
        return self.sudo().with_context(club_door=SENTINEL).create({
            "member_id": member.id,
            "program_id": program.id,
            "kind": kind,
            "key": key,
            "money": money,
            "wallet_money": wallet_money,
            "source_model": source and source.model,
            "source_id": source and source.id,
            "source_name": source and source.name,
            "actor": self.env["club.entry"]._actor(),
            **values,
        }).with_context(club_door=None)  # fmt: skip

    @api.model
    def _move_member(self, gone, kept):
        """Two memberships became one: the host added their wallets up."""
        own = self.sudo().with_context(club_door=SENTINEL).search([("member_id", "=", gone.id)])
        own.write({"member_id": kept.id})

    # ------------------------------------------------------------------ what documents did
    @api.model
    def _owner(self, card):
        """Whose membership a wallet's card belongs to, if anybody's."""
        club_id = self.env["club.club"]._wallet_clubs().get(card.program_id.id)
        members = self.env["club.member"].sudo().with_context(active_test=False)
        if not club_id or not card.partner_id:
            return members.browse()
        return members.search([("club_id", "=", club_id), ("partner_id", "=", card.partner_id.id)])

    @api.model
    def _of_document(self, source):
        return self.sudo().search([("source_model", "=", source.model), ("source_id", "=", source.id)])

    @api.model
    def _used_by(self, source):
        """How much converted credit a document was paid with: what refunds gave back was used all the same."""
        return -sum(self._of_document(source).filtered(lambda row: row.kind == "use").mapped("money"))

    @api.model
    def _bring(self, member, program, source, used, returned=0.0):
        """Note what a document took from a wallet by now and what came back with refunds, by the difference.

        The wallet itself has moved already with what was used, and moves with what came back by the caller.

        :param used: money that the document takes from the wallet as it stands
        :param returned: money of it that refunds brought back
        :return: money that came back since the last time (below 0: that went again)
        """
        member._lock()
        digits, currency = program.currency_id.decimal_places, program.currency_id
        rows = self._of_document(source).filtered(lambda row: row.member_id == member and row.program_id == program)
        number = len(rows)

        def noted(kind):
            own = rows.filtered(lambda row: row.kind == kind)
            return (to_minor(sum(own.mapped(name)), digits) for name in ("wallet_money", "money"))

        def note(kind, wallet, converted):
            nonlocal number
            number += 1
            scale = 10**digits
            key = f"{source.model}:{source.id}:{member.id}:{program.id}:{number}"
            self._note(
                member, program, kind, key, currency.round(converted / scale), currency.round(wallet / scale), source
            )

        was, was_converted = (-part for part in noted("use"))
        now, back = to_minor(used, digits), to_minor(returned, digits)
        if now > was:
            left = to_minor(member._club_credit_left(program, spent=used - was / 10**digits), digits)
            converted = was_converted + converted_part(left, now - was)
        else:
            converted = share(was_converted, now, was)
        if now != was:
            note("use", was - now, was_converted - converted)
        had, had_converted = noted("return")
        if back != had:
            note("return", back - had, share(converted, back, now) - had_converted)
        return currency.round((back - had) / 10**digits)

    @api.model
    def _bring_top_up(self, member, program, source, money, paid, total):
        """Note what a document put on a wallet, where points or credit from points paid a part of that document."""
        digits, scale = program.currency_id.decimal_places, 10**program.currency_id.decimal_places
        rows = self._of_document(source).filtered(lambda row: row.member_id == member and row.program_id == program)
        noted = rows.filtered(lambda row: row.kind == "top_up")
        wallet, converted = (to_minor(sum(noted.mapped(name)), digits) for name in ("wallet_money", "money"))
        now = to_minor(money, digits)
        part = share(to_minor(paid, digits), now, to_minor(total, digits))
        if part != converted or (noted and now != wallet):
            key = f"{source.model}:{source.id}:{member.id}:{program.id}:{len(rows) + 1}"
            self._note(member, program, "top_up", key, (part - converted) / scale, (now - wallet) / scale, source)


class ClubMember(models.Model):
    _inherit = "club.member"

    credit_ids = fields.One2many("club.credit", "member_id", string="Store Credit")
    credit_text = fields.Char(string="On the Wallet", compute="_compute_credit_text")
    credit_warning = fields.Char(compute="_compute_credit_text")
    is_credit_open = fields.Boolean(compute="_compute_is_credit_open")
    has_credit_fault = fields.Boolean(
        string="Wallet Differs", compute="_compute_has_credit_fault", search="_search_has_credit_fault"
    )

    def _compute_is_credit_open(self):
        """Can something of this member become store credit?"""
        for member in self:
            club = member.sudo().club_id
            is_on = club.state == "on" and club.is_redeem_allowed and member.active and member.partner_id
            member.is_credit_open = bool(is_on and club.unit_ids.filtered("is_credit_allowed"))

    def _compute_credit_text(self):
        """What is on the wallet, and of it from points; and the word where somebody changed it by hand."""
        for member in self:
            program = member.sudo().club_id.credit_program_id
            wallet, converted = member._club_wallet_money(program), member._club_credit_noted(program)
            money, _ = program.currency_id.format, self.env._
            missing = program and program.currency_id.compare_amounts(converted, max(wallet, 0.0)) > 0
            member.credit_text = member.credit_warning = ""
            if not program or not (wallet or converted):
                continue
            member.credit_text = _(
                "%(wallet)s, of it %(converted)s from points",
                wallet=money(wallet),
                converted=money(max(0.0, min(wallet, converted))),
            )
            if missing or wallet < 0:
                member.credit_warning = _(
                    "The wallet holds %(missing)s less than it should: it was changed by hand or used twice. "
                    "Its own history says when.",
                    missing=money(max(converted, 0.0) - wallet),
                )

    def _compute_has_credit_fault(self):
        for member in self:
            member.has_credit_fault = bool(member.credit_warning)

    def _search_has_credit_fault(self, operator, value):
        """Whose wallet holds less than the credit from points that nobody has used."""
        if operator != "in":
            return NotImplemented
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT noted.member_id
                     FROM (SELECT member_id, program_id, SUM(money) AS money FROM club_credit GROUP BY 1, 2) noted
                     JOIN club_member m ON m.id = noted.member_id
                     LEFT JOIN LATERAL (
                          SELECT SUM(points) AS money FROM loyalty_card c
                           WHERE c.partner_id = m.partner_id AND c.program_id = noted.program_id AND c.active
                          ) wallet ON TRUE
                    WHERE m.partner_id IS NOT NULL AND
                          LEAST(COALESCE(wallet.money, 0), COALESCE(wallet.money, 0) - noted.money) < -0.0001"""
            )
        )
        found = Domain("id", "in", [row[0] for row in rows])
        return found if True in value else ~found

    def _club_wallet_money(self, program):
        """What is on the member's wallets of a program."""
        if not program or not self.partner_id:
            return 0.0
        cards = self.env["loyalty.card"].sudo()
        own = cards.search([("program_id", "in", program.ids), ("partner_id", "in", self.sudo().partner_id.ids)])
        return program.currency_id.round(sum(own.mapped("points")))

    def _club_credit_noted(self, program):
        """Converted credit that nobody has used, as it was noted."""
        rows = self.env["club.credit"].sudo().search([("member_id", "in", self.ids), ("program_id", "in", program.ids)])
        return program.currency_id.round(sum(rows.mapped("money"))) if program else 0.0

    def _club_credit_left(self, program, spent=0.0):
        """Converted credit that is there: no more than is on the wallet, whoever changed that by hand.

        :param spent: what the wallet was charged just now and is not noted yet
        """
        wallet = self._club_wallet_money(program) + spent
        return max(0.0, min(self._club_credit_noted(program), wallet))
