from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.kinds import KINDS
from .fields import BigInteger
from .ledger import SENTINEL
from .posting import Batch


class ClubEntry(models.Model):
    """One movement of an account: append-only, explained, and made once by its key.

    A correction is a new entry that names what it corrects. Documents are named by text and number, so
    that deleting one never touches the history.
    """

    _name = "club.entry"
    _description = "Points Movement"
    _inherit = ["club.ledger.mixin", "club.source.mixin"]
    _log_access = False
    _order = "id desc"

    account_id = fields.Many2one("club.account", required=True, ondelete="restrict", index=True)
    kind = fields.Selection("_selection_kind", required=True)
    amount = BigInteger(required=True)
    debt_delta = BigInteger()
    lifetime_delta = BigInteger()
    key = fields.Char(required=True)
    source_model = fields.Char()
    source_id = fields.Many2oneReference(model_field="source_model")
    source_name = fields.Char(string="Document")
    business_at = fields.Datetime(string="Date", required=True, help="When it counts: an order's payment.")
    created_at = fields.Datetime(string="Booked", required=True)
    corrects_id = fields.Many2one("club.entry", ondelete="restrict", index="btree_not_null")
    actor = fields.Char(string="By")
    data = fields.Json()

    member_id = fields.Many2one(related="account_id.member_id")
    unit_id = fields.Many2one(related="account_id.unit_id")
    unit_decimals = fields.Integer(related="unit_id.decimals")
    pool_id = fields.Many2one(related="account_id.pool_id")
    club_id = fields.Many2one(related="account_id.club_id")
    amount_text = fields.Char(string="Movement", compute="_compute_amount_text")
    lot_ids = fields.One2many("club.lot", "entry_id", string="Portions")
    take_ids = fields.One2many("club.take", "entry_id", string="Taken From")
    remark_ids = fields.One2many("club.remark", "entry_id", string="Remarks")
    reason = fields.Char(compute="_compute_reason")
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)

    _key_once = models.Constraint("UNIQUE (key)", "This movement was made already.")
    _source_idx = models.Index("(source_model, source_id)")
    _business_idx = models.Index("(business_at)")
    # Entries come in the order of their time, so a few bytes find those of the last hours.
    _created_idx = models.Index("USING brin (created_at)")

    @api.model
    def _selection_kind(self):
        labels = self._kind_labels()
        return [(code, labels.get(code, code)) for code in KINDS]

    @api.model
    def _kind_labels(self):
        return {
            "award": self.env._("Earned"),
            "bonus": self.env._("Bonus"),
            "goal": self.env._("Goal reached"),
            "game": self.env._("Won"),
            "backfill": self.env._("Credited for earlier orders"),
            "winback": self.env._("To see you again"),
            "clawback": self.env._("Taken back with a refund"),
            "settle": self.env._("Paid what was owed"),
            "spend": self.env._("Used"),
            "voucher": self.env._("Reward"),
            "play": self.env._("Played"),
            "spend_return": self.env._("Given back"),
            "expire": self.env._("Expired"),
            "adjust_in": self.env._("Adjusted by staff"),
            "adjust_out": self.env._("Adjusted by staff"),
            "import": self.env._("Opening balance"),
            "move_in": self.env._("Brought along"),
            "merge_in": self.env._("From a merged membership"),
            "merge_out": self.env._("To a merged membership"),
            "pool_in": self.env._("From another location"),
            "pool_out": self.env._("To another location"),
            "convert_in": self.env._("Converted back"),
            "convert_out": self.env._("Converted"),
            "correction": self.env._("Correction"),
        }

    @api.depends("kind", "amount")
    def _compute_display_name(self):
        labels = self._kind_labels()
        for entry in self:
            entry.display_name = f"{labels.get(entry.kind, entry.kind)} {entry.amount_text}"

    @api.depends("amount")
    def _compute_amount_text(self):
        for entry in self:
            text = entry.unit_id._format(entry.amount) if entry.unit_id else str(entry.amount)
            entry.amount_text = f"+{text}" if entry.amount > 0 else text

    def _compute_reason(self):
        for entry in self:
            entry.reason = " ".join(entry.sudo().remark_ids.mapped("text"))

    def _compute_explanation(self):
        for entry in self:
            entry.explanation = self.env["ir.qweb"]._render(
                "loyalty_club.entry_explanation",
                {"entry": entry, "rows": entry._explain()},
                raise_if_not_found=False,
            )

    def _explain(self):
        """The calculation line by line in words; see ``models/explanation.py``."""
        self.ensure_one()
        return self.env["club.explanation"]._rows(self)

    # ------------------------------------------------------------------ the door
    @api.model
    def _post(self, intents, is_locked=False):
        """Write movements: the only code that does.

        Idempotent by ``Intent.key``: a key that was posted before returns its entry and changes nothing.

        :param intents: iterable of ``models.ledger.Intent``
        :param is_locked: the caller has locked the members in this same savepoint
        :return: ``club.entry`` records in the intents' order, none for an intent that would move nothing
        :raise UserError: a spend above what there is, and nothing of the batch is written
        """
        intents = list(intents)
        if not intents:
            return self.browse()
        if not is_locked:
            accounts = self.env["club.account"].sudo().browse({intent.account_id for intent in intents})
            accounts.member_id._lock()
        known = self._posted([intent.key for intent in intents])
        todo = list({intent.key: intent for intent in reversed(intents) if intent.key not in known}.values())[::-1]
        if todo:
            batch = Batch(self.with_context(club_door=SENTINEL).sudo().env, todo)
            posted = batch.write()
            known |= posted
            self._club_posted(batch)
        return self.browse(known[intent.key] for intent in intents if intent.key in known)

    @api.model
    def _club_posted(self, batch):
        """Hook: a batch of movements was written; its members are locked."""

    @api.model
    def _actor(self):
        """Who does it, by name; a customer's own would outlive an erasure in a table that never changes."""
        return self.env.user.name if self.env.user._is_internal() else self.env._("Customer")

    @api.model
    def _posted(self, keys):
        return dict(self.env.execute_query(SQL("SELECT key, id FROM club_entry WHERE key = ANY(%s)", list(keys))))

    @api.model
    def _refuse_shortfall(self, account_id, shortfall):
        account = self.env["club.account"].sudo().browse(account_id)
        raise UserError(
            self.env._(
                "%(member)s has %(missing)s too few. Choose a smaller amount; nothing was taken.",
                member=account.member_id.display_name,
                missing=account.unit_id._format(shortfall),
            )
        )


class ClubRemark(models.Model):
    """Free text about an entry, kept apart from the history so that it can be erased."""

    _name = "club.remark"
    _description = "Remark on a Points Movement"

    entry_id = fields.Many2one("club.entry", required=True, ondelete="restrict", index=True)
    text = fields.Char(required=True)
