"""Games whose rolls the test decides, or nobody."""

from unittest.mock import patch

from odoo.fields import Command

from .common_reward import RewardCommon


class GamesCommon(RewardCommon):
    """Makes games; by default a wheel with 10 Beans (weight 1), "Ten percent" (1) and no win (2)."""

    @classmethod
    def game(cls, name="Wheel of Beans", prizes=None, **values):
        if prizes is None:
            prizes = [
                {"name": "10 Beans", "kind": "points", "amount": 10, "weight": 1},
                {"name": "Ten percent off", "kind": "reward", "reward_id": cls.reward().id, "weight": 1},
                {"name": "No luck", "kind": "nothing", "weight": 2},
            ]
        return cls.env["club.game"].create({
            "name": name,
            "club_id": cls.club.id,
            "is_on": True,
            "prize_ids": [Command.create(prize) for prize in prizes],
            **values,
        })  # fmt: skip

    @classmethod
    def plain_game(cls, **values):
        """A scratch card where every other one brings 10 Beans, without any reward."""
        return cls.game(
            "Lucky card",
            [
                {"name": "10 Beans", "kind": "points", "amount": 10, "weight": 1},
                {"name": "No luck", "kind": "nothing", "weight": 1},
            ],
            kind="scratch",
            **values,
        )

    def plays(self, partner=None, **values):
        domain = [("member_id", "=", self.member(partner).id)] + [(name, "=", value) for name, value in values.items()]
        return self.env["club.play"].search(domain, order="id")

    def give(self, game, count=1, partner=None):
        return self.member(partner).grant_plays(game.id, count)

    def play(self, game, key="click", partner=None, is_bought=False):
        return self.env["club.play"]._play(self.member(partner).sudo(), game.sudo(), key, is_bought)

    def see(self, play, partner=None):
        return self.env["club.play"]._see(self.member(partner).sudo(), play.id)

    def rolls(self, roll):
        """The next draws roll this number."""
        return patch.object(type(self.env["club.play"]), "_roll", lambda _self, _total: roll)
