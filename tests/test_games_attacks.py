from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_games import GamesCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGamesRights(GamesCommon, ClubCommon):
    """Who builds games and gives plays; plays are written by nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 100)
        cls.card = cls.plain_game()
        cls.cashier = new_test_user(cls.env, "game_cashier", "point_of_sale.group_pos_user")
        cls.manager = new_test_user(cls.env, "game_manager", "loyalty_club.loyalty_club_group_manager")
        cls.portal = new_test_user(cls.env, "game_ada", "base.group_portal", partner_id=cls.ada.id)

    def rpc(self, user, record, method, *args, **kwargs):
        return call_kw(self.env(user=user)[record._name], method, [record.ids, *args], kwargs)

    def test_managers_give_plays_and_cashiers_do_not(self):
        member = self.member()
        for user in (self.cashier, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, member, "grant_plays", self.card.id, 1)
        self.assertFalse(self.plays())
        self.rpc(self.manager, member, "grant_plays", self.card.id, 2, reason="Sorry")
        self.assertEqual(self.plays().mapped("actor"), [self.manager.name] * 2)
        self.assertEqual(self.plays()[0].source_name, "Sorry")

    def test_nobody_writes_plays(self):
        self.give(self.card)
        play = self.plays()
        values = {"game_id": self.card.id, "member_id": self.member().id, "origin": "staff", "key": "forged"}
        for env in (self.env, self.env(su=True), self.env(user=self.manager)):
            with self.assertRaises(AccessError):
                env["club.play"].create(values | {"granted_at": "2026-01-01"})
            with self.assertRaises(AccessError):
                play.with_env(env).write({"prize_id": self.card.prize_ids[0].id, "state": "drawn"})
            with self.assertRaises(AccessError):
                play.with_env(env).unlink()
            with self.assertRaises(AccessError):
                play.with_env(env).with_context(club_door=True).write({"state": "granted"})

    def test_cashiers_look_and_change_nothing(self):
        prize = self.card.prize_ids[0]
        for record, values in ((self.card, {"is_on": False}), (prize, {"weight": 5})):
            self.rpc(self.cashier, record, "read", ["name"])
            with self.assertRaises(AccessError):
                self.rpc(self.cashier, record, "write", values)

    def test_when_it_was_on_is_not_typed_in(self):
        with self.assertRaises(UserError):
            self.card.with_user(self.manager).write({"on_times": [["2020-01-01 00:00:00", None]]})
        game = self.env["club.game"].with_user(self.manager).create({
            "name": "Early", "club_id": self.club.id, "on_times": [["2020-01-01 00:00:00", None]],
            "prize_ids": [Command.create({"name": name, "kind": "nothing"}) for name in ("a", "b")],
        })  # fmt: skip
        self.assertFalse(game.on_times)

    def test_other_companies_see_and_give_nothing(self):
        self.give(self.card)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "game_stranger", "loyalty_club.loyalty_club_group_manager", company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )  # fmt: skip
        for model in ("club.game", "club.game.prize", "club.play"):
            found = self.env(user=stranger)[model].search([])
            self.assertFalse(found & self.env[model].search([("club_id", "=", self.club.id)]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.rpc(stranger, self.member(), "grant_plays", self.card.id, 1)
        own = self.env["club.club"].create({"name": "Nuts", "company_ids": [Command.set(company.ids)], "tz": "UTC"})
        member = self.env["club.member"].enrol(self.bob.id, own.id)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.rpc(stranger, member, "grant_plays", self.card.id, 1)
        self.assertEqual(len(self.plays()), 1)

    def test_wizard_gives_to_many_and_twice_gives_once(self):
        self.enrol(self.bob)
        members = self.member() | self.member(self.bob)
        wizard = self.env["club.grant.plays"].with_user(self.manager).with_context(
            active_model="club.member", active_ids=members.ids
        ).create({"game_id": self.card.id, "count": 3})  # fmt: skip
        self.assertEqual((wizard.member_ids, wizard.summary), (members, "Plays in all: 6."))
        wizard.action_grant()
        wizard.action_grant()
        self.assertEqual((len(self.plays()), len(self.plays(self.bob))), (3, 3))
