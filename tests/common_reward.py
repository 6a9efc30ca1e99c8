"""Rewards with a price in Beans."""

from odoo.fields import Command


class RewardCommon:
    """Makes rewards; Ada gets 100 Beans by ``enrol``."""

    @classmethod
    def reward(cls, name="Ten percent", price=80, reward=None, **values):
        """A reward of the club: by default 10 % on the order."""
        return cls.env["loyalty.program"].create({
            "name": name,
            "program_type": "coupons",
            "applies_on": "current",
            "trigger": "with_code",
            "rule_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10, **(reward or {})})],
            "communication_plan_ids": [Command.clear()],
            "company_id": cls.company.id,
            "club_id": cls.club.id,
            "club_price": price,
            **values,
        })  # fmt: skip

    @classmethod
    def bought(cls, program, key="one"):
        """Ada's voucher, for all tests of a class."""
        member = cls.env["club.member"].search([("club_id", "=", cls.club.id), ("partner_id", "=", cls.ada.id)])
        return cls.env["club.voucher"].sudo()._buy(member, program, key)

    def buy(self, program, partner=None, key="one"):
        return self.env["club.voucher"].sudo()._buy(self.member(partner), program, key)
