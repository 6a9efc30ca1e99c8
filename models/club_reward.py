from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..engine.rewards import Offer, Situation, judge
from .fields import BigInteger
from .locking import take

ICONS = {"discount": "fa-percent", "product": "fa-gift", "shipping": "fa-truck"}


class LoyaltyProgram(models.Model):
    """A reward: a coupon program of the host with a price in points.

    What the coupon does to an order is the host's business: a discount, a free product, free delivery. What it
    costs, who may have it and how often is ours.

    Invariant: no more vouchers of a reward are out than its limits allow, however many ask at once.
    """

    _inherit = "loyalty.program"

    club_id = fields.Many2one(
        "club.club", string="Loyalty Club", ondelete="restrict", index="btree_not_null", help="Sold for its points."
    )
    club_unit_id = fields.Many2one(
        "club.unit",
        string="Paid In",
        ondelete="restrict",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_club_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_decimals = fields.Integer(related="club_unit_id.decimals")
    club_price = BigInteger(string="Price", help="What a voucher costs. 0: it is not for sale.")
    club_price_text = fields.Char(string="Costs", compute="_compute_club_texts")
    club_sentence = fields.Char(string="In Words", compute="_compute_club_texts")
    club_tier_id = fields.Many2one(
        "club.tier", string="From Tier", ondelete="restrict", domain="[('club_id', '=', club_id)]"
    )
    club_outlet_ids = fields.Many2many(
        "club.outlet",
        "club_reward_outlet_rel",
        "program_id",
        "outlet_id",
        string="Usable At",
        domain="[('club_id', '=', club_id)]",
        help="Outlets where its vouchers count. None: everywhere.",
    )
    club_validity_days = fields.Integer(string="Voucher Is Good For", help="Days after it is bought. 0: for ever.")
    club_limit_member = fields.Integer(string="Most per Member", help="0: no limit.")
    club_limit_total = fields.Integer(string="Most in All", help="0: no limit.")
    club_offer = fields.Selection(
        [("both", "In an Order or as a Voucher"), ("order", "In an Order"), ("voucher", "As a Voucher")],
        string="Redeemed",
        required=True,
        default="both",
        help="In an order its points leave when that is paid. A voucher is paid at once and used later.",
    )
    club_is_giftable = fields.Boolean(
        string="May Be Given Away", help="Whoever has the code may use it. Otherwise only the member who bought it."
    )
    club_version = fields.Integer(readonly=True, copy=False, help="Raised to take turns for the last vouchers.")
    club_voucher_ids = fields.One2many("club.voucher", "program_id", string="Vouchers")
    club_voucher_count = fields.Integer(string="Bought", compute="_compute_club_voucher_count")

    _club_price_sane = models.Constraint(
        "CHECK (club_price IS NULL OR club_price BETWEEN 0 AND 1000000000000)",
        "A reward costs more than nothing: enter a price above 0.",
    )
    _club_limits_sane = models.Constraint(
        "CHECK (COALESCE(club_limit_member, 0) >= 0 AND COALESCE(club_limit_total, 0) >= 0"
        " AND COALESCE(club_validity_days, 0) BETWEEN 0 AND 36500)",
        "Limits and days cannot be negative, and a voucher is good for 100 years at most. Use 0 for no limit.",
    )

    @api.depends("club_id")
    def _compute_club_unit_id(self):
        for program in self:
            if program.club_unit_id.club_id != program.club_id:
                club = program.club_id
                program.club_unit_id = club.tier_unit_id or club.unit_ids[:1]

    @api.depends(
        "club_price", "club_unit_id", "club_tier_id", "club_limit_member", "club_limit_total", "club_validity_days",
        "reward_ids.description", "club_is_giftable",
    )  # fmt: skip
    def _compute_club_texts(self):
        for program in self:
            is_sold = program.club_unit_id and program.club_price
            program.club_price_text = program.club_unit_id._format(program.club_price) if is_sold else ""
            program.club_sentence = " ".join(program._club_conditions())

    def _club_conditions(self):
        """What is offered and to whom, as sentences."""
        _, said = self.env._, []
        if benefit := self._club_benefit():
            said.append(f"{benefit.rstrip('.')}.")
        if self.club_tier_id:
            said.append(_("From %s on.", self.club_tier_id.name))
        if self.club_limit_member:
            said.append(_("At most %s per member.", self.club_limit_member))
        if self.club_limit_total:
            said.append(_("%s in all.", self.club_limit_total))
        if self.club_validity_days:
            said.append(_("Good for %s days.", self.club_validity_days))
        if self.club_is_giftable:
            said.append(_("May be given away."))
        return said

    def _club_benefit(self):
        """ "10% on your order": what the host says of its rewards."""
        return ", ".join(words for reward in self.reward_ids if (words := reward._club_words()))

    def _compute_club_voucher_count(self):
        counts = self._club_vouchers_out()
        for program in self:
            program.club_voucher_count = counts[program.id, None]

    @api.constrains("club_id", "club_unit_id", "club_tier_id", "club_price", "program_type", "company_id")
    def _check_club_reward(self):
        for program in self.filtered("club_id"):
            if program.program_type != "coupons":
                raise ValidationError(
                    self.env._("A reward for points is a program of the type Coupons. Choose that type.")
                )
            if program.club_unit_id.club_id != program.club_id:
                raise ValidationError(self.env._("Choose what the reward is paid in: a unit of its club."))
            if program.club_tier_id and program.club_tier_id.club_id != program.club_id:
                raise ValidationError(self.env._("Choose a tier of the reward's own club."))
            if program.company_id and program.company_id not in program.club_id.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(company)s does not take part in the club. Choose one of its companies.",
                        company=program.company_id.name,
                    )
                )

    @api.constrains("reward_ids", "club_id")
    def _check_club_points(self):
        """A voucher holds what one reward takes, so that it is used once."""
        for program in self.filtered("club_id"):
            if len(set(program.reward_ids.mapped("required_points"))) > 1:
                raise ValidationError(
                    self.env._("Let all benefits of a reward for points require the same: a voucher is used once.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_club_vouchers(self):
        if self.sudo().club_voucher_ids:
            raise ValidationError(self.env._("Members have vouchers of this reward. Archive it instead."))

    # ------------------------------------------------------------------ who may have it
    @api.model
    def _club_on_sale(self, club):
        """The rewards of a club that are sold as vouchers, cheapest first."""
        return self._club_offered(club).filtered(lambda program: program.club_offer != "order")

    @api.model
    def _club_offered(self, club):
        """All rewards of a club that have a price, cheapest first."""
        domain = Domain("club_id", "=", club.id) & Domain("club_price", ">", 0)
        return self.sudo().search(domain).sorted(lambda program: (program.club_price, program.sequence, program.id))

    def _club_vouchers_out(self, member=None):
        """(program id, member id or None for all) → vouchers out: those that were given back do not count."""
        counts = defaultdict(int)
        for program, owner, count in (
            self.env["club.voucher"]
            .sudo()
            ._read_group(
                [("program_id", "in", self.ids), ("refunded_at", "=", False)], ["program_id", "member_id"], ["__count"]
            )
        ):
            counts[program.id, None] += count
            if owner == member:
                counts[program.id, owner.id] += count
        return counts

    def _club_verdicts(self, member, free, outlet=None, is_open=None):
        """Each reward with the engine's verdict for a member.

        :param free: dict unit id → what the member can spend of it
        :param outlet: where it is to be used in an order, if it is
        :param is_open: the rewards that the order's channel offers; all where it is not given
        :return: list of (program, ``engine.rewards.Verdict``) in the order of ``self``
        """
        limited = self.filtered(lambda program: program.club_limit_member or program.club_limit_total)
        counts, today = limited._club_counts(member) if limited else {}, member.club_id._today()
        return [
            (
                program,
                judge(
                    program._club_offer(),
                    Situation(
                        today=today,
                        free=free.get(program.club_unit_id.id, 0),
                        tier_threshold=member.tier_id.threshold,
                        own=counts.get((program.id, member.id), 0),
                        total=counts.get((program.id, None), 0),
                        outlet=outlet.id if outlet else 0,
                        is_open=is_open is None or program in is_open,
                    ),
                ),
            )
            for program in self
        ]

    def _club_offer(self):
        return Offer(
            price=self.club_price,
            tier_threshold=self.club_tier_id.threshold,
            first_day=self.date_from or None,
            last_day=self.date_to or None,
            limit_member=self.club_limit_member,
            limit_total=self.club_limit_total,
            outlets=frozenset(self.club_outlet_ids.ids),
        )

    def _club_reason(self, verdict):
        """Why not, as a sentence that says what is missing."""
        if verdict.code == "points":
            return self.env._("%s more", self.club_unit_id._format(verdict.missing))
        return self._club_sentence_for(verdict.code)

    def _club_sentence_for(self, code):
        _, day = self.env._, {"date_format": "long"}
        return {
            "": "",
            "over": self.date_to and _("It was offered until %s.", format_date(self.env, self.date_to, **day)),
            "not_yet": self.date_from and _("Offered from %s on.", format_date(self.env, self.date_from, **day)),
            "sold_out": _("All of them are taken."),
            "had_it": _("You have had it as often as one can."),
            "tier": _("For members from %s on.", self.club_tier_id.name),
            "channel": _("It is not offered here."),
            "outlet": _("It counts at %s only.", ", ".join(self.club_outlet_ids.mapped("name"))),
        }[code]

    def _club_take_turns(self):
        """Whoever wants one of a limited number waits for the one before: the count is right afterwards."""
        self.flush_recordset()
        take(self.env, SQL("UPDATE loyalty_program SET club_version = COALESCE(club_version, 0) + 1"
                           " WHERE id = %s RETURNING id", self.id))  # fmt: skip

    def _club_icon(self):
        return ICONS.get(self.reward_ids[:1].reward_type, "fa-gift")

    def action_view_club_vouchers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_voucher_action")
        return action | {"domain": [("program_id", "=", self.id)]}


class ClubClub(models.Model):
    _inherit = "club.club"

    reward_ids = fields.One2many("loyalty.program", "club_id", string="Rewards")
