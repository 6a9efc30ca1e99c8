from collections import defaultdict

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..engine import regroup
from ..models.batches import BATCH
from ..models.ledger import SENTINEL


def _key(record):
    """The id of a row, saved or being edited."""
    return record._origin.id or record.id


class ClubRegroup(models.TransientModel):
    """Which outlets share a balance: chosen, shown with all it moves, then done.

    Example: "Town" and "Airport" shall share. The preview says that 120 members' 4,500 Beans go from Airport
    to Town; Regroup changes the outlets at once and moves the balances.

    Invariant: a pool's balances stay together; the preview changes nothing.
    """

    _name = "club.regroup"
    _description = "Regroup Balances"
    _inherit = ["club.window.mixin"]

    club_id = fields.Many2one("club.club", required=True, readonly=True, ondelete="cascade")
    outlet_line_ids = fields.One2many("club.regroup.outlet", "wizard_id", string="Outlets")
    group_ids = fields.One2many("club.regroup.group", "wizard_id", string="Groups")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # ------------------------------------------------------------------ opening
    @api.model
    def _open(self, club):
        """A wizard for the club's grouping as it is."""
        self._check_companies(club)
        outlets = club.with_context(active_test=False).outlet_ids
        pools = club.pool_ids | outlets.pool_id
        wizard = self.create(
            {
                "club_id": club.id,
                "group_ids": [Command.create({"name": pool.name, "pool_id": pool.id}) for pool in pools],
            }
        )
        groups = {group.pool_id: group for group in wizard.group_ids}
        wizard.outlet_line_ids = [
            Command.create(
                {"outlet_id": outlet.id, "pool_id": outlet.pool_id.id, "group_id": groups[outlet.pool_id].id}
            )
            for outlet in outlets
        ]
        return wizard

    def _window(self, name=None):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name or self.env._("Regroup Balances"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------------ shortcuts
    def action_share_all(self):
        """One balance for all: every outlet in one group, which all balances join."""
        self._check_manager()
        largest = self._largest(self.group_ids.filtered("pool_id"))
        self.outlet_line_ids.group_id = largest
        self.group_ids.filtered("pool_id").receiver_id = largest
        self.group_ids.filtered(lambda group: not group.pool_id).unlink()
        return self._window()

    def action_separate_all(self):
        """One balance for each outlet; what members have stays with the outlet that the pool is named after."""
        self._check_manager()
        empty = self.group_ids.filtered(lambda group: not group.pool_id)
        for group in self.group_ids.filtered("pool_id"):
            lines = self.outlet_line_ids.filtered(lambda line, own=group: line.pool_id == own.pool_id)
            # Its own name first, then the order of the list; closed outlets last.
            lines = lines.sorted(
                lambda line, own=group: (
                    line.outlet_id.name != own.pool_id.name,
                    not line.outlet_id.active,
                    line.outlet_id.sequence,
                    line.outlet_id.id,
                )
            )
            for line in lines[1:]:
                line.group_id = group.create({"wizard_id": self.id, "name": line.outlet_id.name})
            lines[:1].group_id = group
            if len(lines) > 1:
                group.name = lines[0].outlet_id.name
            group.receiver_id = group
        empty.unlink()
        return self._window()

    def _largest(self, groups):
        """The group most members have a balance in: least moves then."""
        counts = self._figures(groups.pool_id)
        return max(groups, key=lambda group: (counts[group.pool_id.id]["members"], -group.pool_id.sequence))

    # ------------------------------------------------------------------ preview
    @api.depends("outlet_line_ids.group_id", "group_ids.name", "group_ids.receiver_id")
    def _compute_preview(self):
        for wizard in self:
            items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in wizard._sentences())
            wizard.preview = Markup("<ul class='mb-0'>%s</ul>") % items

    def _sentences(self):
        """What regrouping would do, sentence by sentence."""
        _, (plan, groups, lines) = self.env._, self._plan()
        members: dict = defaultdict(list)
        for line in lines.values():
            members[_key(line.group_id)].append(line.outlet_id.name)
        sentences = [
            _("%(group)s: one balance for %(outlets)s.", group=groups[key].name, outlets=", ".join(names))
            for key, names in members.items()
        ]
        figures = self._figures(self.group_ids.pool_id)
        for pool_id, key in plan.moves.items():
            sentences.append(self._move_sentence(pool_id, groups[key].name, figures[pool_id]))
        sentences += self._split_sentences(plan, groups, lines)
        if not plan.is_change:
            return [*sentences, _("Nothing changes yet: choose another group for an outlet, or a shortcut.")]
        count = self._member_count(list(plan.moves))
        if count > BATCH:
            sentences.append(
                _(
                    "%s members are concerned: their balances move in the background, and the club shows how far "
                    "it is. New points go to the new place at once, and nothing is lost meanwhile.",
                    f"{count:,}",
                )
            )
        return sentences

    def _move_sentence(self, pool_id, target, figures):
        _, source = self.env._, self.env["club.pool"].browse(pool_id).name
        if not figures["members"]:
            return _("Nobody has a balance in %s; it is closed.", source)

        def amounts(pairs):
            return ", ".join(unit._format(amount) for unit, amount in pairs)

        text = _(
            "What members have in %(pool)s goes to %(target)s: %(balances)s (members: %(members)s). "
            "Dates and history stay.",
            pool=source,
            target=target,
            balances=amounts(figures["balances"]),
            members=f"{figures['members']:,}",
        )
        if figures["owed"]:
            text += " " + _("What they owe goes along: %s.", amounts(figures["owed"]))
        if figures["held"]:
            text += " " + _("What open orders were promised stays promised: %s.", amounts(figures["held"]))
        return text

    def _split_sentences(self, plan, groups, lines):
        """Outlets that leave a balance behind."""
        leaving: dict = defaultdict(list)
        for line in lines.values():
            if plan.receivers[line.pool_id.id] != _key(line.group_id):
                leaving[line.pool_id].append(line.outlet_id.name)
        for pool, names in leaving.items():
            yield self.env._(
                "What members have in %(pool)s counts for %(receiver)s and no longer at %(outlets)s.",
                pool=pool.name,
                receiver=groups[plan.receivers[pool.id]].name,
                outlets=", ".join(names),
            )

    def _figures(self, pools):
        """dict pool id → members, balances, debts and promises by unit."""
        result = {pool_id: {"members": 0, "balances": [], "owed": [], "held": []} for pool_id in pools.ids}
        accounts = self.env["club.account"]
        waiting = [("pool_id", "in", pools.ids), ("merged_into_id", "=", False)]
        for pool, count in accounts._read_group(waiting, ["pool_id"], ["member_id:count_distinct"]):
            result[pool.id]["members"] = count
        for pool, unit, balance, debt in accounts._read_group(
            waiting, ["pool_id", "unit_id"], ["balance:sum", "debt:sum"]
        ):
            result[pool.id]["balances"].append((unit, balance))
            if debt:
                result[pool.id]["owed"].append((unit, debt))
        holds = self.env["club.hold"]._read_group(
            [("account_id.pool_id", "in", pools.ids), ("state", "=", "held")], ["account_id"], ["amount:sum"]
        )
        totals = defaultdict(int)
        for account, amount in holds:
            totals[account.pool_id.id, account.unit_id] += amount
        for (pool_id, unit), amount in totals.items():
            result[pool_id]["held"].append((unit, amount))
        return result

    def _member_count(self, pool_ids):
        [(count,)] = self.env["club.account"]._read_group(
            [("pool_id", "in", pool_ids), ("merged_into_id", "=", False)], [], ["member_id:count_distinct"]
        )
        return count

    # ------------------------------------------------------------------ the plan
    def _plan(self):
        """(plan, groups by key, lines by key): keys are ids, the same in a form that is being edited."""
        groups = {_key(group): group for group in self.group_ids}
        own = {group.pool_id.id: key for key, group in groups.items() if group.pool_id}
        lines = {_key(line): line for line in self.outlet_line_ids if line.group_id}
        groups |= {_key(line.group_id): line.group_id for line in lines.values() if _key(line.group_id) not in groups}
        found = regroup.plan(
            {key: (line.pool_id.id, _key(line.group_id)) for key, line in lines.items()},
            own,
            {group.pool_id.id: _key(group.receiver_id) for group in self.group_ids if group.receiver_id},
            {pool_id: figure["members"] for pool_id, figure in self._figures(self.group_ids.pool_id).items()},
        )
        return found, groups, lines

    # ------------------------------------------------------------------ doing it
    def action_regroup(self):
        """Change the outlets now and move the balances: at once, or in the background where there are many."""
        self._check_manager()
        self.club_id.sudo().lock_for_update(allow_referencing=True)
        self._check_fresh()
        plan, groups, lines = self._plan()
        if not plan.is_change:
            raise UserError(self.env._("Nothing changes: choose another group for an outlet first."))
        sentences = self._sentences()
        pools = self._settle_pools(plan, groups, lines)
        self._settle_outlets(pools, lines)
        browse = self.env["club.pool"].sudo().browse
        member_ids = browse()._merge_pools({browse(pool_id): pools[key].sudo() for pool_id, key in plan.moves.items()})
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
        self.club_id.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (self.env._("Balances were regrouped."), items))
        if len(member_ids) <= BATCH:
            browse()._move_members(member_ids)
            browse()._report_moved()
        else:
            self.env.ref("loyalty_club.ir_cron_move_balances").sudo()._trigger()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _settle_pools(self, plan, groups, lines):
        """dict group key → the pool it goes on with, made or renamed."""
        pools = {}
        for key in dict.fromkeys([*plan.kept, *(_key(line.group_id) for line in lines.values())]):
            pool = self.env["club.pool"].browse(plan.kept.get(key))
            if not pool:
                pool = pool.create({"club_id": self.club_id.id, "name": groups[key].name})
            elif pool.name != groups[key].name:
                for code, _name in self.env["res.lang"].get_installed():
                    pool.with_context(lang=code).name = groups[key].name
            pools[key] = pool
        return pools

    def _settle_outlets(self, pools, lines):
        now = fields.Datetime.now()
        for line in lines.values():
            pool = pools[_key(line.group_id)]
            if pool != line.pool_id:
                line.outlet_id.sudo().with_context(club_door=SENTINEL).write(
                    {"pool_id": pool.id, "pool_before_id": line.pool_id.id, "pool_since": now}
                )

    @api.model
    def _check_companies(self, club):
        missing = club.sudo().company_ids - self.env.companies
        if missing:
            raise UserError(
                self.env._(
                    "Regrouping concerns the outlets of every company of the club. "
                    "Select %s too in the company menu at the top, or ask somebody who may.",
                    ", ".join(missing.mapped("name")),
                )
            )

    def _check_fresh(self):
        """The grouping that was looked at is still the one there is, and all of it is this club's."""
        self._check_companies(self.club_id)
        outlets = self.club_id.sudo().with_context(active_test=False).outlet_ids
        seen = {(line.outlet_id.id, line.pool_id.id) for line in self.outlet_line_ids}
        now = {(outlet.id, outlet.pool_id.id) for outlet in outlets}
        pools = self.group_ids.pool_id
        if seen != now or pools.merged_into_id or pools.club_id - self.club_id:
            raise UserError(self.env._("The outlets were changed meanwhile. Close this window and open Regroup again."))

    def _check_manager(self):
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            raise AccessError(self.env._("Only managers of the club do this. Ask one of them."))
        self.club_id.check_access("write")


