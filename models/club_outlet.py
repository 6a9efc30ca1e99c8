from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .ledger import SENTINEL


class ClubOutlet(models.Model):
    """A location of the club: its registers, websites and sales teams, opted in or not.

    Invariant: a register, a website or a sales team belongs to one outlet, an outlet to one pool.
    """

    _name = "club.outlet"
    _description = "Loyalty Outlet"
    _inherit = ["club.owned.mixin", "club.rule.mixin", "club.zone.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    pool_id = fields.Many2one(
        "club.pool",
        required=True,
        domain="[('club_id', '=', club_id)]",
        ondelete="restrict",
        index=True,
        compute="_compute_pool_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    pool_before_id = fields.Many2one(
        "club.pool", readonly=True, copy=False, ondelete="set null", help="The pool it had before it was regrouped."
    )
    pool_since = fields.Datetime(readonly=True, copy=False)
    is_pool_fixed = fields.Boolean(compute="_compute_is_pool_fixed")
    is_opted_in = fields.Boolean(
        string="Takes Part", default=True, help="Off: no earning, no redeeming and no loyalty on its screens."
    )
    opted_in_at = fields.Datetime(readonly=True, copy=False)
    tz = fields.Selection(compute="_compute_tz", store=True, readonly=False, precompute=True)
    pos_config_ids = fields.One2many("pos.config", "club_outlet_id", string="Registers")
    website_ids = fields.One2many("website", "club_outlet_id", string="Websites")
    team_ids = fields.One2many("crm.team", "club_outlet_id", string="Sales Teams")

    @api.depends("club_id")
    def _compute_pool_id(self):
        """The balance that all share; where each outlet has its own, a new one gets its own as well."""
        for outlet in self:
            if outlet.pool_id.club_id != outlet.club_id:
                is_separate = outlet.club_id.balance_scope == "outlet"
                outlet.pool_id = outlet.club_id.pool_ids.browse() if is_separate else outlet.club_id.pool_ids[:1]

    @api.depends("pool_id")
    def _compute_is_pool_fixed(self):
        """Once members have balances there, an outlet changes its pool by regrouping only."""
        used = self.pool_id._in_use()
        for outlet in self:
            outlet.is_pool_fixed = bool(outlet._origin and outlet.pool_id in used)

    @api.depends("club_id")
    def _compute_tz(self):
        for outlet in self:
            outlet.tz = outlet.tz or outlet.club_id.tz

    @api.constrains("company_id", "club_id", "pool_id")
    def _check_scope(self):
        for outlet in self:
            if outlet.company_id not in outlet.club_id.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(outlet)s belongs to %(company)s, which does not take part in %(club)s. "
                        "Add the company to the club first.",
                        outlet=outlet.name,
                        company=outlet.company_id.display_name,
                        club=outlet.club_id.name,
                    )
                )
            if outlet.pool_id.club_id != outlet.club_id:
                raise ValidationError(self.env._("Choose a pool of the same club."))
            if outlet.pool_id.merged_into_id:
                raise ValidationError(
                    self.env._(
                        "%(pool)s was merged into %(target)s. Choose that one.",
                        pool=outlet.pool_id.name,
                        target=outlet.pool_id.merged_into_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        self = self._club_note_anew(vals_list)
        for vals in vals_list:
            if vals.get("is_opted_in", True):
                vals.setdefault("opted_in_at", now)
        self._club_own_pools(vals_list)
        outlets = super().create(vals_list)
        outlets._club_prepare_registers()
        return outlets

    def _club_own_pools(self, vals_list):
        """In a club where each outlet has its own balance, a new outlet gets its own too."""
        for vals in vals_list:
            club = self.env["club.club"].browse(vals.get("club_id")) or self.env["club.club"]._only()
            if not vals.get("pool_id") and club.balance_scope == "outlet":
                vals["pool_id"] = self.env["club.pool"].create({"club_id": club.id, "name": vals.get("name")}).id

    def _club_check_pool(self, pool_id):
        """Another pool means other balances: where there are any, Regroup shows what that does and does it."""
        if self.env.context.get("club_door") is SENTINEL:
            return
        changed = self.filtered(lambda outlet: outlet.pool_id.id != pool_id)
        if used := changed.pool_id._in_use():
            raise UserError(
                self.env._(
                    "Members have balances in %s, so its outlets do not change their pool by hand. "
                    "Use Regroup on the club: it shows first what happens to whom.",
                    ", ".join(used.mapped("name")),
                )
            )

    def _honours(self, hold):
        """May this promise of points pay here? Also one made before this outlet was regrouped."""
        pool = hold.account_id._followed().pool_id
        if pool in (self.pool_id, self.pool_id._followed()) or pool._followed() == self.pool_id:
            return True
        is_earlier = self.pool_since and hold.create_date <= self.pool_since
        return bool(is_earlier and pool == self.pool_before_id._followed())

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"opted_in_at", "pool_since", "pool_before_id"}

    def write(self, vals):
        if "pool_id" in vals:
            self._club_check_pool(vals["pool_id"])
        if vals.get("is_opted_in") and "opted_in_at" not in vals:
            self.filtered(lambda outlet: not outlet.is_opted_in).sudo().opted_in_at = fields.Datetime.now()
        if vals.get("active") and "opted_in_at" not in vals:
            self.filtered(lambda outlet: not outlet.active).sudo().opted_in_at = fields.Datetime.now()
        if vals.get("is_opted_in") is False or vals.get("active") is False:
            ended = self.filtered(lambda outlet: outlet.active and outlet.is_opted_in)
            self.env["club.switch"]._record([(outlet.club_id, outlet, outlet.opted_in_at) for outlet in ended])
        result = super().write(vals)
        if {"is_opted_in", "pos_config_ids"} & vals.keys():
            self._club_prepare_registers()
        return result

    def _club_prepare_registers(self):
        """Registers of an outlet that takes part get the tender and the accounts behind it."""
        self.filtered("is_opted_in").company_id.sudo()._club_ensure_accounting()
        self.sudo().pos_config_ids._club_sync_tender()

    def _is_shown(self):
        """May its registers, its website and its order forms show anything of the club?"""
        outlet = self.sudo()
        return bool(
            outlet and outlet.active and outlet.is_opted_in and outlet.club_id.active and outlet.club_id.state != "off"
        )

    def _is_on(self, moment, channel=None):
        """Why this outlet did not take part at that moment, as a code; empty when it did.

        ``channel`` is ``pos``, ``shop``, ``sale`` or ``kiosk``.
        """
        self.ensure_one()
        rules = self.club_id._rulebook()
        code = self._off_code(rules, 0, rules.state == "on", rules.on_since, moment, "club_off")
        is_open = self.active and self.is_opted_in
        code = code or self._off_code(rules, self.id, is_open, self.opted_in_at, moment, "outlet_off")
        since = rules.channels.get(channel)
        return code or self._off_code(rules, channel, since is not False, since, moment, "channel_off")

    def _off_code(self, rules, what, is_on, since, moment, code):
        if (is_on and (not since or since <= moment)) or rules.was_on(what, moment):
            return ""
        if code == "channel_off":
            return code
        return "before_activation" if is_on else code
