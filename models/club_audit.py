"""Who put a hand in: every manual intervention in one list, read from tables that nobody changes."""

from odoo import api, fields, models
from odoo.tools import SQL

from .fields import BigInteger
from .ledger import SENTINEL

SLOTS = 16  # numbers of a source's rows in the list


class ClubAudit(models.Model):
    """What staff did that no other table of ours keeps: switches, erasures, PINs taken away, exports, imports.

    Invariant: a row is never changed or deleted, and names no customer.
    """

    _name = "club.audit"
    _description = "Noted Intervention"
    _inherit = "club.ledger.mixin"
    _order = "id desc"

    club_number = fields.Integer(required=True, readonly=True, help="Which club, without pointing at it.")
    member_number = fields.Integer(readonly=True, help="Which membership, likewise.")
    what = fields.Char(required=True, readonly=True)
    note = fields.Char(readonly=True)
    actor = fields.Char(required=True, readonly=True)
    done_at = fields.Datetime(required=True, readonly=True)

    @api.model
    def _note(self, what, clubs=None, members=None, note=None):
        """Keep that the user did something to these clubs or members."""
        actor, now = self.env["club.entry"]._actor(), fields.Datetime.now()
        targets = [(club.id, None) for club in clubs or ()]
        targets += [(member.club_id.id, member.id) for member in (members or self.env["club.member"]).sudo()]
        self.sudo().with_context(club_door=SENTINEL).create([
            {
                "club_number": club_id,
                "member_number": number,
                "what": what,
                "note": note,
                "actor": actor,
                "done_at": now,
            }
            for club_id, number in targets
        ])  # fmt: skip