class ClubRegroupOutlet(models.TransientModel):
    _name = "club.regroup.outlet"
    _description = "Outlet in a Regrouping"
    _inherit = ["club.window.mixin"]

    wizard_id = fields.Many2one("club.regroup", required=True, ondelete="cascade")
    outlet_id = fields.Many2one("club.outlet", required=True, readonly=True, ondelete="cascade")
    pool_id = fields.Many2one("club.pool", string="Shares Now", required=True, readonly=True, ondelete="cascade")
    group_id = fields.Many2one(
        "club.regroup.group",
        string="Will Share",
        required=True,
        domain="[('wizard_id', '=', wizard_id)]",
        ondelete="restrict",
    )


class ClubRegroupGroup(models.TransientModel):
    """Outlets that will share a balance: a pool of today, or a new one."""

    _name = "club.regroup.group"
    _description = "Group in a Regrouping"
    _inherit = ["club.window.mixin"]

    wizard_id = fields.Many2one("club.regroup", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    pool_id = fields.Many2one("club.pool", readonly=True, ondelete="cascade")
    receiver_id = fields.Many2one(
        "club.regroup.group",
        string="Balances Go To",
        domain="[('wizard_id', '=', wizard_id)]",
        ondelete="set null",
        help="By default they stay while an outlet does, else they follow most of the outlets.",
    )
    member_count = fields.Integer(string="Members", compute="_compute_figures")
    balance_text = fields.Char(string="What They Have", compute="_compute_figures")

    @api.depends("pool_id")
    def _compute_figures(self):
        figures = self.wizard_id._figures(self.pool_id) if self.pool_id else {}
        for group in self:
            own = figures.get(group.pool_id.id, {"members": 0, "balances": []})
            group.member_count = own["members"]
            group.balance_text = ", ".join(unit._format(amount) for unit, amount in own["balances"])
