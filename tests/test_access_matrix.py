"""Who may do what, as tables: a new model or address without a row here fails."""

import json

from odoo import http
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_portal import PortalCommon
from .test_personal_data import NAME, LivedCommon

RIGHTS = dict(zip("rwcu", ("read", "write", "create", "unlink"), strict=True))
USERS = ("public", "portal", "plain", "seller", "cashier", "manager")
# What a group may by itself: r(ead) w(rite) c(reate) u(nlink). Public, portal and staff without the club: nothing.
# model: seller, cashier, manager, whose rows: "own" of the user's companies, "all" of whom it does not concern,
# "window" of whoever opened it
MODELS = {
    "club.account": "-   r   r    own",
    "club.accrual": "-   -   r    own",
    "club.accrual.line": "-   -   r    own",
    "club.adjust": "-   -   rwc  window",
    "club.adjust.many": "-   -   rwc  window",
    "club.attempt": "-   -   r    all",
    "club.audit": "-   -   -    all",
    "club.backfill": "-   r   rwcu own",
    "club.backfill.customer": "-   r   r    own",
    "club.backfill.line": "-   r   r    own",
    "club.bonus": "-   r   rwcu own",
    "club.card": "-   r   r    own",
    "club.claim": "-   r   r    own",
    "club.club": "-   r   rwcu own",
    "club.condition": "-   r   rwcu own",
    "club.convert": "-   rwc rwc  window",
    "club.count": "-   -   r    own",
    "club.credit": "-   r   r    own",
    "club.credit.reverse": "-   -   rwc  window",
    "club.day": "-   -   r    own",
    "club.device": "-   r   r    own",
    "club.entry": "-   r   r    own",
    "club.event": "-   -   -    all",
    "club.game": "-   r   rwcu own",
    "club.game.prize": "-   r   rwcu own",
    "club.goal": "-   r   rwcu own",
    "club.goal.event": "-   r   r    own",
    "club.goal.progress": "-   r   r    own",
    "club.grant.plays": "-   -   rwc  window",
    "club.hold": "-   r   r    own",
    "club.import": "-   -   rwcu window",
    "club.import.problem": "-   -   rwcu window",
    "club.intervention": "-   -   r    own",
    "club.lot": "-   r   r    own",
    "club.member": "-   r   rwc  own",
    "club.message": "-   r   r    own",
    "club.message.rule": "-   r   rwcu own",
    "club.move": "-   r   r    own",
    "club.outcome": "-   r   r    own",
    "club.outlet": "-   r   rwcu own",
    "club.participation": "-   -   rwcu window",
    "club.pass": "-   -   r    own",
    "club.pin": "-   r   r    own",
    "club.play": "-   r   r    own",
    "club.pool": "-   r   rwcu own",
    "club.presence": "-   r   r    own",
    "club.print.cards": "-   rwc rwc  window",
    "club.profile.field": "-   r   r    all",
    "club.program": "-   r   rwcu own",
    "club.proof": "-   -   -    all",
    "club.ratio": "-   r   rwcu own",
    "club.refusal": "-   r   r    own",
    "club.regroup": "-   -   rwcu window",
    "club.regroup.group": "-   -   rwcu window",
    "club.regroup.outlet": "-   -   rwcu window",
    "club.release": "-   -   rwc  window",
    "club.remark": "-   r   r    own",
    "club.replace.card": "-   -   rwc  window",
    "club.report": "-   -   r    own",
    "club.report.order": "-   -   r    own",
    "club.set.tier": "-   -   rwc  window",
    "club.setup": "-   -   rwc  own",
    "club.suspension": "-   -   rwcu window",
    "club.switch": "-   r   r    own",
    "club.take": "-   r   r    own",
    "club.tier": "-   r   rwcu own",
    "club.tier.count": "-   r   r    own",
    "club.unit": "r   r   rwcu own",
    "club.use.points": "rwc -   -    window",
    "club.use.reward": "rwc -   -    window",
    "club.use.reward.line": "rwc -   -    window",
    "club.vault": "-   -   rwcu own",
    "club.vault.problem": "-   -   r    own",
    "club.visit": "-   r   r    own",
    "club.voucher": "-   r   r    own",
    "club.voucher.refund": "-   -   rwc  window",
    "club.why": "-   rwc rwc  window",
    "club.worth": "-   r   rwcu own",
}
# How an address is reached. Whose data it shows or changes is decided by the session, never by what it is sent.
OWN, POST, RPC, OPEN, CART, DEVICE, STAFF, CLICK = "own", "post", "rpc", "open", "cart", "device", "staff", "click"
HOST = "host"  # one of the host's, which we go through
ROUTES = {
    "/club/cart/points": CART,
    "/club/cart/reward": CART,
    "/club/claim": OPEN,
    "/club/claim/<string:code>": OPEN,
    "/club/claim/collect": POST,
    "/club/confirm": POST,
    "/club/confirm/<string:token>": OWN,
    "/club/confirm/send": POST,
    "/club/gather": POST,
    "/club/keep": OPEN,
    "/club/member/<int:member_id>/data": STAFF,
    "/club/self/attach": DEVICE,
    "/club/self/choose": DEVICE,
    "/club/self/forget": DEVICE,
    "/club/self/identify": DEVICE,
    "/club/self/me": DEVICE,
    "/club/self/offer": DEVICE,
    "/club/unsubscribe": CLICK,
    "/my/club": OPEN,
    "/my/club/code": RPC,
    "/my/club/code/state": RPC,
    "/my/club/credit": OWN,
    "/my/club/credit/confirm": OWN,
    "/my/club/credit/convert": POST,
    "/my/club/data": POST,
    "/my/club/games": OWN,
    "/my/club/games/play": RPC,
    "/my/club/games/see": RPC,
    "/my/club/history": OWN,
    "/my/club/history/page/<int:page>": OWN,
    "/my/club/icon/<int:size>": OPEN,
    "/my/club/join": POST,
    "/my/club/language": POST,
    "/my/club/leave": OWN,
    "/my/club/leave/ask": POST,
    "/my/club/leave/stay": POST,
    "/my/club/manifest.webmanifest": OPEN,
    "/my/club/messages": OWN,
    "/my/club/messages/choose": POST,
    "/my/club/messages/read": POST,
    "/my/club/messages/unread": RPC,
    "/my/club/pin": POST,
    "/my/club/profile": OWN,
    "/my/club/profile/save": POST,
    "/my/club/push/forget": RPC,
    "/my/club/push/key": RPC,
    "/my/club/push/known": RPC,
    "/my/club/push/register": RPC,
    "/my/club/rewards": OWN,
    "/my/club/rewards/<int:reward_id>": OWN,
    "/my/club/rewards/buy": POST,
    "/my/club/service-worker.js": OPEN,
    "/my/club/vouchers/<int:voucher_id>": OWN,
    "/my/club/vouchers/<int:voucher_id>/ticket": OWN,
    "/my/club/vouchers/give": POST,
    "/my/club/vouchers/mail": POST,
    "/my/club/vouchers/use": POST,
    "/pos-self-order/process-order/<device_type>/": HOST,
    "/pos-self-order/validate-partner": HOST,
    "/pos/ticket/validate": HOST,
    "/shop/payment/validate": HOST,
}
SIGNED_IN = (OWN, POST, RPC, STAFF)
MISTYPED = ("club_id", "endpoint", "keys", "street", "city", "choice", "access_token", "order", "order_access_token")


