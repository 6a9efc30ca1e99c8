import inspect
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..models.club_claim import Answer
from .common_portal import PortalCommon

OURS = "odoo.addons.loyalty_club."
REFUSED = "AccessError|AttributeError"
ARGUMENTS = {
    "reason": "Mine",
    "query": "Ada",
    "fields": ["id"],
    "data": [["1"]],
    "vals_list": [{}],
    "vals": {},
}


@tagged("post_install", "-at_install", "loyalty_club")
class TestPortalAccess(PortalCommon):
    """A customer reaches the own membership by the own pages, and nothing else by anything else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner, points in ((cls.ada, 11), (cls.bob, 22)):
            member = cls.env["club.member"].enrol(partner.id, cls.club.id)
            member.adjust(cls.unit.id, points, f"Opening of {partner.name}", counts_lifetime=False)
        cls.hold = (
            cls.env["club.hold"]
            .sudo()
            ._authorise(
                cls.env["club.member"].browse(member.id).account_ids,
                5,
                0.05,
                cls.club.currency_id,
                "pos",
                ("pos.order", "an order of Bob's"),
            )
        )

    def setUp(self):
        super().setUp()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def assertRefused(self, model, method, *args, refusal=REFUSED, **kwargs):
        with (
            self.subTest(model=model, method=method),
            self.assertRaisesRegex(JsonRpcException, refusal),
            mute_logger("odoo.http"),
        ):
            self.call(model, method, *args, **kwargs)

    # ------------------------------------------------------------------ the pages
    def test_only_the_own_membership_is_shown_whatever_is_asked_for(self):
        bob = self.member(self.bob)
        nuts = self.second_club(self.bob)
        for path in (
            f"/my/club?partner_id={self.bob.id}&member_id={bob.id}&club_id={nuts.id}",
            f"/my/club/{nuts.id}",
            f"/my/club/{nuts.id}/history",
            f"/my/club/{bob.id + 10**6}",
            f"/my/club/history?member={bob.id}&partner={self.bob.id}",
            f"/my/club/history/page/1?account_id={bob.account_ids.id}&limit=1000",
        ):
            with self.subTest(path=path):
                _root, text = self.page(path)
                self.assertIn("11 Beans", text)
                self.assertNotIn("22 Beans", text)
                self.assertNotIn("Bob", text)
                self.assertNotIn("Nut", text)

    def test_absurd_pages_are_no_fault(self):
        for path in ("/my/club/history/page/0", "/my/club/history/page/99999999999999999999", "/my/club/0"):
            self.assertIn("11 Beans", self.page(path)[1])

    def test_membership_of_a_contact_of_the_same_company_is_not_shown(self):
        company = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        (self.ada | self.bob).parent_id = company
        self.enrol(company, points=33)
        _root, text = self.page()
        self.assertIn("11 Beans", text)
        self.assertNotIn("33 Beans", text)

    def test_website_of_another_company_begins_with_its_own_club(self):
        other = self.env["res.company"].create({"name": "Nut Ltd"})
        nuts = self.second_club()
        nuts.company_ids = other
        self.assertRegex(self.page()[1], "11 Beans.*7 Nuts")
        self.website.club_outlet_id = False
        self.website.company_id = other
        self.assertNotIn(other, self.ada_user.company_ids)
        self.assertRegex(self.page()[1], "7 Nuts.*11 Beans")
        asked = []

        def collect(_claims, code, user, company, address=""):
            asked.append(company)
            return Answer("Unknown")

        with patch.object(type(self.env["club.claim"]), "_collect", collect):
            told = {"csrf_token": http.Request.csrf_token(self), "code": "AAAAAAAA"}
            self.assertIn("Unknown", self.url_open("/club/claim/collect", data=told).text)
        self.assertEqual([company.id for company in asked], other.ids)

    def test_names_are_text_wherever_they_are_shown(self):
        evil = "<script>evil()</script>\"'><b>"
        member, reward = self.member(), self.env["loyalty.program"].search([("club_id", "=", self.club.id)])
        for record in (self.club, self.tier, self.ada, *reward):
            record.name = evil
        self.unit.write({"name": evil, "name_plural": evil})
        self.club.write({"page_title": evil, "is_redeem_allowed": True})
        self.club.profile_field_ids = self.env["club.profile.field"].search([])
        self.ada.write({"street": evil, "phone": evil})
        member.adjust(self.unit.id, 5, evil)
        for path in ("", "/history", "/profile", "/rewards", "/messages", "/leave", "/service-worker.js"):
            response = self.url_open(f"/my/club{path}?show={evil}")
            with self.subTest(path):
                self.assertIn("evil()", response.text)
                self.assertNotIn("<script>evil", response.text)
                self.assertNotIn("\"'><b>", response.text)

    def test_visitor_is_sent_to_sign_in(self):
        self.authenticate(None, None)
        for path in ("/my/club", "/my/club/history", f"/my/club/{self.club.id}"):
            response = self.url_open(path, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login", response.headers["Location"])

    # ------------------------------------------------------------------ calls
    def test_no_table_of_the_club_is_open_to_customers(self):
        models = [name for name in self.env.registry if name.startswith("club.") and not self.env[name]._abstract]
        self.assertGreater(len(models), 15)
        for model in models:
            record = self.env[model].sudo().search([], limit=1)
            ids = record.ids or [1]
            self.assertRefused(model, "search_read", [], ["id"])
            self.assertRefused(model, "search_count", [])
            self.assertRefused(model, "read", ids, ["id"])
            # Empty values may be refused before the right to create is asked about.
            self.assertRefused(model, "create", [{}], refusal=f"{REFUSED}|UserError|ValidationError")
            self.assertRefused(model, "write", ids, {})
            self.assertRefused(model, "unlink", ids)

    def test_named_methods_refuse_customers(self):
        ada, order = self.member(), self.sell([(self.cake, 1)], self.ada)
        self.assertRefused("club.member", "get_balance", ada.ids)
        self.assertRefused("club.member", "get_history", ada.ids)
        self.assertRefused("club.member", "adjust", ada.ids, self.unit.id, 1000, "Because")
        self.assertRefused("club.member", "enrol", self.ada.id, self.club.id)
        self.assertRefused("club.club", "find_member", self.club.ids, query="Bob")
        self.assertRefused("club.club", "find_member", self.club.ids, card=self.member(self.bob).card_number)
        self.assertRefused("club.hold", "capture", self.hold.ids)
        self.assertRefused("club.hold", "release", self.hold.ids)
        self.assertEqual(self.hold.state, "held")
        self.assertRefused("club.club", "action_switch_off", self.club.ids)
        self.assertRefused("club.club", "prove", self.club.ids)
        self.assertRefused("pos.order", "club_sync", order.ids)
        self.assertRefused("sale.order", "club_sync", self.quotation([(self.cake, 1)]).ids)
        self.assertRefused("res.partner", "read", self.ada.ids, ["club_member_ids", "club_balance"])
        for method in ("_post", "_club_history_values", "_club_page_lines"):
            self.assertRefused("club.entry", method, [1])
        self.assertRefused("club.member", "_club_page", ada.ids)
        self.assertBalance(21)

    def test_every_public_method_refuses_customers_or_only_opens_a_window(self):
        """Whatever is added to the club's models is tried here without being named."""
        before = self.env["club.entry"].search_count([])
        methods = list(self._public_methods())
        self.assertGreater(len(methods), 10)
        for model, method, args in methods:
            with self.subTest(model=model, method=method), mute_logger("odoo.http", "odoo.sql_db"):
                try:
                    result = self.call(model, method, *args)
                except JsonRpcException as refusal:
                    self.assertRegex(str(refusal), f"{REFUSED}|UserError|ValidationError|MissingError")
                else:
                    self.assertEqual(result and result.get("type"), "ir.actions.act_window")
        self.assertEqual(self.env["club.entry"].search_count([]), before)
        self.assertEqual(self.club.state, "on")

    def _public_methods(self):
        """(model, method, arguments) of what is written in this module and can be called from outside."""
        for name in self.env.registry:
            model = self.env[name]
            if not name.startswith("club.") or model._abstract:
                continue
            ids = model.sudo().search([], limit=1).ids or [1]
            for method, function in inspect.getmembers(type(model), inspect.isfunction):
                is_ours = function.__module__.startswith(OURS)
                if not is_ours or method.startswith("_") or getattr(function, "_api_private", False):
                    continue
                names = list(inspect.signature(function).parameters)[1:]
                args = [ARGUMENTS.get(arg, 1) for arg in names]
                yield name, method, args if getattr(function, "_api_model", False) else [ids, *args]


@tagged("post_install", "-at_install", "loyalty_club")
class TestPortalWithoutClub(HttpCase):
    def test_page_answers_before_any_club_exists(self):
        self.env["club.club"].search([]).write({"state": "off"})
        self.authenticate("portal", "portal")
        response = self.url_open("/my/club")
        self.assertIn("There is no loyalty club here at the moment", response.text)
