import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestApi(ClubCommon):
    """The stable names that other programs rely on."""

    def test_balance_is_given_in_decimal_strings(self):
        member = self.enrol(points=487)
        self.assertEqual(
            member.get_balance(),
            [
                {
                    "member_id": member.id,
                    "unit": "Beans",
                    "unit_id": self.unit.id,
                    "pool": self.pool.name,
                    "active": "487",
                    "inactive": [],
                    "expiring": [],
                    "held": "0",
                    "debt": "0",
                    "lifetime": "0",
                }
            ],
        )

    def test_unit_with_decimals_stays_exact(self):
        cashback = self.env["club.unit"].create(
            {
                "club_id": self.club.id,
                "name": "cent",
                "name_plural": "cents",
                "kind": "cashback",
                "decimals": 2,
            }
        )
        member = self.enrol()
        member.adjust(cashback.id, "0.07", "Seven cents")
        member.adjust(cashback.id, 10.1, "Ten and a dime")
        self.assertEqual(member.get_balance()[0]["active"], "10.17")
        with self.assertRaisesRegex(UserError, "decimals"):
            cashback.decimals = 3
        self.assertCoherent()

    def test_promise_is_captured_once_and_released_at_will(self):
        member = self.enrol(points=100)
        hold = member.authorise(self.unit.id, 60, "order-1")
        self.assertEqual(member.get_balance()[0]["held"], "60")
        again = member.authorise(self.unit.id, "40", "order-1")
        self.assertFalse(hold.exists())
        self.assertEqual(member.get_balance()[0]["held"], "40")
        with self.assertRaises(UserError):
            member.authorise(self.unit.id, 61, "order-2")
        again.capture()
        again.capture()
        again.release()
        self.assertBalance(60)
        member.authorise(self.unit.id, 60, "order-3").release()
        self.assertBalance(60)

    def test_caps_of_the_club_hold_for_other_systems_too(self):
        self.env["club.condition"].create({"club_id": self.club.id, "minimum_total": 50, "maximum": 100})
        member = self.enrol(points=500)
        with self.assertRaisesRegex(UserError, "tell the total"):
            member.authorise(self.unit.id, 100, "order-1")
        with self.assertRaisesRegex(UserError, "At most 100 Beans"):
            member.authorise(self.unit.id, 101, "order-1", total=60)
        self.assertEqual(member.authorise(self.unit.id, 100, "order-1", total=60).amount, 100)
        self.club.is_redeem_allowed = False
        with self.assertRaisesRegex(UserError, "switched off"):
            member.authorise(self.unit.id, 10, "order-2", total=60)

    def test_same_key_in_another_club_replaces_nothing(self):
        other = self.env["club.club"].create(
            {"name": "Nuts", "company_ids": [Command.set(self.company.ids)], "is_redeem_allowed": True, "state": "on"}
        )
        stranger = self.env["club.member"].enrol(self.bob.id, other.id)
        stranger.adjust(other.unit_ids.id, 50, "Opening")
        hold = self.enrol(points=100).authorise(self.unit.id, 60, "order-1")
        stranger.authorise(other.unit_ids.id, 50, "order-1")
        self.assertEqual(hold.exists().state, "held")

    def test_amounts_that_mean_nothing_are_refused_in_words(self):
        member = self.enrol(points=100)
        for amount in ("abc", float("nan"), float("inf"), None, 10**19, "0.5", "1/0"):
            for call in (
                lambda amount=amount: member.adjust(self.unit.id, amount, "Why"),
                lambda amount=amount: member.authorise(self.unit.id, amount, "order-1"),
            ):
                with self.subTest(amount=amount), self.assertRaises(UserError):
                    call()
        with self.assertRaises(UserError):
            member.authorise(self.unit.id, 10, "order-1", total="nan")
        self.assertEqual(len(member.get_history(limit=-1, offset=-5)), 1)
        self.assertBalance(100)

    def test_balance_in_words_follows_the_dates(self):
        member = self.enrol(points=100)
        yesterday = fields.Date.subtract(self.club._today(), days=1)
        self.env.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
        self.env.cr.execute(
            "UPDATE club_lot SET expires_on = %s WHERE account_id = %s", (yesterday, member.account_ids.id)
        )
        self.env.invalidate_all()
        self.assertEqual(member.balance_text, "0 Beans")
        self.assertEqual(self.ada.club_balance, "0 Beans")

    def test_short_names_are_searched_too(self):
        self.ada.name = "Al"
        member = self.enrol()
        self.assertEqual(self.club.find_member(query="Al"), member)

    def test_staff_redeem_and_only_managers_adjust(self):
        member = self.enrol(points=100)
        cashier = new_test_user(self.env, "club-cashier", groups="loyalty_club.loyalty_club_group_user")
        own = member.with_user(cashier)
        own.authorise(self.unit.id, 10, "order-1").capture()
        self.assertBalance(90)
        with self.assertRaises(AccessError):
            own.adjust(self.unit.id, 1000, "A gift to myself")
        stranger = new_test_user(self.env, "club-stranger", groups="base.group_user")
        for call in (
            lambda: member.with_user(stranger).authorise(self.unit.id, 10, "order-2"),
            lambda: member.with_user(stranger).get_balance(),
            lambda: self.club.with_user(stranger).find_member(query="Ada"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_members_are_found_by_name_card_and_secret(self):
        member = self.enrol()
        self.assertEqual(self.club.find_member(query="Ada"), member)
        self.assertEqual(self.club.find_member(card=member.card_number), member)
        self.assertEqual(self.club.find_member(token=member.secret), member)
        self.assertFalse(self.club.find_member(card="2990000000000"))
        self.assertFalse(self.club.find_member(token="AAAA"))
        self.assertFalse(self.club.find_member())

    def test_movements_that_no_rule_waits_for_cost_nothing(self):
        entries = self.enrol(points=100).account_ids.entry_ids
        with self.assertQueryCount(0):
            self.env["club.event"]._note(entries)
        self.assertFalse(self.env["club.event"].search_count([]))
        self.assertEqual(entries.decimal_amount, "100")

    def test_proof_of_the_club_finds_nothing(self):
        self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(self.club.prove(), [])
        self.assertEqual(self.member().account_ids.prove(), [])


@tagged("post_install", "-at_install", "loyalty_club")
class TestApiOverHttp(HttpCase):
    """The same over JSON-2 with an API key, as an integrator calls it."""

    def test_json2_reads_a_balance_with_an_api_key(self):
        club = self.env["club.club"].create({"name": "Beans", "company_ids": [Command.set(self.env.company.ids)]})
        partner = self.env["res.partner"].create({"name": "Ada"})
        member = self.env["club.member"].enrol(partner.id, club.id)
        member.adjust(club.unit_ids.id, 12, "Opening")
        user = new_test_user(self.env, "club-robot", groups="loyalty_club.loyalty_club_group_user")
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "robot", fields.Datetime.add(fields.Datetime.now(), days=1))
        )
        headers = {"Authorization": f"bearer {key}", "Content-Type": "application/json"}
        call = lambda method: self.url_open(  # noqa: E731
            f"/json/2/club.member/{method}", data=json.dumps({"ids": member.ids}), headers=headers
        )
        answer = call("get_balance")
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()[0]["active"], "12")
        with mute_logger("odoo.http"):
            self.assertNotEqual(call("_lock").status_code, 200)
