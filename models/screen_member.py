"""What the member's screen shows at a glance: asked of the ledger when it is looked at, never stored."""

from odoo import api, fields, models
from odoo.tools.misc import format_date

from .fields import BigInteger

RECENT = 40
EXPIRING = 4  # dates that a balance lists, besides the day on which all of it lapses


class ClubAccount(models.Model):
    _inherit = "club.account"

    active_amount = BigInteger(string="Active", compute="_compute_portfolio", compute_sudo=True)
    held_amount = BigInteger(string="Promised", compute="_compute_portfolio", compute_sudo=True)
    held_text = fields.Char(compute="_compute_portfolio", compute_sudo=True)
    inactive_text = fields.Char(string="Inactive", compute="_compute_portfolio", compute_sudo=True)
    expiring_text = fields.Text(string="Expires", compute="_compute_portfolio", compute_sudo=True)
    debt_text = fields.Char(string="Owed", compute="_compute_portfolio", compute_sudo=True)

    @api.depends("balance", "debt")
    def _compute_portfolio(self):
        _ = self.env._
        portfolios = self._portfolio()
        for account in self:
            own, unit = portfolios.get(account.id, {}), account.unit_id
            account.active_amount = own.get("active", 0)
            account.held_amount = own.get("held", 0)
            account.inactive_text = "\n".join(
                _(
                    "%(amount)s available on %(date)s",
                    amount=unit._format(amount),
                    date=format_date(self.env, day),
                )
                for amount, day in own.get("inactive", ())
            )
            parts = own.get("expiring", [])
            shown = parts[:EXPIRING] + [part for part in parts[EXPIRING:] if part[2]]
            lines = [account._expiring_line(*part) for part in shown]
            if len(shown) < len(parts):
                lines.append(_("and later, as Points by Date says"))
            account.expiring_text = "\n".join(lines)
            held = own.get("held", 0)
            account.held_text = account._promised_of_text() if held else ""
            account.debt_text = _("%s owed", unit._format(account.debt)) if account.debt else ""

    def _expiring_line(self, amount, day, is_idle):
        _, values = self.env._, {"amount": self.unit_id._format(amount), "date": format_date(self.env, day)}
        if is_idle:
            return _("%(amount)s expiring on %(date)s if nothing is bought until then", **values)
        return _("%(amount)s expiring on %(date)s", **values)

    def action_view_entries(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_entry_action")
        return action | {"domain": [("account_id", "=", self.id)], "context": {"create": False}}


class ClubMember(models.Model):
    _inherit = "club.member"

    unit_decimals = fields.Integer(related="club_id.tier_unit_id.decimals")
    tier_metric = fields.Selection(related="club_id.tier_metric")
    avatar_128 = fields.Image(related="partner_id.avatar_128")
    tier_gap = fields.Char(compute="_compute_tier_gap", help="What is missing for the next tier.")
    open_account_ids = fields.Many2many("club.account", compute="_compute_screen_lists", string="Balances ")
    recent_entry_ids = fields.Many2many("club.entry", compute="_compute_screen_lists", string="Latest Movements")
    open_hold_ids = fields.Many2many("club.hold", compute="_compute_screen_lists", string="Open Promises")
    open_lot_ids = fields.Many2many("club.lot", compute="_compute_screen_lists", string="Points by Date")

    @api.depends("lifetime", "tier_id", "club_id.tier_period", "club_id.tier_metric")
    def _compute_tier_gap(self):
        figures = self._tier_figures()
        for member in self:
            figure, tiers = figures[member.id], member.club_id.tier_ids.sorted("threshold")
            least = max(figure, member.tier_id.threshold)
            ahead = tiers.filtered(lambda tier, least=least: tier.threshold > least)
            member.tier_gap = (
                self.env._(
                    "%(amount)s to %(tier)s",
                    amount=member.club_id._tier_format(ahead[0].threshold - figure),
                    tier=ahead[0].name,
                )
                if ahead
                else self.env._("Highest tier")
            )

    def _compute_screen_lists(self):
        """The latest movements, what is promised now, and what is left by date."""
        for member in self:
            accounts = member.account_ids
            member.open_account_ids = accounts.filtered(lambda account: not account.merged_into_id)
            member.recent_entry_ids = self.env["club.entry"].search([("account_id", "in", accounts.ids)], limit=RECENT)
            member.open_hold_ids = self.env["club.hold"].search(
                [("member_id", "in", member.ids), ("state", "=", "held")], limit=RECENT
            )
            member.open_lot_ids = self.env["club.lot"].search(
                [("account_id", "in", accounts.ids), ("left_amount", ">", 0)], limit=RECENT
            )

    def action_view_entries(self):
        """All of the member's history, beyond what the form lists."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_entry_action")
        title = self.env._("Movements of %s", self.display_name)
        return action | {
            "name": title,
            "display_name": title,
            "domain": [("account_id.member_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_view_tier_counts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_tier_count_action")
        return action | {"domain": [("member_id", "=", self.id), ("metric", "=", self.tier_metric)], "context": {}}

    def action_view_outcomes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_outcome_action")
        return action | {"domain": [("member_id", "=", self.id)], "context": {}}
