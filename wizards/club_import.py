import base64
import csv
import io
import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import get_lang

from ..engine import opening
from ..engine.values import Born
from ..models.import_cards import give_cards, keep_numbers
from ..models.ledger import Intent, Source
from .import_judge import Judge, check_may_create

MOST_BYTES = 10 * 2**20
MOST_ROWS = 50_000
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s.,(])")  # phone numbers and amounts are none
SHOWN = 200  # problems that the window lists; the file of refused rows has them all


class ClubImport(models.TransientModel):
    """Opening balances out of another system's CSV: checked first, row by row, then credited.

    Example: "17;ada@example.com;250" gives Ada 250 Beans, once, however often the file is sent.

    Invariant: an external id counts once a club; a bad row never stops what is good, unless one wants that.
    """

    _name = "club.import"
    _description = "Import Opening Balances"
    _inherit = ["club.window.mixin"]

    club_id = fields.Many2one(
        "club.club", required=True, ondelete="cascade", default=lambda self: self.env["club.club"]._only()
    )
    file = fields.Binary(string="CSV File", attachment=False)
    file_name = fields.Char()
    encoding = fields.Selection(
        [("auto", "As found"), ("utf-8", "UTF-8"), ("latin-1", "Western European")], required=True, default="auto"
    )
    decimal = fields.Selection(
        [("auto", "As found"), ("point", "Point: 12.50"), ("comma", "Comma: 12,50")],
        string="Decimals",
        required=True,
        default="auto",
    )
    pool_id = fields.Many2one(
        "club.pool",
        domain="[('club_id', '=', club_id)]",
        ondelete="cascade",
        help="For rows that name none. Empty: each member's home pool.",
    )
    has_pools = fields.Boolean(compute="_compute_has_pools")
    is_creating = fields.Boolean(string="Unknown customers become contacts")
    on_problem = fields.Selection(
        [("skip", "Import the good rows"), ("stop", "Import nothing while a row is refused")],
        string="Refused Rows",
        required=True,
        default="skip",
    )
    state = fields.Selection(
        [("file", "File"), ("checked", "Checked"), ("done", "Done")], required=True, default="file", readonly=True
    )
    summary = fields.Text(readonly=True)
    good_count = fields.Integer(readonly=True)
    known_count = fields.Integer(readonly=True)
    bad_count = fields.Integer(readonly=True)
    problem_ids = fields.One2many("club.import.problem", "wizard_id", string="Refused Rows ", readonly=True)
    refused = fields.Binary(string="All Refused Rows", readonly=True, attachment=False)
    refused_name = fields.Char(default="refused_rows.csv", readonly=True)
    template = fields.Binary(compute="_compute_template")
    template_name = fields.Char(default="opening_balances.csv", readonly=True)

    @api.depends("club_id")
    def _compute_has_pools(self):
        for wizard in self:
            wizard.has_pools = len(wizard.club_id.pool_ids) > 1

    @api.depends("club_id")
    def _compute_template(self):
        """Every column, and a row that shows how each is written."""
        for wizard in self:
            unit = wizard.club_id.tier_unit_id or wizard.club_id.unit_ids[:1]
            shown = {
                "external_id": "17",
                "name": "Ada Byron",
                "email": "ada@example.com",
                "unit": unit.name_plural,
                "amount": "250",
                "pool": wizard.club_id.pool_ids[:1].name,
                "lifetime": "900",
            }
            row = [shown.get(column, "") for column in opening.COLUMNS]
            wizard.template = self._csv([opening.COLUMNS, row])

    @api.model
    def _csv(self, rows):
        text = io.StringIO()
        # What a spreadsheet would take for a formula is text here.
        plain = ([f"'{cell}" if FORMULA.match(str(cell)) else cell for cell in row] for row in rows)
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(plain)
        return base64.b64encode(text.getvalue().encode("utf-8-sig"))

    @api.model
    def action_open(self):
        """The menu: a window with the template to download."""
        self._check_manager()
        clubs = self.env["club.club"]
        club = clubs._only() or clubs.search([("company_ids", "in", self.env.company.ids)], limit=1)
        if not club:
            raise UserError(self.env._("There is no club yet. Make one under Configuration, Clubs."))
        return self.create({"club_id": club.id})._window()

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Opening Balances"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------------ check
    def action_check(self):
        """Read the file and say what it would do; nothing is changed."""
        self._check_manager()
        sheet, verdicts = self._judge()
        good = [verdict for verdict in verdicts if not verdict.problems and not verdict.is_known]
        known = [verdict for verdict in verdicts if not verdict.problems and verdict.is_known]
        bad = [verdict for verdict in verdicts if verdict.problems]
        self.problem_ids.unlink()
        self.write(
            {
                "state": "checked",
                "good_count": len(good),
                "known_count": len(known),
                "bad_count": len(bad),
                "summary": "\n".join(self._sentences(sheet, good, known, bad)),
                "problem_ids": [
                    fields.Command.create(
                        {"line": v.number, "external_id": v.external_id, "message": " ".join(v.problems)}
                    )
                    for v in bad[:SHOWN]
                ],
                "refused": self._refused(sheet, bad) if bad else False,
            }
        )
        return self._window()

    def action_back(self):
        """Another file, or other choices."""
        self._check_manager()
        self.state = "file"
        return self._window()

    def _judge(self):
        self.ensure_one()
        sheet = self._read()
        if self.is_creating:
            check_may_create(self.env)
        decimals = {"point": ".", "comma": ","}
        amounts = [row.cells.get(column, "") for row in sheet.rows for column in ("amount", "lifetime")]
        decimal = decimals.get(self.decimal) or opening.guess_decimal(amounts, get_lang(self.env).decimal_point)
        return sheet, Judge(self, decimal).judge(sheet)

    def _read(self):
        if not self.file:
            raise UserError(self.env._("Choose a CSV file first."))
        raw = base64.b64decode(self.file)
        if len(raw) > MOST_BYTES:
            raise UserError(self.env._("The file is larger than 10 MB. Split it and import the parts."))
        try:
            text, _encoding = opening.decode(raw, None if self.encoding == "auto" else self.encoding)
            return opening.read(text, MOST_ROWS)
        except opening.Unreadable as fault:
            raise UserError(self._unreadable(fault)) from fault

    def _unreadable(self, fault):
        """Why a file cannot be read, and what to do."""
        _, detail = self.env._, fault.detail
        return {
            "spreadsheet": _("This is a spreadsheet. Open it and save it as CSV (UTF-8), then choose that file."),
            "binary": _("This is not a text file. Save the table as CSV (UTF-8) and choose that file."),
            "encoding": _("The file is not written in that encoding. Choose another one, or As found."),
            "empty": _("The file has no rows. The first line names the columns, each other line is a balance."),
            "column_missing": _("These columns are missing: %s. The template shows all of them.", detail),
            "column_twice": _("These columns are there twice: %s. Keep one of each.", detail),
            "too_long": _("The file has more than %s rows. Split it and import the parts.", detail),
            "broken": _("Line %s cannot be read: its quotes do not match.", detail),
        }[fault.code]

    def _sentences(self, sheet, good, known, bad):
        """The totals of a dry run."""
        _, totals = self.env._, defaultdict(lambda: [0, 0])
        for verdict in good:
            total = totals[verdict.unit]
            total[0] += verdict.minor
            total[1] += 1
        for unit, (minor, rows) in totals.items():
            yield _("To be credited: %(amount)s in %(rows)s rows.", amount=unit._format(minor), rows=f"{rows:,}")
        if not good:
            yield _("Nothing is left to be credited.")
        customers = {verdict.partner_id for verdict in good} - {0}
        strangers = {verdict.stranger for verdict in good} - {()}
        partners = self.env["res.partner"].browse(customers)
        members = self.env["club.member"].search_count(
            [("club_id", "=", self.club_id.id), ("partner_id", "in", partners.ids)]
        )
        if count := len(customers) - members + len(strangers):
            yield _("New members: %s.", f"{count:,}")
        if strangers:
            yield _("New contacts: %s.", f"{len(strangers):,}")
        if known:
            yield _("Imported before and passed over: %s rows.", f"{len(known):,}")
        if bad:
            yield _("Refused: %s rows, see below.", f"{len(bad):,}")
        if sheet.unused:
            yield _("Columns that are not used: %s.", ", ".join(sheet.unused))

    def _refused(self, sheet, bad):
        """The refused rows as a file, each with its problem, to be corrected and sent again."""
        rows = [[*sheet.columns, "problem"]]
        for verdict in bad:
            rows.append([*(verdict.cells.get(column, "") for column in sheet.columns), " ".join(verdict.problems)])
        return self._csv(rows)

    # ------------------------------------------------------------------ import
    def action_import(self):
        """Credit what is good and new; sent again, the same file credits nothing."""
        self._check_manager()
        self.club_id.sudo().lock_for_update(allow_referencing=True)
        _sheet, verdicts = self._judge()
        bad = [verdict for verdict in verdicts if verdict.problems]
        if bad and self.on_problem == "stop":
            raise UserError(
                self.env._(
                    "%(count)s rows are refused, the first on line %(line)s: %(problem)s Nothing was imported. "
                    "Correct them, or choose to import the good rows.",
                    count=len(bad),
                    line=bad[0].number,
                    problem=" ".join(bad[0].problems),
                )
            )
        good = [verdict for verdict in verdicts if not verdict.problems and not verdict.is_known]
        entries = self._credit(good)
        self.write({"state": "done", "good_count": len(entries), "file": False})
        self.club_id.message_post(
            body=self.env._(
                "Opening balances were imported: %(rows)s rows, %(refused)s refused.",
                rows=f"{len(entries):,}",
                refused=f"{len(bad):,}",
            )
        )
        return self._window()

    def _credit(self, verdicts):
        """Post these rows; contacts and members are made where missing."""
        if not verdicts:
            return self.env["club.entry"]
        self._make_contacts(verdicts)
        club = self.club_id.sudo()
        keep_numbers(self.env, [verdict.card for verdict in verdicts])
        enrolled = self.env["club.member"].sudo()._enrol_partners({(club.id, v.partner_id) for v in verdicts})
        members = {partner_id: row[0] for (_club, partner_id), row in enrolled.items()}
        give_cards(self.env, verdicts, members)
        homes = self.env["club.member"].sudo().browse(members.values())._home_pools()
        for verdict in verdicts:
            verdict.pool_id = verdict.pool_id or homes[members[verdict.partner_id]].id
        triples = [(members[v.partner_id], v.unit.id, v.pool_id) for v in verdicts]
        accounts, today = self.env["club.account"].sudo()._ensure(triples), club._today()
        intents = [
            Intent(
                account_id=accounts[triple],
                kind="import",
                key=self._key(verdict.external_id),
                amount=verdict.minor,
                lifetime=verdict.lifetime,
                source=Source(name=self.env._("Opening balance %s", verdict.external_id)),
                born=(Born(amount=verdict.minor, available_on=today, expires_on=verdict.expires_on),)
                if verdict.minor
                else (),
            )
            for verdict, triple in zip(verdicts, triples, strict=True)
        ]
        return self.env["club.entry"].sudo()._post(intents, is_locked=True)

    def _make_contacts(self, verdicts):
        """One contact for each unknown e-mail or phone, however many rows have it."""
        wanted = {}
        for verdict in verdicts:
            if verdict.stranger:
                wanted.setdefault(verdict.stranger, verdict)
        if not wanted:
            return
        quiet = self.env["res.partner"].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True, no_vat_validation=True
        )
        partners = quiet.create(
            [
                {
                    "name": verdict.cells.get("name") or verdict.cells.get("email") or verdict.cells.get("phone"),
                    "email": verdict.cells.get("email") or False,
                    "phone": verdict.cells.get("phone") or False,
                }
                for verdict in wanted.values()
            ]
        )
        made = dict(zip(wanted, partners.ids, strict=True))
        for verdict in verdicts:
            verdict.partner_id = verdict.partner_id or made[verdict.stranger]

    def _key(self, external_id):
        return f"import:{self.club_id.id}:{external_id}"

    def _check_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club import balances. Ask one of them."))
        self.club_id.check_access("write")


class ClubImportProblem(models.TransientModel):
    _name = "club.import.problem"
    _description = "Refused Row of an Import"
    _inherit = ["club.window.mixin"]
    _order = "line, id"

    wizard_id = fields.Many2one("club.import", required=True, ondelete="cascade")
    line = fields.Integer()
    external_id = fields.Char(string="Row ID")
    message = fields.Text(string="What to Do")
