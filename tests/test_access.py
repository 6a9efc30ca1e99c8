from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClubCommon

MODELS = (
    "club.club", "club.unit", "club.pool", "club.outlet", "club.tier", "club.program", "club.ratio",
    "club.condition", "club.member", "club.account", "club.entry", "club.lot", "club.take", "club.hold",
    "club.pin", "club.remark", "club.outcome", "club.move", "club.switch",
    "club.backfill", "club.backfill.line", "club.backfill.customer", "club.claim", "club.attempt", "club.proof",
    "club.voucher", "club.refusal", "club.credit", "club.accrual",
    "club.accrual.line", "club.game", "club.game.prize", "club.play",
    "club.goal", "club.goal.event", "club.goal.progress", "club.message.rule", "club.message",
)  # fmt: skip
# For nobody at a screen, or for managers alone.
HIDDEN = ("club.attempt", "club.proof", "club.accrual", "club.accrual.line")
LEDGER = ("club.account", "club.entry", "club.lot", "club.take")
CONFIGURATION = (
    "club.unit",
    "club.pool",
    "club.outlet",
    "club.tier",
    "club.program",
    "club.condition",
    "club.club",
)


@tagged("post_install", "-at_install", "loyalty_club")
class TestAccess(ClubCommon):
    """Who may see and do what: by group, by company, by the ORM and by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = new_test_user(cls.env, "plain", "base.group_user")
        cls.portal = new_test_user(cls.env, "portal_ada", "base.group_portal", partner_id=cls.ada.id)
        cls.public = cls.env.ref("base.public_user")
        cls.cashier = new_test_user(cls.env, "cashier", "point_of_sale.group_pos_user")
        cls.manager = new_test_user(cls.env, "manager", "loyalty_club.loyalty_club_group_manager")
        cls.condition = cls.env["club.condition"].create({"club_id": cls.club.id, "minimum_total": 20, "maximum": 50})
        cls.ratio = cls.env["club.ratio"].create({"unit_id": cls.unit.id, "product_id": cls.cake.id, "ratio": 2})

    def setUp(self):
        super().setUp()
        self.order = self.sell([(self.coffee, 1)], self.ada)
        self.ada_member = self.member()
        account = self.ada_member.account_ids
        self.hold = self.env["club.hold"]._authorise(
            account, 10, 0.1, self.company.currency_id, "pos", ("pos.order", "key"), "payment"
        )
        self.entry = account.entry_ids
        self.row = {
            "club.account": account,
            "club.entry": self.entry,
            "club.lot": account.lot_ids,
            "club.hold": self.hold,
            "club.pin": self.hold.pin_ids,
            "club.member": self.ada_member,
        }

    def rpc(self, user, model, method, *args, **kwargs):
        """What a browser or a script reaches."""
        return call_kw(self.env(user=user)[model], method, list(args), kwargs)

    # ------------------------------------------------------------------ reading
    def test_outsiders_read_nothing(self):
        for user in (self.plain, self.portal, self.public):
            for model in MODELS:
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.rpc(user, model, "search_read", [], ["id"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, "club.member", "get_balance", self.ada_member.ids)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, "club.member", "get_history", self.ada_member.ids)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, "club.club", "find_member", self.club.ids, query="Ada")

    def test_cashier_reads_everything_of_the_club(self):
        for model in set(MODELS) - set(HIDDEN):
            with self.subTest(model=model):
                self.rpc(self.cashier, model, "search_read", [], ["id", "display_name"])
        self.assertEqual(self.rpc(self.cashier, "club.member", "get_balance", self.ada_member.ids)[0]["active"], "100")
        found = self.env(user=self.cashier)["club.club"].browse(self.club.id).find_member(query="Ada")
        self.assertEqual(found.id, self.ada_member.id)

    def test_cashier_reads_no_secret_and_no_token(self):
        for model, field, row in (
            ("club.member", "secret", self.ada_member),
            ("club.hold", "token", self.hold),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.rpc(self.cashier, model, "read", row.ids, [field])

    def test_register_user_is_a_club_user(self):
        self.assertTrue(self.cashier.has_group("loyalty_club.loyalty_club_group_user"))
        self.assertFalse(self.cashier.has_group("loyalty_club.loyalty_club_group_manager"))

    # ------------------------------------------------------------------ writing
    def test_cashier_changes_nothing(self):
        for row in (
            self.club,
            self.unit,
            self.pool,
            self.tier,
            self.program,
            self.condition,
            self.ratio,
            self.outlet,
        ):
            for method, args in (("write", [{}]), ("unlink", []), ("copy", [])):
                with self.subTest(model=row._name, method=method), self.assertRaises(AccessError):
                    self.rpc(self.cashier, row._name, method, row.ids, *args)
            with self.subTest(model=row._name), self.assertRaises(AccessError):
                self.rpc(self.cashier, row._name, "create", [{"tier_id": self.tier.id}])

    def test_cashier_neither_adjusts_nor_switches(self):
        attempts = (
            ("club.member", "adjust", self.ada_member, (self.unit.id, 100, "a gift")),
            ("club.club", "action_switch_off", self.club, ()),
            ("club.program", "action_end", self.program, ()),
            ("club.hold", "release", self.hold, ()),
            ("club.hold", "capture", self.hold, ()),
        )
        for model, method, row, args in attempts:
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.cashier, model, method, row.ids, *args)
        with self.assertRaises(AccessError):
            self.rpc(self.cashier, "club.adjust", "create", [{"member_id": self.ada_member.id}])
        self.assertBalance(100)

    def test_manager_configures(self):
        tier = self.env(user=self.manager)["club.tier"].create(
            {"club_id": self.club.id, "name": "Platinum", "threshold": 9000}
        )
        tier.multiplier = 3
        self.env(user=self.manager)["club.condition"].browse(self.condition.id).maximum = 60
        self.assertEqual(self.condition.maximum, 60)

    # ------------------------------------------------------------------ nobody forges
    def test_nobody_writes_the_ledger(self):
        values = {"amount": 1_000_000, "balance": 1_000_000, "left_amount": 1_000_000}
        for user in (
            self.cashier,
            self.manager,
            self.env.ref("base.user_admin"),
            self.env.ref("base.user_root"),
        ):
            for model in (*LEDGER, "club.hold"):
                row, own = (
                    self.row.get(model, self.env[model]),
                    self.env[model]._fields.keys() & values.keys(),
                )
                vals = {name: values[name] for name in own}
                for method, args in (
                    ("write", [row.ids, vals]),
                    ("unlink", [row.ids]),
                    ("copy", [row.ids]),
                    ("create", [[vals]]),
                    (
                        "web_save",
                        [row.ids, vals],
                    ),
                ):
                    with (
                        self.subTest(user=user.login, model=model, method=method),
                        self.assertRaises(AccessError),
                    ):
                        extra = {"specification": {}} if method == "web_save" else {}
                        self.rpc(user, model, method, *args, **extra)
        self.assertBalance(100)

    def test_sudo_does_not_write_the_ledger_either(self):
        for model in (*LEDGER, "club.hold"):
            row = self.row.get(model, self.env[model]).sudo()
            with self.subTest(model=model):
                for attempt in (
                    lambda row=row: row.write({"amount": 5}),
                    lambda row=row: row.unlink(),
                    lambda row=row: row.copy(),
                    lambda row=row: row.create({"amount": 5}),
                ):
                    if row or model != "club.take":
                        self.assertRaises(AccessError, attempt)
        self.assertBalance(100)

    @mute_logger("odoo.orm.models", "odoo.sql_db")
    def test_nobody_imports_into_the_ledger(self):
        for model in LEDGER:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.rpc(self.manager, model, "load", ["amount"], [["1000000"]])
        self.assertBalance(100)

    def test_context_keys_open_no_door(self):
        for forged in (True, 1, "SENTINEL", {"a": 1}):
            context = {
                "club_door": forged,
                "default_state": "live",
                "default_live_from": "2020-01-01 00:00:00",
            }
            with self.subTest(forged=forged):
                with self.assertRaises(AccessError):
                    self.rpc(self.manager, "club.entry", "write", self.entry.ids, {"amount": 9}, context=context)
                with self.assertRaises(AccessError):
                    self.rpc(self.manager, "club.hold", "write", self.hold.ids, {"amount": 9}, context=context)
                with self.assertRaises(UserError):
                    self.rpc(
                        self.manager,
                        "club.program",
                        "write",
                        self.program.ids,
                        {"state": "draft"},
                        context=context,
                    )
                new_id = self.rpc(
                    self.manager,
                    "club.program",
                    "create",
                    {"name": f"Forged {forged}", "tier_id": self.silver.id},
                    context=context,
                )
                new = self.env["club.program"].browse(new_id)
                self.assertEqual(new.state, "draft")
                self.assertFalse(new.live_from)

    def test_private_names_are_refused(self):
        for model, method, row in (
            ("club.entry", "_post", self.entry),
            ("club.member", "_adjust", self.ada_member),
            ("club.hold", "_capture", self.hold),
            ("club.program", "_set_state", self.program),
            ("club.account", "_ensure", self.entry.account_id),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.manager, model, method, row.ids)

    def test_manager_does_not_type_in_a_members_tier_or_total(self):
        for vals in (
            {"tier_id": self.gold.id},
            {"lifetime": 5000},
            {"card_number": "1"},
            {"partner_id": self.bob.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.rpc(self.manager, "club.member", "write", self.ada_member.ids, vals)
        self.rpc(self.manager, "club.member", "write", self.ada_member.ids, {"active": False})
        self.assertFalse(self.ada_member.active)

    def test_manager_adds_a_member_by_hand(self):
        new_id = self.rpc(
            self.manager,
            "club.member",
            "create",
            {"club_id": self.club.id, "partner_id": self.bob.id, "lifetime": 9999, "tier_id": self.gold.id},
        )
        new = self.env["club.member"].browse(new_id)
        self.assertEqual((new.tier_id, new.lifetime, new.partner_id), (self.tier, 0, self.bob))
        self.assertTrue(new.card_number.startswith("299"))

    # ------------------------------------------------------------------ companies
    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "loyalty_club.loyalty_club_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in set(MODELS) - set(HIDDEN):
            with self.subTest(model=model):
                rows = self.rpc(stranger, model, "search_read", [], ["id"])
                own = self.env[model].sudo().search([]).ids
                self.assertFalse({row["id"] for row in rows} & set(own), model)
        for row in (self.ada_member, self.club, self.program, self.entry, self.hold):
            with self.subTest(model=row._name), self.assertRaises(AccessError):
                self.rpc(stranger, row._name, "read", row.ids, ["display_name"])
        with self.assertRaises(AccessError):
            self.rpc(stranger, "club.member", "adjust", self.ada_member.ids, self.unit.id, 5, "reason")
        with self.assertRaises(AccessError):
            self.rpc(stranger, "club.club", "prove", self.club.ids)
        with self.assertRaises(AccessError):
            self.rpc(stranger, "club.member", "enrol", self.bob.id, self.club.id)

    def test_company_of_the_club_sees_it(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.club.company_ids |= sister
        colleague = new_test_user(
            self.env,
            "colleague",
            "loyalty_club.loyalty_club_group_user",
            company_id=sister.id,
            company_ids=[Command.set(sister.ids)],
        )
        self.assertEqual(
            self.rpc(colleague, "club.member", "search", [("id", "=", self.ada_member.id)]),
            self.ada_member.ids,
        )
        self.assertFalse(self.rpc(colleague, "club.outlet", "search", [("id", "=", self.outlet.id)]))

    # ------------------------------------------------------------------ documents
    def test_staff_without_the_club_open_orders(self):
        """The extra fields of an order never stop somebody who may read it."""
        self.plain.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        as_plain = order.with_user(self.plain)
        views = as_plain.get_views([(False, "form"), (False, "list")])
        self.assertNotIn("club_points_earned", views["views"]["form"]["arch"])
        self.assertTrue(as_plain.read(["club_explanation"])[0]["club_explanation"])