class ClubIntervention(models.Model):
    """The list: who, when, what, why.

    Example: "4 May, Anna, Adjusted, Ada Lovelace, +50 Beans, lost parcel".
    """

    _name = "club.intervention"
    _description = "Manual Intervention"
    _auto = False
    _order = "done_at desc, id desc"
    _rec_name = "what"

    done_at = fields.Datetime(string="When", readonly=True)
    actor = fields.Char(string="Who", readonly=True)
    what = fields.Selection("_selection_what", readonly=True)
    member_id = fields.Many2one("club.member", readonly=True)
    club_id = fields.Many2one("club.club", readonly=True)
    unit_id = fields.Many2one("club.unit", readonly=True)
    minor = BigInteger(readonly=True)
    amount_text = fields.Char(string="Amount", compute="_compute_amount_text")
    reason = fields.Char(string="Why", readonly=True)

    @api.model
    def _selection_what(self):
        _ = self.env._
        return [
            ("adjust", _("Adjusted by staff")),
            ("opening", _("Opening balance imported")),
            ("tier", _("Tier set by hand")),
            ("plays", _("Plays given")),
            ("release", _("Promise given back")),
            ("card", _("Card replaced")),
            ("voucher", _("Voucher given back")),
            ("credit", _("Store credit turned back")),
            ("history", _("Past orders credited")),
            ("pin", _("PIN taken away")),
            ("erase", _("Member erased")),
            ("data", _("Personal data exported")),
            ("export", _("Everything exported")),
            ("import", _("Club imported")),
            ("on", _("Club switched on")),
            ("off", _("Club switched off")),
            ("suspended", _("Club suspended")),
            ("archived", _("Club archived")),
            ("outlet_in", _("Outlet takes part")),
            ("outlet_out", _("Outlet stopped taking part")),
        ]

    def _compute_amount_text(self):
        for row in self:
            text = row.unit_id._format(row.minor) if row.unit_id else ""
            row.amount_text = f"+{text}" if row.unit_id and row.minor > 0 else text

    @property
    def _table_query(self):
        nothing, none = SQL("NULL::int"), SQL("NULL::bigint")
        remark = SQL("(SELECT STRING_AGG(r.text, ' ') FROM club_remark r WHERE r.entry_id = e.id)")
        of_entry = SQL("JOIN club_account a ON a.id = e.account_id")
        parts = (
            # slot, when, who, what, member, club, unit, amount, why, where from
            (1, "e.id", "e.created_at", "e.actor", "CASE WHEN e.kind = 'import' THEN 'opening' ELSE 'adjust' END",
             "a.member_id", "a.club_id", SQL("a.unit_id"), SQL("e.amount"), remark,
             SQL("club_entry e %s WHERE e.kind IN ('adjust_in', 'adjust_out', 'import')", of_entry)),
            (2, "v.id", "v.moved_at", "v.actor", "'tier'", "v.member_id", "m.club_id", nothing, none,
             SQL("CONCAT_WS(' · ', t.name->>'en_US', v.note)"),
             SQL("club_move v JOIN club_member m ON m.id = v.member_id JOIN club_tier t ON t.id = v.tier_id"
                 " WHERE v.reason = 'hand'")),
            (3, "p.id", "p.granted_at", "p.actor", "'plays'", "p.member_id", "m.club_id", nothing, none,
             SQL("(g.name->>'en_US')"),
             SQL("club_play p JOIN club_member m ON m.id = p.member_id JOIN club_game g ON g.id = p.game_id"
                 " WHERE p.origin = 'staff'")),
            (4, "h.id", "h.released_at", "h.released_by", "'release'", "h.member_id", "a.club_id", SQL("a.unit_id"),
             SQL("h.amount"), SQL("h.release_reason"),
             SQL("club_hold h JOIN club_account a ON a.id = h.account_id WHERE h.released_by IS NOT NULL")),
            (5, "c.id", "c.ended_at", "c.actor", "'card'", "c.member_id", "m.club_id", nothing, none, SQL("c.reason"),
             SQL("club_card c JOIN club_member m ON m.id = c.member_id WHERE c.actor IS NOT NULL")),
            (6, "e.id", "e.created_at", "e.actor", "'voucher'", "a.member_id", "a.club_id", SQL("a.unit_id"),
             SQL("e.amount"), remark,
             SQL("club_voucher w JOIN club_entry e ON e.corrects_id = w.entry_id %s"
                 " WHERE w.refunded_at IS NOT NULL AND w.used_model IS NULL", of_entry)),
            (7, "k.id", "k.create_date", "k.actor", "'credit'", "k.member_id", "m.club_id", nothing, none,
             SQL("(SELECT STRING_AGG(r.text, ' ') FROM club_remark r WHERE r.entry_id = k.entry_id)"),
             SQL("club_credit k JOIN club_member m ON m.id = k.member_id WHERE k.kind = 'reverse'")),
            (8, "b.id", "b.started_at", "(SELECT p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
             " WHERE u.id = b.user_id)", "'history'", "NULL::int", "b.club_id", nothing, none, SQL("b.note"),
             SQL("club_backfill b WHERE b.started_at IS NOT NULL")),
            (9, "n.id", "n.done_at", "n.actor", "n.what", "m.id", "c.id", nothing, none, SQL("n.note"),
             SQL("club_audit n JOIN club_club c ON c.id = n.club_number"
                 " LEFT JOIN club_member m ON m.id = n.member_number")),
        )  # fmt: skip
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT %s::bigint * %s + %s AS id, %s AS done_at, %s::varchar AS actor, %s::varchar AS what,
                          %s AS member_id, %s AS club_id, %s AS unit_id, %s AS minor, %s::varchar AS reason FROM %s""",
                SQL(row), SLOTS, slot, SQL(when), SQL(who), SQL(what), SQL(member), SQL(club), unit, minor, why, source,
            )
            for slot, row, when, who, what, member, club, unit, minor, why, source in parts
        )  # fmt: skip


# ------------------------------------------------------------------ what is noted
class ClubClub(models.Model):
    _inherit = "club.club"

    def write(self, vals):
        turned = self.filtered(lambda club: club.state != vals["state"]) if "state" in vals else self.browse()
        archived = self.filtered("active") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        self.env["club.audit"]._note(vals.get("state"), clubs=turned)
        self.env["club.audit"]._note("archived", clubs=archived)
        return result


class ClubOutlet(models.Model):
    _inherit = "club.outlet"

    def write(self, vals):
        changed = self.browse()
        if "is_opted_in" in vals:
            changed = self.filtered(lambda outlet: outlet.is_opted_in != vals["is_opted_in"])
        result = super().write(vals)
        for outlet in changed:
            what = "outlet_in" if outlet.is_opted_in else "outlet_out"
            self.env["club.audit"]._note(what, clubs=outlet.club_id, note=outlet.name)
        return result


class ClubMember(models.Model):
    _inherit = "club.member"

    def action_reset_pin(self):
        result = super().action_reset_pin()
        self.env["club.audit"]._note("pin", members=self)
        return result

    def _erase(self):
        members = self.sudo().filtered("partner_id")
        result = super()._erase()
        self.env["club.audit"]._note("erase", members=members)
        return result

    def action_personal_data(self):
        result = super().action_personal_data()
        self.env["club.audit"]._note("data", members=self)
        return result


class ClubVault(models.Model):
    _inherit = "club.vault"

    def action_export(self):
        result = super().action_export()
        clubs = self.env["club.club"].with_context(active_test=False).search([])  # pylint: disable=no-search-all
        self.env["club.audit"]._note("export", clubs=clubs)
        return result

    def _begin(self):
        result = super()._begin()
        self.env["club.audit"]._note("import", clubs=self.club_ids, note=self.file_name)
        return result
