from xmlrpc.client import Fault

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_api import ApiCommon
from .common_reward import RewardCommon

BALANCE = {
    "member_id", "unit", "unit_id", "pool", "active", "inactive", "expiring", "held", "debt", "lifetime",
}  # fmt: skip
READERS = (
    ("club.member", "get_balance"), ("club.member", "get_history"), ("club.member", "rewards_in_reach"),
    ("club.member", "goals"), ("club.account", "prove"), ("club.club", "prove"), ("club.why", "ask"),
)  # fmt: skip
ABSURD = (None, "x", "", -1, 0, 1.5, True, [], {}, 10**18, "1; DROP TABLE", "٣")


@tagged("post_install", "-at_install", "loyalty_club")
class TestApiHttp(RewardCommon, ApiCommon):
    """The stable names over JSON-2, as another program calls them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reward(price=80)
        cls.enrol(cls, cls.ada, 100)
        cls.own = cls.member(cls, cls.ada)

    # ------------------------------------------------------------------ names and shapes
    def test_members_their_fields_and_what_they_have(self):
        [found] = self.call("club.club/find_member", "cashier", ids=self.club.ids, query="ada@example.com")
        self.assertEqual(found, self.own.id)
        by_card = self.call("club.club/find_member", "cashier", ids=self.club.ids, card=self.own.card_number)
        self.assertEqual(by_card, [found])
        names = ["partner_id", "club_id", "tier_id", "card_number", "lifetime"]
        [row] = self.call("club.member/read", "cashier", ids=[found], fields=names)
        self.assertEqual((row["partner_id"][0], row["club_id"][0], row["lifetime"]), (self.ada.id, self.club.id, 0))
        [contact] = self.call("res.partner/read", "cashier", ids=self.ada.ids, fields=["club_member_id"])
        self.assertEqual(contact["club_member_id"][0], found)
        [new] = self.call("club.member/enrol", "cashier", partner_id=self.bob.id, club_id=self.club.id)
        self.assertEqual(self.member(self.bob).id, new)
        [balance] = self.call("club.member/get_balance", "cashier", ids=[found])
        self.assertEqual(set(balance), BALANCE)
        self.assertEqual((balance["active"], balance["held"], balance["debt"]), ("100", "0", "0"))
        [moved] = self.call("club.member/get_history", "cashier", ids=[found], limit=1)
        self.assertEqual((moved["amount"], moved["kind"]), ("100", "adjust_in"))
        [reward] = self.call("club.member/rewards_in_reach", "cashier", ids=[found])
        self.assertEqual((reward["price"], reward["missing"], reward["is_in_reach"]), ("80", "0", True))

    def test_points_are_promised_used_and_corrected(self):
        told = {"ids": self.own.ids, "unit": self.unit.id, "source": "till-7/1"}
        [hold] = self.call("club.member/authorise", "cashier", amount="60", **told)
        self.assertEqual(self.call("club.member/get_balance", ids=self.own.ids)[0]["held"], "60")
        self.call("club.hold/release", "cashier", ids=[hold])
        [hold] = self.call("club.member/authorise", "cashier", amount="40", **told)
        entry = self.call("club.hold/capture", "cashier", ids=[hold])
        self.assertEqual(self.call("club.hold/capture", "cashier", ids=[hold]), entry)
        adjust = {"ids": self.own.ids, "unit": self.unit.id, "amount": "-5.0", "reason": "Counted twice", "key": "one"}
        entry = self.call("club.member/adjust", **adjust)
        self.assertEqual(self.call("club.member/adjust", **adjust), entry)
        self.assertBalance(55)

    def test_orders_name_their_points_and_compute_them_again(self):
        order = self.sell([(self.coffee, 1)], self.ada)
        bill = self.quotation([(self.coffee, 2)])
        bill.action_confirm()
        self.pay(self.invoice(bill))
        for document, key, earned in ((order, "pos.order", "+100 Beans"), (bill, "sale.order", "+200 Beans")):
            self.users["cashier"].group_ids += self.env.ref("point_of_sale.group_pos_user")
            self.users["cashier"].group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
            names = ["club_entry_ids", "club_points_earned", "club_explanation"]
            [row] = self.call(f"{key}/read", "cashier", ids=document.ids, fields=names)
            self.assertEqual((row["club_points_earned"], len(row["club_entry_ids"])), (earned, 1))
            self.assertTrue(self.call(f"{key}/club_sync", "cashier", ids=document.ids))
        self.assertBalance(400)

    def test_what_agrees_proves_empty_and_readers_need_no_writing_cursor(self):
        self.assertEqual(self.call("club.club/prove", "cashier", ids=self.club.ids), [])
        self.assertEqual(self.call("club.account/prove", "cashier", ids=self.own.account_ids.ids), [])
        told = {"club.why": {"question": "Ada"}, "club.club": {"ids": self.club.ids}}
        told["club.account"] = {"ids": self.own.account_ids.ids}
        with self.assertNoLogs("odoo.http", "WARNING"):  # the host says so where a reader writes after all
            for model, method in READERS:
                self.assertTrue(getattr(getattr(type(self.env[model]), method), "_readonly", False), (model, method))
                self.call(f"{model}/{method}", "cashier", **told.get(model, {"ids": self.own.ids}))

    def test_settings_are_one_for_all_companies_of_the_club(self):
        other = self.env["res.company"].create({"name": "The other house"})
        self.club.company_ids += other
        self.users["elsewhere"].write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        told = {"earn_rounding": "up", "earn_on_discounted": False}
        self.call("club.club/write", "elsewhere", ids=self.club.ids, vals=told)
        [row] = self.call("club.club/read", "manager", ids=self.club.ids, fields=list(told))
        self.assertEqual({name: row[name] for name in told}, told)
        own = {
            f"{name}.{field.name}"
            for name, model in self.env.registry.items() if name.startswith("club.")
            for field in model._fields.values() if field.company_dependent
        }  # fmt: skip
        self.assertEqual(own, set())
        [club] = self.call("club.club/search", "elsewhere", domain=[["company_ids", "in", other.ids]])
        self.assertEqual(club, self.club.id)
        form = Form(self.club.with_user(self.users["elsewhere"]).with_company(other))
        form.redeem_below_bands = "allow"
        form.save()
        [seen] = self.call("res.company/search", "elsewhere", domain=[["id", "!=", other.id]])
        self.assertEqual(seen, self.company.id)
        with mute_logger("odoo.http"):
            self.refused("res.company/write", 403, "", "elsewhere", ids=self.company.ids, vals={"name": "Mine"})

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")  # the host says that it goes with Odoo 20
    def test_the_same_names_over_xml_rpc_with_the_same_key(self):
        user, key = self.users["manager"], self.keys["manager"]

        def call(model, method, *args, **named):
            self.env.flush_all()
            answer = self.xmlrpc_object.execute_kw(self.env.cr.dbname, user.id, key, model, method, args, named)
            self.env.invalidate_all()
            return answer

        [found] = call("club.club", "find_member", self.club.ids, query="Ada")
        self.assertEqual(call("club.member", "get_balance", [found])[0]["active"], "100")
        [hold] = call("club.member", "authorise", [found], self.unit.id, "10", "till-1")
        self.assertTrue(call("club.hold", "capture", [hold]))
        self.assertTrue(call("club.member", "adjust", [found], self.unit.id, "5", "Thanks"))
        self.assertIn("You have 95 Beans", call("club.member", "points_in_words", [found]))
        call("club.club", "action_switch_off", self.club.ids)
        with self.assertRaisesRegex(Fault, "switched off"), mute_logger("odoo.http"):
            call("club.member", "authorise", [found], self.unit.id, "10", "till-2")
        self.assertBalance(95)

    # ------------------------------------------------------------------ who may not
    def test_each_key_does_what_its_user_may_and_no_more(self):
        adjust = {"ids": self.own.ids, "unit": self.unit.id, "amount": "1", "reason": "Mine"}
        with mute_logger("odoo.http"):
            self.refused("club.member/adjust", 403, "managers", "cashier", **adjust)
        for key in ("plain", "portal", "elsewhere"):
            for path, told in (
                ("club.member/adjust", adjust),
                ("club.member/get_balance", {"ids": self.own.ids}),
                ("club.member/get_history", {"ids": self.own.ids}),
                ("club.member/rewards_in_reach", {"ids": self.own.ids}),
                ("club.member/points_in_words", {"ids": self.own.ids}),
                ("club.member/authorise", {"ids": self.own.ids, "unit": self.unit.id, "amount": "1", "source": "x"}),
                ("club.member/enrol", {"partner_id": self.bob.id, "club_id": self.club.id}),
                ("club.club/find_member", {"ids": self.club.ids, "query": "Ada"}),
                ("club.club/prove", {"ids": self.club.ids}),
                ("club.account/prove", {"ids": self.own.account_ids.ids}),
            ):
                with self.subTest(key=key, path=path), mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                    if key == "elsewhere" and path == "club.club/find_member":
                        self.assertEqual(self.call(path, key, **told), [])
                    else:
                        self.refused(path, 403, "", key, **told)
        self.assertFalse(self.member(self.bob))
        self.assertBalance(100)

    @mute_logger("odoo.http")
    def test_code_on_a_phone_says_nothing_to_another_companys_staff(self):
        """It is neither answered nor used up by whoever names a club that is not theirs."""
        code, secret = self.env["club.pass"]._issue(self.own.sudo()), self.own.sudo().secret
        self.refused("club.club/find_member", 422, "not known here", "elsewhere", ids=self.club.ids, token=code)
        for told in ({"token": secret}, {"card": self.own.card_number}):
            self.assertEqual(self.call("club.club/find_member", "elsewhere", ids=self.club.ids, **told), [])
        self.assertEqual(self.call("club.club/find_member", "cashier", ids=self.club.ids, token=code), self.own.ids)

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_no_key_a_wrong_key_and_names_that_are_not_there(self):
        told = {"ids": self.own.ids}
        self.assertEqual(self.post("club.member/get_balance", told, by=None).status_code, 401)
        self.assertEqual(self.post("club.member/get_balance", told, by="0" * 40).status_code, 401)
        self.refused("club.member/_lock", 403, "", **told)
        self.refused("club.member/nothing", 404, "", **told)
        self.refused("club.nothing/get_balance", 404, "", **told)
        self.refused("club.member/get_balance", 422, "", **told, what=1)
        self.refused("club.member/get_balance", 404, "", ids=[10**8])
        self.assertEqual(self.post("club.member/get_balance", "{").status_code, 400)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_a_context_that_is_sent_along_opens_nothing(self):
        told = {"ids": self.own.ids}
        companies = {"context": {"allowed_company_ids": self.company.ids}}
        self.refused("club.member/get_balance", 403, "", "elsewhere", **told, **companies)
        forged = {"context": {"club_door": True, "club_paying": 1, "club_wallet": {}, "active_test": False, "uid": 1}}
        entry = self.own.account_ids.entry_ids[:1]
        rows = {"account_id": entry.account_id.id, "kind": "adjust_in", "amount": 9, "key": "forged"}
        for path, values in (
            ("club.entry/create", {"vals_list": [rows]}),
            ("club.entry/write", {"ids": entry.ids, "vals": {"amount": 9}}),
            ("club.entry/unlink", {"ids": entry.ids}),
            ("club.account/write", {"ids": entry.account_id.ids, "vals": {"balance": 9}}),
            ("club.event/create", {"vals_list": [{"res_model": "club.entry", "res_id": entry.id}]}),
        ):
            self.refused(path, 403, "", **values, **forged)
        self.refused("club.member/get_balance", 422, "language", "cashier", **told, context={"lang": "xx_XX"})
        odd = {"context": {"tz": "Nowhere/Land", "company_id": "x", "default_club_id": -1}}
        for model, method in READERS[:4]:
            self.call(f"{model}/{method}", "cashier", **told, **odd)
        self.assertIn("100", self.call("club.member/points_in_words", "cashier", **told, **odd))
        self.assertBalance(100)

    # ------------------------------------------------------------------ what is not understood
    @mute_logger("odoo.http")
    def test_wrong_values_are_answered_by_sentences(self):
        two = {"ids": [self.own.id, self.enrol(self.bob).id]}
        said = "exactly one"
        for name in ("get_history", "rewards_in_reach", "goals", "points_in_words"):
            self.refused(f"club.member/{name}", 422, said, **two)
            self.refused(f"club.member/{name}", 422, said, ids=[])
        own, unit = {"ids": self.own.ids}, {"unit": self.unit.id}
        for value in ABSURD:
            calls = [
                ("adjust", {"unit": value, "amount": "1", "reason": "Why"}),
                ("authorise", {"unit": value, "amount": "1", "source": "x"}),
                ("convert", {"unit": value, "amount": "1", "key": "x"}),
                ("buy_voucher", {"reward": value, "key": "x"}),
                ("grant_plays", {"game": value}),
            ]
            if value not in (1.5, "٣"):  # an amount may well be, and a script's own digits too
                calls.append(("adjust", {**unit, "amount": value if value != "" else " ", "reason": ""}))
            if value not in (None, "", 0, [], {}):
                calls += [("adjust", {**unit, "amount": "1", "reason": "Why", "pool_id": value})]
                calls += [("rewards_in_reach", {"outlet_id": value})]
            if not isinstance(value, int) or isinstance(value, bool):
                calls += [("get_history", {"limit": value}), ("get_history", {"offset": value})]
            for name, told in calls:
                with self.subTest(name=name, told=told):
                    self.refused(f"club.member/{name}", 422, "", **own, **told)
            with self.subTest(value=value):
                self.refused("club.member/enrol", 422, "", partner_id=value, club_id=self.club.id)
        self.assertBalance(100)
