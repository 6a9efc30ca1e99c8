import io
import json
import zipfile
from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_messages import MessagesCommon
from .common_portal import PortalCommon

NAME, EMAIL, PHONE = "Zaphodina Beeblebrox", "zaphodina@example.com", "+32470998877"
TRACES = ("zaphodina", "beeblebrox", "470998877")


class LivedCommon(GamesCommon, GoalCommon, MessagesCommon):
    """Zaphodina has been everywhere: each table of ours that may know somebody knows her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write({"name": NAME, "email": EMAIL, "phone": PHONE, "club_birthday": "1990-05-05"})
        cls.ten = cls.reward()
        cls.wheel = cls.plain_game(is_on_order=True)

    def live(self, user):
        goal = self.goal(target=1)
        rule = self.rule("reached", units=10, body="Hello {name}, you have collected {amount}.")
        member = self.enrol(points=200)
        member.sudo().write({"consent_at": "2024-01-02 03:04:05", "consent_source": "page"})
        self.sell([(self.coffee, 1)], self.ada)
        member.adjust(self.unit.id, 1, f"{NAME} asked for it")
        member.set_tier(self.gold.id, self.club._today() + timedelta(days=9), f"For {NAME}")
        member.replace_card(f"{NAME} lost it")
        self.run_job()
        self.buy(self.ten)
        hold = self.env["club.hold"].sudo()._authorise(
            member.account_ids[:1].sudo(), 5, 0.05, self.company.currency_id, "sale", ("sale.order", "1"),
            payment_key="p",
        )  # fmt: skip
        hold._release_because(f"{NAME} changed her mind")
        self.env["club.pass"]._issue(member)
        self.env["club.presence"].sudo()._note("some-order", member, "name", "Counter")
        self.env["club.refusal"].sudo().create({
            "club_id": self.club.id, "partner_id": self.ada.id, "code": "nothing", "source_key": "x", "times": 1,
            "refused_at": fields.Datetime.now(),
        })  # fmt: skip
        self.env["club.visit"].sudo().create({
            "digest": "d", "config_id": self.register.id, "club_id": self.club.id, "partner_id": self.ada.id,
            "phone": PHONE, "how": "phone", "expires_at": fields.Datetime.now(),
        })  # fmt: skip
        self.env["club.proof"].sudo().create({"user_id": user.id, "email": EMAIL})
        self.env["club.device"].sudo().create({
            "member_id": member.id, "endpoint": "https://push.example/zaphodina", "keys": "{}",
            "registered_at": fields.Datetime.now(),
        })  # fmt: skip
        vault = self.env["club.vault"].sudo().create({})
        self.env["club.vault.problem"].sudo().create({"vault_id": vault.id, "message": f"No contact fits {NAME}."})
        self.assertTrue(self.progress(goal) and self.plays() and self.messages(rule))
        return member


@tagged("post_install", "-at_install")
class TestErasedEverywhere(LivedCommon):
    """Nothing of ours remembers who it was, whatever table it is in: a new one is looked at by itself."""

    def models(self):
        """Every table of ours that may hold a text or lead to a person."""
        kinds = ("char", "text", "json", "html", "many2one")
        for name, model in self.env.registry.items():
            if name.startswith("club.") and model._auto and not model._abstract:
                columns = [column for column in model._fields.values() if column.store and column.type in kinds]
                if columns:
                    yield name, columns

    def traces(self, member_ids, partner_ids, user_ids):
        """(model, field) that still tell who it was."""
        self.env.flush_all()
        found = set()
        people = {"res.partner": partner_ids, "res.users": user_ids}
        for name, columns in self.models():
            for column in columns:
                table, field = SQL.identifier(self.env[name]._table), SQL.identifier(column.name)
                if column.type == "many2one":
                    ids = people.get(column.comodel_name)
                    if not ids or column.name in ("create_uid", "write_uid"):
                        continue
                    which = SQL("%s = ANY(%s)", field, ids)
                else:
                    which = SQL("%s::text ILIKE ANY(%s)", field, [f"%{trace}%" for trace in TRACES])
                if self.env.execute_query(SQL("SELECT 1 FROM %s WHERE %s LIMIT 1", table, which)):
                    found.add((name, column.name))
        return found

    def test_no_table_of_ours_tells_who_it_was(self):
        user = new_test_user(
            self.env, "club_z", groups="base.group_portal", partner_id=self.ada.id, name=NAME, email=EMAIL
        )
        member = self.live(user)
        given = (member.ids, self.ada.ids, user.ids)
        before, card = self.traces(*given), member.card_number
        self.assertGreaterEqual(
            {model for model, _field in before},
            {"club.member", "club.remark", "club.move", "club.card", "club.message", "club.hold", "club.refusal",
             "club.visit", "club.proof", "club.device", "club.vault.problem"},
        )  # fmt: skip
        coupon = member.voucher_ids.card_id
        member.action_erase()
        self.assertEqual(self.traces(*given), set())
        self.assertFalse(coupon.partner_id)
        self.assertFalse(self.club.find_member(card=card))
        for model in ("club.visit", "club.presence", "club.pass", "club.device"):
            self.assertFalse(self.env[model].sudo().search([("member_id", "=", member.id)]), model)
        self.assertEqual(self.club.prove(), [])


@tagged("post_install", "-at_install")
class TestPersonalData(LivedCommon, PortalCommon):
    """What is kept of somebody is theirs to have: on the own page, and by managers."""

    def read(self, response):
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        self.assertIn("no-store", response.headers["Cache-Control"])
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            self.assertEqual(archive.testzip(), None)
            return json.loads(archive.read("data.json")), archive.read("data.html").decode()

    def press(self, path="/my/club/data", login="ada_signs_in"):
        root, _text = self.page("/my/club/profile", login)
        [token] = root.xpath("//form[contains(@action, '/data')]//input[@name='csrf_token']/@value")
        return self.url_open(path, data={"csrf_token": token}, allow_redirects=False)

    def test_customer_downloads_all_and_nothing_of_others(self):
        member = self.live(self.ada_user)
        self.enrol(self.bob, 77).adjust(self.unit.id, 1, "Only of Bob")
        data, page = self.read(self.press())
        self.assertIn(NAME, data["person"].values())
        self.assertEqual(data["balances"][0]["active"], str(self.balance()))
        self.assertEqual(len(data["history"]), len(member.account_ids.entry_ids))
        self.assertIn(f"{NAME} asked for it", [line["reason"] for line in data["history"]])
        told = json.dumps(data)
        for words in ("you have collected", "changed her mind", f"For {NAME}", "lost it"):
            self.assertIn(words, told)
        wanted = {"Movement's Remark", "Member"} & set(data["records"])
        self.assertFalse(wanted & {"Member"}, "told once, as the membership")
        for model in ("club.voucher", "club.play", "club.goal.progress", "club.message", "club.visit", "club.device"):
            self.assertIn(self.env["ir.model"]._get(model).name, data["records"])
        for secret in (member.sudo().secret, "push.example", "Only of Bob", "bob@example.com"):
            self.assertNotIn(secret, told + page)
        words = " ".join(html.fromstring(page).text_content().split())
        self.assertIn("All that the club keeps of you", words)
        self.assertIn(f"{NAME} asked for it", words)
        self.assertFalse({"True", "False"} & {cell.strip() for cell in html.fromstring(page).xpath("//td/text()")})
        self.assertIs(data["membership"]["Active"], True)

    def test_every_table_that_leads_to_a_member_is_told(self):
        member = self.live(self.ada_user)
        domains = member.sudo()._club_data_domains(member, member.account_ids, member.account_ids.entry_ids)
        for name, model in self.env.registry.items():
            if not name.startswith("club.") or model._transient or model._abstract or not model._auto:
                continue
            leads = [
                column for column in model._fields.values()
                if column.store and column.type == "many2one" and column.comodel_name in ("club.member", "res.partner")
            ]  # fmt: skip
            if leads and name != "club.member":
                self.assertIn(name, domains)

    def test_managers_export_members_of_their_own_company_alone(self):
        member = self.live(self.ada_user)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        users = {
            login: new_test_user(self.env, login, groups, **values)
            for login, groups, values in (
                ("data_manager", "loyalty_club.loyalty_club_group_manager", {}),
                ("data_user", "loyalty_club.loyalty_club_group_user", {}),
                ("data_stranger", "loyalty_club.loyalty_club_group_manager",
                 {"company_id": other.id, "company_ids": [(6, 0, other.ids)]}),
            )
        }  # fmt: skip
        path = f"/club/member/{member.id}/data"
        action = member.with_user(users["data_manager"]).action_personal_data()
        self.assertEqual(action["url"], path)
        for login in ("data_user", "data_stranger"):
            with self.assertRaises(AccessError):
                member.with_user(users[login]).action_personal_data()
        for login, status in (
            ("data_manager", 200), ("data_user", 404), ("data_stranger", 404), ("bob_signs_in", 404),
        ):  # fmt: skip
            self.authenticate(login, login)
            self.assertEqual(self.url_open(path).status_code, status, login)

    def test_so_often_a_day(self):
        self.enrol(points=1)
        with self.subTest("ten times"):
            self.assertEqual([self.press().status_code for _time in range(10)], [200] * 10)
        answer = self.press()
        self.assertEqual((answer.status_code, answer.headers["Location"].rsplit("/", 1)[-1]), (303, "club"))
        self.assertIn("Try again tomorrow", self.url_open("/my/club").text)
