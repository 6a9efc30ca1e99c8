from odoo import api, fields, models, tools

from .rulebook import Rulebook


class ClubClub(models.Model):
    """The organisation's loyalty program: who takes part, what it counts, and its policies.

    Example: club "Beans" runs in two companies, counts Beans, lets members pay with them at the
    register, and has the tiers Member, Silver and Gold.

    Invariant: a club that is not on neither awards nor lets anybody redeem; balances stay.
    """

    _name = "club.club"
    _description = "Loyalty Club"
    _inherit = ["mail.thread", "club.zone.mixin", "club.rule.mixin", "club.validity.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        [("off", "Off"), ("on", "On"), ("suspended", "Suspended")],
        required=True,
        default="off",
        tracking=True,
        help="Off: nothing is earned or redeemed and customers see nothing. Balances stay.\n"
        "Suspended: everything stays visible and frozen.",
    )
    on_since = fields.Datetime(readonly=True, copy=False, help="Orders paid before are not credited by the repair.")
    company_ids = fields.Many2many("res.company", required=True, default=lambda self: self.env.company, tracking=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id, ondelete="restrict"
    )
    tz = fields.Selection(required=True, default=lambda self: self.env.user.tz or "UTC")

    unit_ids = fields.One2many("club.unit", "club_id", string="Units")
    tier_unit_id = fields.Many2one(
        "club.unit",
        string="Tiers Count",
        domain="[('club_id', '=', id)]",
        ondelete="restrict",
        help="The unit whose lifetime total decides a member's tier.",
    )
    pool_ids = fields.One2many("club.pool", "club_id", string="Pools")
    outlet_ids = fields.One2many("club.outlet", "club_id", string="Outlets")
    tier_ids = fields.One2many("club.tier", "club_id", string="Tiers")
    program_ids = fields.One2many("club.program", "club_id", string="Programs")
    condition_ids = fields.One2many(
        "club.condition", "club_id", string="Conditions", domain=[("outlet_id", "=", False)]
    )
    member_ids = fields.One2many("club.member", "club_id", string="Members")
    member_count = fields.Integer(compute="_compute_counts")
    outlet_count = fields.Integer(compute="_compute_counts")
    live_program_count = fields.Integer(compute="_compute_counts")
    switch_text = fields.Char(compute="_compute_switch_text", help="What switching on or off would do.")

    basis = fields.Selection(
        [
            ("net", "Net: before tax, after discounts"),
            ("gross", "Gross: with tax"),
            ("paid", "What was actually paid"),
        ],
        string="Points Are Counted On",
        required=True,
        default="net",
        tracking=True,
        help="The part of an order that earns. Of 121.00 with 21.00 of tax, net is 100.00 and gross 121.00. What was "
        "actually paid is with tax, less every discount and code.",
    )
    earn_rounding = fields.Selection(
        [("down", "Down"), ("nearest", "Nearest"), ("up", "Up")],
        required=True,
        default="down",
        tracking=True,
        help="Once an order, on its total: 9.90 at 1 point for every 1.00 is 9 down, 10 nearest or up.",
    )
    earn_on_discounted = fields.Boolean(
        string="Discounted Orders Earn in Full",
        default=True,
        tracking=True,
        help="On: promotions and codes do not reduce what an order earns. Off: they do.",
    )
    earn_on_redemption = fields.Boolean(
        string="Orders Paid Partly in Points Earn",
        default=True,
        tracking=True,
        help="On: the part paid in real money earns. Off: such an order earns nothing in that unit.",
    )
    validity_days = fields.Integer(tracking=True)
    validity_months = fields.Integer(tracking=True)
    clawback_policy = fields.Selection(
        [("debt", "The member owes them"), ("shop", "The shop bears them")],
        string="Refunded Points Already Spent",
        required=True,
        default="debt",
        tracking=True,
        help="An order is returned, and what it earned was used meanwhile. Owed points are paid by the next ones "
        "earned; nobody is asked for money.",
    )
    return_grace_days = fields.Integer(
        default=30, help="Returned points that expired meanwhile come back for this many days."
    )

    is_redeem_allowed = fields.Boolean(
        string="Allow Redeeming",
        tracking=True,
        help="On: members pay with points and buy rewards, where the switches below allow it. Off: they only collect.",
    )
    is_redeem_pos = fields.Boolean(
        string="At the Register",
        default=True,
        tracking=True,
        help="Points and rewards count at the registers of outlets that take part.",
    )
    is_redeem_shop = fields.Boolean(
        string="In the Webshop",
        default=True,
        tracking=True,
        help="Signed-in members use points and rewards in the cart; staff do so on quotations.",
    )
    is_redeem_kiosk = fields.Boolean(
        string="At the Kiosk",
        default=True,
        tracking=True,
        help="Self-order kiosks, and phones that order by the QR code of a table.",
    )
    redeem_below_bands = fields.Selection(
        [("block", "Nothing can be redeemed"), ("allow", "No cap")],
        string="Orders Below the Lowest Condition",
        required=True,
        default="block",
        tracking=True,
        help="Where conditions begin at 20.00: may an order of 15.00 be paid with points at all?",
    )
    redeem_max_money = fields.Monetary(
        string="Most per Order", help="The most money off one order by points. 0 = no maximum.", tracking=True
    )
    points_accounting = fields.Selection(
        [("discount", "Booked as a discount when used"), ("accrue", "Booked as a liability when awarded")],
        required=True,
        default="discount",
        help="Decides the account behind the Loyalty payment method.",
    )
    points_tax = fields.Selection(
        [("payment", "A payment: tax on the full price"), ("reduction", "A price reduction: tax on what is left")],
        string="Points Are",
        required=True,
        default="payment",
        tracking=True,
        help="Ask your accountant. A payment: 121.00 with 21 % in it bears 21.00 of tax, however much points pay. "
        "A price reduction: with 21.00 in points 100.00 is left, of which 17.36 is tax.",
    )
    accrual_rate = fields.Float(
        string="Expected to Be Used",
        digits=(5, 2),
        default=100,
        tracking=True,
        help="Of a hundred points awarded, how many members will use: the share of their worth that is booked.",
    )

    _grace_not_negative = models.Constraint(
        "CHECK (return_grace_days >= 0 AND return_grace_days <= 3650)",
        "Give between 0 and 3650 days of grace.",
    )
    _maximum_not_negative = models.Constraint(
        "CHECK (redeem_max_money >= 0)", "The most per order cannot be negative. Use 0 for no maximum."
    )
    _accrual_rate_sane = models.Constraint(
        "CHECK (accrual_rate > 0 AND accrual_rate <= 100)",
        "Of a hundred points members use more than 0 and at most 100: enter such a share.",
    )

    def _compute_counts(self):
        def count(model, *domain):
            return dict(self.env[model]._read_group([("club_id", "in", self.ids), *domain], ["club_id"], ["__count"]))

        members = count("club.member")
        outlets = count("club.outlet", ("is_opted_in", "=", True))
        programs = count("club.program", ("state", "=", "live"))
        for club in self:
            club.member_count = members.get(club, 0)
            club.outlet_count = outlets.get(club, 0)
            club.live_program_count = programs.get(club, 0)

    @api.depends("state")
    def _compute_switch_text(self):
        for club in self:
            figures = {
                "outlets": club.outlet_count,
                "members": club.member_count,
                "programs": club.live_program_count,
            }
            if club.state == "on":
                text = self.env._(
                    "Orders earn (outlets: %(outlets)s, live programs: %(programs)s). Switching off stops "
                    "earning and redeeming at once; balances stay (members: %(members)s).",
                    **figures,
                )
            elif club.state == "suspended":
                text = self.env._(
                    "Suspended: members see what they have, and nothing moves (members: %(members)s). Switching on "
                    "lets orders paid from that moment earn; what fell due meanwhile is good for a while longer.",
                    **figures,
                )
            else:
                text = self.env._(
                    "Nothing is earned or redeemed. Switching on lets orders paid from that moment earn "
                    "(outlets: %(outlets)s, live programs: %(programs)s); balances stay "
                    "(members: %(members)s).",
                    **figures,
                )
                if not club.with_context(active_test=False).program_ids:
                    text += " " + self.env._(
                        "As it has no program yet, it gets its first: 1 %(unit)s for every %(money)s.",
                        unit=club.tier_unit_id.name or self.env._("point"),
                        money=(club.currency_id or self.env.company.currency_id).format(1.0),
                    )
            club.switch_text = text

    @api.model_create_multi
    def create(self, vals_list):
        self = self._club_note_anew(vals_list)
        for vals in vals_list:
            if vals.get("state") == "on":
                vals.setdefault("on_since", fields.Datetime.now())
        clubs = super().create(vals_list)
        clubs._ensure_foundations()
        return clubs

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"on_since", "earn_since", "inactivity_since"}

    def write(self, vals):
        if vals.get("state") == "on" and "on_since" not in vals:
            self.filtered(lambda club: club.state != "on").sudo().on_since = fields.Datetime.now()
        if vals.get("active") and "on_since" not in vals:
            # The time in the archive was not one of being on.
            self.filtered(lambda club: not club.active).sudo().on_since = fields.Datetime.now()
        if vals.get("state", "on") != "on" or vals.get("active") is False:
            ended = self.filtered(lambda club: club.active and club.state == "on")
            self.env["club.switch"]._record([(club, club.env["club.outlet"], club.on_since) for club in ended])
        result = super().write(vals)
        if vals.get("state") == "on":
            self._ensure_program()
        if "tier_unit_id" in vals:
            self.env["club.member"].sudo()._recount_lifetimes(self)
        return result

    def _ensure_foundations(self):
        """A club without a unit, pool or tier cannot do anything: make the obvious ones."""
        for club in self:
            if not club.unit_ids:
                self.env["club.unit"].create({"club_id": club.id})
            if not club.pool_ids:
                self.env["club.pool"].create({"club_id": club.id, "name": club.name})
            if not club.tier_ids:
                self.env["club.tier"].create({"club_id": club.id, "name": self.env._("Member")})
            if not club.tier_unit_id:
                club.tier_unit_id = club.unit_ids[:1]

    def _ensure_program(self):
        """A club that is switched on untouched gives one unit for every 1.00; whoever made a draft decides."""
        for club in self:
            if not club.with_context(active_test=False).program_ids:
                tier = club.tier_ids.sorted("threshold")[:1]
                program = {"name": club.name, "tier_id": tier.id, "unit_id": club.tier_unit_id.id}
                self.env["club.program"].create(program).action_go_live()
                club.invalidate_recordset(["program_ids"])

    def action_switch_on(self):
        return self.write({"state": "on"})

    def action_switch_off(self):
        return self.write({"state": "off"})

    @api.model
    def _only(self):
        """The club of this company where there is one: nobody should have to choose it."""
        clubs = self.search([("company_ids", "in", self.env.company.ids)], limit=2)
        return clubs if len(clubs) == 1 else self.browse()

    @api.model
    def action_open_own(self):
        """The menu: straight to the club where there is one, a list where there are several."""
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_club_action")
        action["path"] = False  # its address is the menu's, so that it is opened by it under the app's menu
        clubs = self.search([], limit=2)
        if len(clubs) != 1:
            return action
        return action | {"views": [(False, "form")], "res_id": clubs.id}

    def action_view_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_member_action")
        return action | {"domain": [("club_id", "=", self.id)]}

    def action_view_outlets(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_outlet_action")
        return action | {"domain": [("club_id", "=", self.id)], "context": {"default_club_id": self.id}}

    def action_view_programs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_program_action")
        return action | {"domain": [("club_id", "=", self.id)], "context": {}}

    @tools.ormcache("self.id", cache="default")
    def _rulebook(self):
        """The club's live rules as plain values, read once for the whole process."""
        return Rulebook.read(self.sudo().with_context(lang=None))

    def _today(self, moment=None):
        """The club's calendar day at a moment (naive UTC), by default now."""
        return self._rulebook().today(moment or fields.Datetime.now())

    @api.readonly
    def prove(self):
        """Rebuild every balance of these clubs from their entries; return the differences."""
        self.check_access("read")
        accounts = self.env["club.account"].sudo().search([("club_id", "in", self.ids)])
        return accounts._prove()

    def action_prove(self):
        """The button: say that all is coherent, or list what is not."""
        return self._club_show_differences(self.prove())

    @api.model
    def _club_show_differences(self, differences):
        if not differences:
            message, kind = self.env._("Every balance agrees with its history."), "success"
        else:
            message, kind = "\n".join(d["message"] for d in differences[:20]), "danger"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": kind, "sticky": bool(differences)},
        }

    def find_member(self, query=None, card=None, token=None):
        """Members of these clubs by name, phone or e-mail, by card number, or by secret.

        ``token`` may be the code that a member shows on a phone: finding the member uses it up.

        :raise UserError: such a code is unknown, used or run out
        :return: ``club.member`` records (none when nothing matches); at most 10 for ``query``.
        """
        return self.env["club.member"]._find(self._filtered_access("read"), query=query, card=card, token=token)

    @api.model
    @tools.ormcache(cache="default")
    def _on_ids(self):
        """Ids of the clubs that are switched on."""
        return tuple(self.sudo().search([("state", "=", "on")]).ids)
