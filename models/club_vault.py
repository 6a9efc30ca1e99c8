"""A whole club in one file: made at any time, and by an uninstallation; read back where the club is missing."""

import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

SHOWN = 500  # problems that the form lists
KEPT_DAYS = 30  # that a file stays here


class ClubVault(models.Model):
    """One export, or one import with how far it came and what it passed over.

    Example: Bean & Brew uninstalls the add-on and installs it again a month later. The file that the uninstallation
    left brings members, cards, tiers and balances back, with their dates; the club is off until somebody looked.

    Invariant: a file is judged as a whole before anything is written, and the same file twice changes nothing.
    """

    _name = "club.vault"
    _description = "File of a Club"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        [("export", "Export"), ("import", "Import")], required=True, default="import", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self.env.user)
    file = fields.Binary(attachment=True, string="Club File (ZIP)")
    file_name = fields.Char()
    is_creating = fields.Boolean(
        string="Unknown Customers Become Contacts",
        default=True,
        help="Off: members whose contact is not found here are left out, and listed.",
    )
    on_problem = fields.Selection(
        [("stop", "Import nothing while a line is refused"), ("skip", "Leave out members with a refused line")],
        string="Refused Lines",
        required=True,
        default="stop",
    )
    state = fields.Selection(
        [
            ("draft", "File"),
            ("checked", "Checked"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Stopped"),
        ],
        required=True,
        default="draft",
        readonly=True,
    )
    summary = fields.Text(readonly=True)
    note = fields.Text(readonly=True)
    club_ids = fields.Many2many("club.club", string="Clubs", readonly=True)
    member_count = fields.Integer(string="Members", readonly=True)
    done_count = fields.Integer(string="Imported", readonly=True)
    problem_count = fields.Integer(string="Refused Lines ", readonly=True)
    is_blocked = fields.Boolean(readonly=True, help="What is wrong concerns the whole file.")
    progress = fields.Float(compute="_compute_progress")
    problem_ids = fields.One2many("club.vault.problem", "vault_id", string="Problems", readonly=True)

    @api.depends("kind", "create_date")
    def _compute_name(self):
        for vault in self:
            day = vault.create_date and fields.Date.to_string(vault.create_date)
            vault.name = vault.file_name or (
                self.env._("Export of %s", day) if vault.kind == "export" else self.env._("Import")
            )

    @api.depends("member_count", "done_count")
    def _compute_progress(self):
        for vault in self:
            vault.progress = 100 * vault.done_count / vault.member_count if vault.member_count else 0

    # ------------------------------------------------------------------ who may
    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club export and import it. Ask one of them."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            if any(vals.keys() - self._club_typed() for vals in vals_list):
                raise UserError(self.env._("Choose a file and check it: the rest is noted by itself."))
            self = self.with_context(clean_context(self.env.context))  # defaults are typed in, too
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - self._club_typed():
                raise UserError(self.env._("Choose a file and check it: the rest is noted by itself."))
            if any(vault.kind == "export" or vault.state not in ("draft", "checked") for vault in self):
                raise UserError(self.env._("This file is a record of what was done. Make a new import instead."))
            if "file" in vals:
                self.sudo().write({"state": "draft", "summary": False, "problem_ids": [fields.Command.clear()]})
        return super().write(vals)

    @api.model
    def _club_typed(self):
        return {"file", "file_name", "is_creating", "on_problem"}

    # ------------------------------------------------------------------ export
    def action_export(self):
        """The button: all clubs that the user may see, as one file, to be downloaded at once."""
        self._check_manager()
        clubs = self.env["club.club"].with_context(active_test=False).search([])  # pylint: disable=no-search-all
        vault = self.sudo().create({"kind": "export", "state": "done", "club_ids": clubs.ids})
        vault._export()
        return vault._download()

    def _export(self):
        raw = self._club_zip(self.club_ids)
        members = self.env["club.member"].with_context(active_test=False)
        count = members.search_count([("club_id", "in", self.club_ids.ids), ("partner_id", "!=", False)])
        self.write({
            "member_count": count,
            "file": base64.b64encode(raw),
            "file_name": f"loyalty_club_{fields.Date.today().isoformat()}.zip",
        })  # fmt: skip

    def _download(self):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content?model={self._name}&id={self.id}&field=file&filename_field=file_name&download=true",
            "target": "self",
        }

    # ------------------------------------------------------------------ import
    def action_check(self):
        """Read the file and say what it would do, line by line; nothing is changed."""
        self._check_manager()
        self.check_access("write")
        self._check_open()
        self.sudo()._check()
        return True

    def action_import(self):
        """Check once more, make the club, and let its members come in the background."""
        self._check_manager()
        self.check_access("write")
        self._check_open()
        vault = self.sudo()
        vault._check()
        if vault.is_blocked or (vault.problem_count and vault.on_problem == "stop"):
            raise UserError(
                self.env._(
                    "The file has %s refused lines, so nothing was imported. Look at them below, correct the file or "
                    "choose to leave out those members.",
                    vault.problem_count,
                )
            )
        vault._begin()
        self.env.ref("loyalty_club.ir_cron_vault").sudo()._trigger()
        return True

    def action_resume(self):
        """Go on where it stopped."""
        self._check_manager()
        self.check_access("write")
        self.ensure_one()
        if self.kind == "import" and self.state == "failed":
            self.sudo().write({"state": "running", "note": False})
            self.env.ref("loyalty_club.ir_cron_vault").sudo()._trigger()
        return True

    def _check_open(self):
        self.ensure_one()
        if self.kind == "export":
            raise UserError(self.env._("This file was made here. Import it where the club is missing."))
        if self.state in ("running", "done"):
            raise UserError(self.env._("This file was imported already. Make a new import for another one."))
        if not self.file:
            raise UserError(self.env._("Choose the file of a club first: a ZIP that an export made."))


    @api.autovacuum
    def _gc_files(self):
        """What is kept of customers is not kept in files for ever: once it was downloaded or imported it goes."""
        old = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        done = self.sudo().search([("create_date", "<", old), ("state", "!=", "running"), ("file", "!=", False)])
        done.write({"file": False, "problem_ids": [fields.Command.clear()]})


class ClubVaultProblem(models.Model):
    _name = "club.vault.problem"
    _description = "Refused Line of a Club File"
    _order = "id"

    vault_id = fields.Many2one("club.vault", required=True, ondelete="cascade", index=True, readonly=True)
    file = fields.Char(readonly=True)
    line = fields.Char(readonly=True)
    message = fields.Char(string="What to Do", readonly=True)
