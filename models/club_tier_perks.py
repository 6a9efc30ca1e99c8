from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.matching import is_birthday
from .batches import in_batches
from .ledger import Intent, Source

LATE_DAYS = 7  # that a birthday is made up for, where the job did not run on the day


class ClubTier(models.Model):
    """Vouchers that a tier brings: one for coming to it, and one for each birthday in it.

    Example: whoever comes to Silver finds a free coffee among the own rewards, once, even after losing the tier
    and reaching it again. Who had the tier before the voucher was chosen gets none.
    """

    _inherit = "club.tier"

    welcome_reward_id = fields.Many2one(
        "loyalty.program",
        string="Welcome Voucher",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('club_id', '=', club_id), ('club_offer', '!=', 'order'), '!', ('club_credit', '>', 0)]",
        help="Whoever comes to this tier from now on gets this reward as a voucher, once, within the hour.",
    )
    welcome_since = fields.Datetime(readonly=True, copy=False)
    birthday_reward_id = fields.Many2one(
        "loyalty.program",
        string="Birthday Voucher",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('club_id', '=', club_id), ('club_offer', '!=', 'order'), '!', ('club_credit', '>', 0)]",
        help="Members of this tier get this reward as a voucher on their birthday, once a calendar year.",
    )

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"welcome_since"}

    @api.model_create_multi
    def create(self, vals_list):
        self = self._club_note_anew(vals_list)
        tiers = super().create(vals_list)
        tiers.filtered("welcome_reward_id").sudo().welcome_since = fields.Datetime.now()
        return tiers

    def write(self, vals):
        begun = self.browse()
        if vals.get("welcome_reward_id"):
            begun = self.filtered(lambda tier: not tier.welcome_reward_id)
        result = super().write(vals)
        if begun:
            begun.sudo().welcome_since = fields.Datetime.now()
        return result

    @api.constrains("welcome_reward_id", "birthday_reward_id", "club_id")
    def _check_perks(self):
        for tier in self:
            for reward in (tier.welcome_reward_id | tier.birthday_reward_id).sudo():
                if reward.club_id != tier.club_id:
                    raise ValidationError(
                        self.env._("%s is no reward of this club. Choose one of its own.", reward.name)
                    )
                if not reward.active:
                    raise ValidationError(
                        self.env._("%s is archived, so nobody could use it. Choose another reward.", reward.name)
                    )
                if reward.club_offer == "order" or reward.club_credit or not reward.reward_ids:
                    raise ValidationError(
                        self.env._("%s is no voucher. Let it be redeemed as a voucher, or choose another.", reward.name)
                    )

    # ------------------------------------------------------------------ giving them
    @api.model
    def _cron_give_perks(self):
        """Every hour, in batches that are committed one by one; what was given is not due any more."""
        tiers = self.sudo().search(
            ["|", ("welcome_reward_id", "!=", False), ("birthday_reward_id", "!=", False), ("club_id.state", "=", "on")]
        )
        for tier in tiers:
            if not tier._give_welcome() or not tier._give_birthdays():
                return

    def _give_welcome(self):
        """For the lowest tier joining is coming to it. False where time is up."""
        reward = self.welcome_reward_id
        if not reward._club_can_be_given():
            return True
        is_lowest = self.club_id._rulebook().tiers[0].id == self.id
        came = SQL("m.joined_at >= %s", self.welcome_since)
        if not is_lowest:
            came = SQL("m.tier_id = %s AND m.tier_since >= %s", self.id, self.welcome_since)
        return self._give(reward, f"welcome:{self.id}", came)

    def _give_birthdays(self):
        """Today's, and those of the last days that nobody was there to give."""
        reward, today, members = self.birthday_reward_id, self.club_id._today(), self.env["club.member"]
        if not reward._club_can_be_given():
            return True
        for days_ago in range(LATE_DAYS):
            day = today - timedelta(days=days_ago)
            rows = self.env.execute_query(
                SQL(
                    """SELECT m.id FROM club_member m JOIN res_partner p ON p.id = m.partner_id
                        WHERE m.tier_id = %(tier)s AND m.joined_at < %(next)s AND m.active AND NOT m.is_guest
                          AND (EXTRACT(month FROM p.club_birthday) = %(month)s
                               OR EXTRACT(month FROM p.club_birthday_before) = %(month)s)
                     ORDER BY m.id""",
                    tier=self.id,
                    next=day + timedelta(days=1),
                    month=day.month,
                )
            )
            born = members.browse([row[0] for row in rows]).filtered(
                lambda member, day=day: is_birthday(member.partner_id._club_birthday_on(day), day)
            )
            if born and not self._give(reward, f"birthday:{day.year}", SQL("m.id = ANY(%s)", list(born.ids))):
                return False
        return True

    def _give(self, reward, key, which):
        """Give a reward to the members ``m`` of a condition who never got it by that key."""
        self.ensure_one()

        def due(condition):
            self.env.flush_all()
            return [row[0] for row in self.env.execute_query(
                SQL(
                    """SELECT m.id FROM club_member m
                        WHERE m.club_id = %s AND m.active AND NOT m.is_guest AND m.partner_id IS NOT NULL AND %s
                          AND NOT EXISTS (SELECT FROM club_voucher v
                                           WHERE v.member_id = m.id AND v.request_key LIKE %s)
                          AND NOT COALESCE(JSONB_EXISTS(m.had_before, %s), FALSE)
                     ORDER BY m.id""",
                    self.club_id.id,
                    condition,
                    f"%{key}",
                    key,
                )
            )]  # fmt: skip

        def give(member_ids):
            members = self.env["club.member"].sudo().browse(member_ids)
            members._lock()
            # Another worker may have been here meanwhile.
            members = members.browse(due(SQL("m.id = ANY(%s)", member_ids)))
            self.env["club.voucher"].sudo()._club_present(members, reward, key, self)

        wanted = due(which)
        return in_batches(self.env, wanted, give) == len(wanted) if wanted else True


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    def _club_can_be_given(self):
        """A voucher of what is archived or has ended would be over as it comes."""
        return self.active and not (self.date_to and self.date_to < self.club_id._today())


class ClubVoucher(models.Model):
    _inherit = "club.voucher"

    @api.model
    def _club_present(self, members, program, key, tier):
        """A voucher for each of these locked members, for nothing: a movement says so and moves no point."""
        unit = program.club_unit_id
        wanted = {member.id: (member.id, unit.id, member._club_pool().id) for member in members}
        accounts = self.env["club.account"].sudo()._ensure(wanted.values())
        entries = self.env["club.entry"].sudo()._post(
            [
                Intent(
                    account_id=accounts[wanted[member.id]],
                    kind="bonus",
                    amount=0,
                    key=f"voucher:{member.id}:{key}",
                    source=Source(model=tier._name, id=tier.id, name=tier.name),
                    data={"reward": program.name},
                )
                for member in members
            ],
            is_locked=True,
        )
        for member, entry in zip(members, entries, strict=True):
            self._win(member, program, entry, key)