def plain(url):
    """The same page for one of several clubs is the same address."""
    return url.replace("/my/club/<int:club_id>", "/my/club")


class MatrixCommon(LivedCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.users = {
            name: new_test_user(cls.env, f"matrix_{name}", groups, password=f"matrix_{name}", **values)
            for name, groups, values in (
                ("portal", "base.group_portal", {}),
                ("plain", "base.group_user", {}),
                ("seller", "sales_team.group_sale_salesman", {}),
                ("cashier", "point_of_sale.group_pos_user", {}),
                ("manager", "loyalty_club.loyalty_club_group_manager", {}),
                ("stranger", "loyalty_club.loyalty_club_group_manager",
                 {"company_id": cls.elsewhere.id, "company_ids": [Command.set(cls.elsewhere.ids)]}),
            )
        }  # fmt: skip
        cls.users["public"] = cls.env.ref("base.public_user")


@tagged("post_install", "-at_install")
class TestModelMatrix(MatrixCommon):
    """Every table and window of ours, for everybody."""

    def models(self):
        return sorted(
            name for name, model in self.env.registry.items() if name.startswith("club.") and not model._abstract
        )

    def test_every_model_has_its_row(self):
        self.assertEqual(self.models(), sorted(MODELS))

    def test_groups_may_what_their_row_says(self):
        for name, row in MODELS.items():
            seller, cashier, manager, whose = row.split()
            for user, rights in zip(USERS, ("-", "-", "-", seller, cashier, manager), strict=True):
                model, may = self.env[name].with_user(self.users[user]), rights.strip("-")
                found = "".join(letter for letter, right in RIGHTS.items() if model.has_access(right))
                with self.subTest(name, user=user):
                    self.assertEqual(found, may)
            rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", name), ("global", "=", True)])
            with self.subTest(name):
                self.assertEqual(whose == "window", self.env[name]._transient)
                self.assertEqual(bool(rules), whose != "all", "rows of one's own companies, windows of one's own")

    def test_manager_of_another_company_finds_nothing_and_changes_nothing(self):
        user = new_test_user(self.env, "matrix_ada", "base.group_portal", partner_id=self.ada.id, name=NAME)
        self.live(user)
        self.env.flush_all()
        stranger, seen = self.users["stranger"], 0
        for name, row in MODELS.items():
            if row.split()[-1] != "own":
                continue
            records = self.env[name].sudo().with_context(active_test=False).search([])
            seen += bool(records)
            own = self.env[name].with_user(stranger).with_context(active_test=False)
            with self.subTest(name):
                self.assertFalse(own.search([]))
                for right in ("read", "write", "unlink"):
                    self.assertFalse(records[:1].with_user(stranger).has_access(right) and records)
        self.assertGreater(seen, 30, "there is something of nearly everything to be found")

    def test_windows_are_of_whoever_opened_them(self):
        theirs = self.env["club.suspension"].with_user(self.users["manager"]).create({"club_id": self.club.id})
        colleague = new_test_user(self.env, "matrix_colleague", "loyalty_club.loyalty_club_group_manager")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            theirs.with_user(colleague).read(["club_id"])


@tagged("post_install", "-at_install")
class TestRouteMatrix(MatrixCommon, PortalCommon):
    """Every address of ours, called as everybody with what is Ada's: nobody reads of her, nothing of hers moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.name = NAME

    def rules(self):
        for rule in self.env["ir.http"].routing_map().iter_rules():
            func = getattr(rule.endpoint, "func", None)
            if "loyalty_club" in (getattr(func, "__module__", "") or ""):
                yield rule

    def test_every_route_has_its_row_and_asks_for_what_it_says(self):
        seen = set()
        for rule in self.rules():
            url, routing = plain(rule.rule), rule.endpoint.routing
            with self.subTest(url):
                self.assertIn(url, ROUTES)
                kind, methods = ROUTES[url], (rule.methods or set()) - {"OPTIONS", "HEAD"}
                seen.add(url)
                if kind == HOST:
                    continue
                self.assertEqual(routing["auth"], "user" if kind in SIGNED_IN else "public")
                self.assertEqual(routing["type"], "jsonrpc" if kind in (RPC, CART, DEVICE) else "http")
                if kind == POST:
                    self.assertEqual(methods, {"POST"})
                if kind != CLICK:
                    self.assertIsNot(routing.get("csrf"), False, "no other site posts there in a customer's name")
        self.assertEqual(seen, set(ROUTES), "a row of an address that is gone")

    def ledger(self):
        """What would have changed, had anything of Ada's moved."""
        self.env.flush_all()
        self.env.invalidate_all()
        own = [("member_id", "=", self.member().id)]
        return (
            self.env["club.entry"].search_count([]),
            self.env["club.voucher"].search(own).mapped("state"),
            self.env["club.play"].search(own).mapped("state"),
            self.env["club.message"].search(own).mapped("is_read"),
            self.env["club.device"].sudo().search_count(own),
            self.member().card_number,
            self.member().has_pin,
            self.ada.read(["name", "email", "phone", "club_birthday"]),
        )

    def told(self, kind):
        """Whatever of Ada's might be asked for, under every name that a route knows."""
        member, voucher = self.member(), self.member().voucher_ids[:1]
        told = {
            "member": member.id, "member_id": member.id, "partner_id": self.ada.id, "voucher": voucher.id,
            "voucher_id": voucher.id, "reward": self.ten.id, "reward_id": self.ten.id, "game_id": self.wheel.id,
            "play_id": self.env["club.play"].search([("member_id", "=", member.id)], limit=1).id, "key": "k",
            "unit_id": self.unit.id, "unit": self.unit.id, "amount": "5", "pin": "1397", "again": "1397",
            "name": "Mallory", "phone": "+32470000000", "code": "AAAAAAAA", "token": "x", "email": "m@example.com",
        }  # fmt: skip
        return told if kind == POST else {}

    def call(self, rule, user):
        url, kind = rule.rule, ROUTES[plain(rule.rule)]
        member, voucher = self.member(), self.member().voucher_ids[:1]
        for name, value in {
            "<int:club_id>": self.club.id, "<int:member_id>": member.id, "<int:voucher_id>": voucher.id,
            "<int:reward_id>": self.ten.id, "<int:page>": 1, "<int:size>": 192, "<string:code>": "AAAAAAAA",
            "<string:token>": "forged",
        }.items():  # fmt: skip
            url = url.replace(name, str(value))
        if kind in (RPC, CART, DEVICE):
            body = {"jsonrpc": "2.0", "params": {"member_id": member.id, "access_token": "forged"}}
            return self.url_open(url, data=json.dumps(body), headers={"Content-Type": "application/json"})
        if kind == POST:
            data = self.told(kind)
            if user:
                data["csrf_token"] = http.Request.csrf_token(self)
            return self.url_open(url, data=data, allow_redirects=False)
        return self.url_open(url, allow_redirects=False)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http")
    def test_nobody_reads_or_moves_what_is_adas(self):
        self.live(self.ada_user)
        before = self.ledger()
        words = (NAME, "Beeblebrox", "zaphodina", self.member().card_number, self.member().sudo().secret)
        rules = [rule for rule in self.rules() if ROUTES[plain(rule.rule)] not in (HOST, CLICK)]
        # The addresses of one club of several are the same functions: one of both is enough for each.
        rules = {rule.endpoint.func.__qualname__: rule for rule in rules}.values()
        for name in ("public", "portal", "stranger"):
            login = None if name == "public" else f"matrix_{name}"
            self.authenticate(login, login)
            for rule in rules:
                kind = ROUTES[plain(rule.rule)]
                answer = self.call(rule, login)
                with self.subTest(rule.rule, user=name):
                    self.assertLess(answer.status_code, 500)
                    self.assertFalse([word for word in words if word in answer.text])
                    if name == "public" and kind in SIGNED_IN:
                        self.assertSentToLogin(kind, answer)
                    if kind == STAFF:
                        self.assertEqual(answer.status_code, 303 if name == "public" else 404)
        self.assertEqual(self.ledger(), before)

    def assertSentToLogin(self, kind, answer):
        if kind == RPC:
            self.assertEqual(answer.json()["error"]["code"], 100)
        elif kind == POST:
            self.assertIn(answer.status_code, (303, 400), "to the login, or refused without a token")
            self.assertIn("/web/login", answer.headers.get("Location", "/web/login"))
        else:
            self.assertIn("/web/login", answer.headers.get("Location", ""))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http")
    def test_what_changes_something_takes_a_token_of_the_own_page(self):
        self.enrol()
        self.authenticate("ada_signs_in", "ada_signs_in")
        posts = {rule.endpoint.func: rule for rule in self.rules() if ROUTES[plain(rule.rule)] == POST}
        for rule in posts.values():
            with self.subTest(rule.rule):
                url = rule.rule.replace("<int:club_id>", str(self.club.id))
                self.assertEqual(self.url_open(url, data={"pin": "1397", "again": "1397"}).status_code, 400)
        self.assertFalse(self.member().has_pin)

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_http")
    def test_what_is_mistyped_is_refused_and_no_fault(self):
        """A list, a file, a number of 5,000 digits, signs that no table holds: in every place of every address."""
        member = self.enrol(points=200)
        self.club.profile_field_ids = self.env["club.profile.field"].search([])
        self.authenticate("ada_signs_in", "ada_signs_in")
        before, told = self.ledger(), (*self.told(POST), *MISTYPED)
        calls = (RPC, CART, DEVICE)
        rules = {rule.endpoint.func: rule for rule in self.rules() if ROUTES[plain(rule.rule)] in (POST, CLICK, *calls)}
        for rule in rules.values():
            url, is_call = plain(rule.rule), ROUTES[plain(rule.rule)] in calls
            for bad in ([[]], 2**70, "\0\ud83d") if is_call else ("9" * 5000, "\0", None):
                mistyped = dict.fromkeys(told, bad)
                if is_call:
                    body, head = json.dumps({"params": mistyped}), {"Content-Type": "application/json"}
                    answer = self.url_open(url, data=body, headers=head)
                else:
                    token = {"csrf_token": http.Request.csrf_token(self)}
                    own = {"files": dict.fromkeys(told, b"x")} if bad is None else {"data": token | mistyped}
                    answer = self.url_open(url, **{"data": token, **own}, allow_redirects=False)
                with self.subTest(url, bad=repr(bad)[:20]):
                    self.assertLess(answer.status_code, 500)
                    fault = answer.json().get("error", {}).get("data", {}) if is_call else {}
                    self.assertNotRegex(fault.get("name", ""), "builtins|psycopg")
        self.assertEqual(self.ledger(), before)
        self.assertFalse(member.partner_id.street or member.partner_id.city, "a file is no address")

    def test_there_are_rows_of_every_kind(self):
        self.assertEqual({*ROUTES.values()}, {OWN, POST, RPC, OPEN, CART, DEVICE, STAFF, CLICK, HOST})
        self.assertTrue(all(set("".join(row.split()[:3])) <= set("-rwcu") for row in MODELS.values()))
