"""A promotion for members from Silver on, and one for everybody."""

from odoo.fields import Command


class ReservedCommon:
    @classmethod
    def promotion(cls, name="Silver 10", discount=10, tier=None, code="", **values):
        """A promotion of the host, by itself or with a code."""
        rule = {"mode": "with_code", "code": code} if code else {"mode": "auto"}
        return cls.env["loyalty.program"].create({
            "name": name,
            "program_type": "promo_code" if code else "promotion",
            "applies_on": "current",
            "trigger": "with_code" if code else "auto",
            "rule_ids": [Command.create({"reward_point_mode": "order", "minimum_amount": 0, **rule})],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": discount, "required_points": 1})],
            "company_id": cls.company.id,
            "currency_id": cls.company.currency_id.id,
            "club_min_tier_id": (tier or cls.env["club.tier"]).id,
            **values,
        })  # fmt: skip

    def make(self, tier, partner=None):
        """A member of that tier."""
        member = self.enrol(partner)
        below = tier.threshold - member.lifetime
        if below > 0:
            member.adjust(self.unit.id, below, "Welcome gift")
        self.env.flush_all()
        self.assertEqual(member.tier_id, tier)
        return member

    def lose_tier(self, partner=None):
        """What reached it was refunded."""
        member = self.member(partner)
        self.env["club.move"]._record([(member.id, member.tier_id.id, self.tier.id, 0)], "refund")
        self.env.flush_all()

    def reward_lines(self, order):
        return order.order_line.filtered("is_reward_line")
