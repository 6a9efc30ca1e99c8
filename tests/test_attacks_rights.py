from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestForgedCalls(TenderCommon):
    """Calls over RPC that bring along what only the server may say: contexts, identities, whole rows."""

    def rpc(self, user, records, method, *args, **kwargs):
        """What a browser or a script reaches."""
        ids = [records.ids] if records else []
        return call_kw(self.env(user=user)[records._name], method, [*ids, *args], kwargs)

    def test_context_makes_no_promise_that_counts_as_used(self):
        order = self.ring_up([(self.cake, 5)])
        used = self.sell([(self.coffee, 1)], self.bob).club_entry_ids
        told = self.told(order, str(uuid4()))
        context = {"default_state": "captured", "default_entry_id": used.id, "default_amount": 1}
        answer = self.rpc(self.cashier, self.register, "club_authorise", told, self.unit.id, 100, context=context)
        hold = self.env["club.hold"].search([("payment_key", "=", told["payment_uuid"])])
        self.assertEqual((hold.state, hold.entry_id.ids, hold.amount), ("held", [], answer["amount"]))

    def test_context_of_another_company_opens_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "club_forger", "loyalty_club.loyalty_club_group_manager,point_of_sale.group_pos_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        told = self.told(self.ring_up([(self.cake, 5)]), str(uuid4()))
        for context in ({"allowed_company_ids": self.company.ids}, {"allowed_company_ids": []}):
            with self.assertRaises(AccessError):
                self.rpc(stranger, self.register, "club_quote", told, context=context)
            with self.assertRaises(AccessError):
                self.rpc(stranger, self.member(), "get_balance", context=context)
            with self.assertRaises(AccessError):
                self.rpc(stranger, self.member(), "adjust", self.unit.id, 5, "Gift", context=context)

    def test_manager_of_another_company_points_no_window_at_what_is_not_theirs(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "club_peeper", "loyalty_club.loyalty_club_group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        hold = self.env["club.hold"]._authorise(
            self.member().account_ids, 5, 0.05, self.company.currency_id, "pos", ("pos.order", "key"), "payment"
        )
        seen = 0
        for name, model in self.env.registry.items():
            if not name.startswith("club.") or not model._transient:
                continue
            for field, named in (
                ("member_id", self.member()), ("club_id", self.club), ("hold_id", hold), ("pool_id", self.pool),
                ("unit_id", self.unit), ("outlet_id", self.outlet), ("order_id", self.quotation([(self.cake, 1)])),
            ):  # fmt: skip
                column = model._fields.get(field)
                if not column or not column.store or column.comodel_name != named._name:
                    continue
                seen += 1
                window = self.env[name].browse()
                by_default = {"context": {f"default_{field}": named.id}}
                with self.subTest(name, field=field):
                    for method, args, more in (
                        ("create", [{field: named.id}], {}),
                        ("create", [{field: f" {named.id}"}], {}),
                        ("create", [{field: f"{named.id:015d}"}], {}),
                        ("create", [{field: [named.id, "Mine"]}], {}),
                        ("create", [{}], by_default),
                        ("onchange", [[], {field: named.id}, [field], {field: {}}], {}),
                        ("onchange", [[], {}, [], {field: {}}], by_default),
                    ):
                        with self.assertRaises(AccessError):
                            self.rpc(stranger, window, method, *args, **more)
                    # Numbers to the database, and to nobody else.
                    for told in (f"+{named.id}", hex(named.id), float(named.id), [float(named.id)]):
                        with self.assertRaises(ValueError):
                            self.rpc(stranger, window, "create", {field: told})
        self.assertGreater(seen, 15)

    def test_nobody_types_in_when_a_club_began_or_where_a_pool_went(self):
        owner = new_test_user(self.env, "club_owner", "loyalty_club.loyalty_club_group_manager")
        long_ago = "2001-01-01 00:00:00"
        named = {"name": "Mine", "page_title": "Mine", "company_ids": self.company.ids}
        club_id = self.rpc(owner, self.club.browse(), "create", {**named, "state": "on", "on_since": long_ago})
        self.assertGreater(self.club.browse(club_id).on_since.year, 2001)
        told = {"club_id": self.club.id, "name": "Mine", "opted_in_at": long_ago, "pool_before_id": self.pool.id}
        outlet = self.outlet.browse(self.rpc(owner, self.outlet.browse(), "create", told))
        self.assertGreater(outlet.opted_in_at.year, 2001)
        self.assertFalse(outlet.pool_before_id)
        by_default = {"default_opted_in_at": long_ago, "default_pool_before_id": self.pool.id}
        told = {"club_id": self.club.id, "name": "Also mine", "is_opted_in": False}
        outlet = self.outlet.browse(self.rpc(owner, self.outlet.browse(), "create", told, context=by_default))
        self.assertFalse(outlet.opted_in_at)
        self.assertFalse(outlet.pool_before_id)
        away = {"default_merged_into_id": self.pool.id}
        told = {"club_id": self.club.id, "name": "P"}
        pool = self.pool.browse(self.rpc(owner, self.pool.browse(), "create", told, context=away))
        self.assertFalse(pool.merged_into_id)
        whose = {"file": "k", "maps": {"club.club": {"1": self.club.id}}}
        mapped = {"default_vault_map": whose, "default_vault_key": "k"}
        club = self.club.browse(self.rpc(owner, self.club.browse(), "create", named, context=mapped)).sudo()
        self.assertFalse(club.vault_map or club.vault_key == "k", "which records a file means is no default")
        with self.assertRaisesRegex(UserError, "by Regroup"):
            self.rpc(owner, self.pool.browse(), "create", {"club_id": self.club.id, "name": "P",
                                                          "merged_into_id": self.pool.id})  # fmt: skip

    def test_import_opens_for_several_clubs_and_says_when_there_is_none(self):
        self.env["club.club"].create({"name": "Second", "company_ids": self.company.ids})
        manager = new_test_user(self.env, "import_manager", "loyalty_club.loyalty_club_group_manager")
        wizards = self.env["club.import"].with_user(manager)
        self.assertTrue(wizards.browse(wizards.action_open()["res_id"]).club_id)
        other = self.env["res.company"].create({"name": "Tea Ltd"})
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRaisesRegex(UserError, "There is no club yet"):
            wizards.with_company(other).action_open()

    def test_cashier_moves_no_register_to_another_outlet(self):
        pool = self.env["club.pool"].create({"club_id": self.club.id, "name": "Elsewhere"})
        elsewhere = self.env["club.outlet"].create({"club_id": self.club.id, "name": "Elsewhere", "pool_id": pool.id})
        for outlet_id in (elsewhere.id, False):
            with self.assertRaises(AccessError):
                self.rpc(self.cashier, self.register, "write", {"club_outlet_id": outlet_id})
        owner = new_test_user(self.env, "club_owner", "point_of_sale.group_pos_manager")
        self.rpc(owner, self.register, "write", {"club_outlet_id": elsewhere.id})
        self.assertEqual(self.register.club_outlet_id, elsewhere)

    def test_context_unlocks_no_payment_method_of_an_open_register(self):
        self.open_session()
        owner = new_test_user(self.env, "club_owner", "point_of_sale.group_pos_manager,account.group_account_manager")
        for context in ({}, {"club_unlocked": True}):
            with self.assertRaises(UserError):
                self.rpc(owner, self.tender, "write", {"name": "Mine", "active": False}, context=context)

    def test_context_hides_no_points_from_the_closing_of_a_register(self):
        self.sell_for_points([(self.cake, 5)], 100)
        session = self.register.current_session_id
        for context in ({}, {"club_hide_tender": True}):
            with self.subTest(context=context):
                forged = session.with_context(**context)
                self.assertNotIn(self.tender.id, forged._club_counted({self.tender.id: -1.0}))
                methods = forged.get_closing_control_data()["non_cash_payment_methods"]
                [own] = [method for method in methods if method["id"] == self.tender.id]
                self.assertEqual(own["type"], "loyalty_club")

    def test_import_makes_members_and_no_points(self):
        manager = new_test_user(
            self.env, "club_importer", "loyalty_club.loyalty_club_group_manager,base.group_partner_manager"
        )
        member = self.env["club.member"]
        columns = ["club_id/.id", "partner_id/.id", "lifetime", "tier_id/.id", "card_number", "secret"]
        row = [str(self.club.id), str(self.bob.id), "9999", str(self.gold.id), "2990000000019", "KNOWN"]
        result = self.rpc(manager, member, "load", columns, [row])
        bob = self.member(self.bob)
        self.assertEqual(result["ids"], bob.ids)
        self.assertEqual((bob.lifetime, bob.tier_id), (0, self.tier))
        self.assertNotIn(bob.card_number, ("2990000000019", False))
        again = self.rpc(manager, member, "load", [".id", "lifetime"], [[str(bob.id), "9999"]])
        self.assertFalse(again["ids"])
        nested = self.rpc(
            manager,
            self.env["res.partner"],
            "load",
            [".id", "club_member_ids/.id", "club_member_ids/lifetime"],
            [[str(self.bob.id), str(bob.id), "9999"]],
        )
        self.assertFalse(nested["ids"])
        for name in ("hold", "entry", "lot", "account", "outcome", "switch", "remark"):
            with self.subTest(name=name):
                rows = self.env[f"club.{name}"]
                try:
                    with self.env.cr.savepoint():
                        loaded = self.rpc(manager, rows, "load", ["id"], [["x"]])
                except UserError:
                    continue
                self.assertFalse(loaded["ids"])

    def test_contact_brings_no_membership_along(self):
        manager = new_test_user(
            self.env, "club_writer", "loyalty_club.loyalty_club_group_manager,base.group_partner_manager"
        )
        ada = self.member()
        for command in (
            Command.link(ada.id),
            Command.set(ada.ids),
            Command.update(ada.id, {"lifetime": 9999}),
            Command.delete(ada.id),
        ):
            with self.subTest(command=command), self.assertRaises(UserError):
                self.rpc(manager, self.bob, "write", {"club_member_ids": [command]})
        for command in (Command.clear(), Command.unlink(ada.id)):
            with self.subTest(command=command), self.assertRaises(UserError):
                self.rpc(manager, self.ada, "write", {"club_member_ids": [command]})
        self.env.invalidate_all()
        self.assertEqual(self.member(), ada)
        self.assertBalance(487)


@tagged("post_install", "-at_install", "loyalty_club")
class TestHalfwayThere(TenderCommon):
    """What changes between asking for points and paying with them never stops the sale nor loses points."""

    def _asked(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        return order

    def test_register_that_lost_its_outlet_still_sells(self):
        order = self._asked()
        self.outlet.pos_config_ids = False
        self.assertEqual(self.sync(order).state, "paid")
        self.assertBalance(387)

    def test_deleted_outlet_leaves_what_was_promised(self):
        order = self._asked()
        self.outlet.unlink()
        self.assertEqual(self.sync(order).state, "paid")
        self.assertBalance(387)

    def test_archived_contact_member_and_unit_still_pay_what_was_promised(self):
        order = self._asked()
        self.member().active = False
        self.ada.active = False
        self.env["club.unit"].create({"club_id": self.club.id, "name": "Star", "name_plural": "Stars"})
        self.unit.active = False
        self.assertEqual(self.sync(order).state, "paid")
        self.assertCoherent()
        account = self.env["club.account"].search([("unit_id", "=", self.unit.id), ("club_id", "=", self.club.id)])
        self.assertEqual(account.balance, 387)

    def test_suspended_club_still_takes_what_was_promised(self):
        order = self._asked()
        self.club.state = "suspended"
        # As if it had been paid later, however many seconds lie between the two here.
        self.env["club.switch"].search([("club_id", "=", self.club.id)]).sudo().unlink()
        self.assertEqual(self.sync(order).state, "paid")
        self.assertBalance(387)

    def test_pool_with_balances_is_not_deleted(self):
        elsewhere = self.env["club.pool"].create({"club_id": self.club.id, "name": "Elsewhere"})
        self.member().adjust(self.unit.id, 1, "Found there", pool_id=elsewhere.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            elsewhere.unlink()
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertBalance(488)

    def test_contacts_merged_between_asking_and_paying(self):
        draft = self.sync({**self._asked(), "state": "draft"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        self.bob.email = self.ada.email
        wizard._merge((self.ada | self.bob).ids, self.bob)
        self.env.invalidate_all()
        self.assertEqual(draft.partner_id, self.bob)
        draft.action_pos_order_paid()
        self.assertEqual(draft.state, "paid")
        self.assertBalance(387 + 49, self.bob)

    def test_register_with_a_promised_draft_closes_when_it_is_settled(self):
        answer = self.add_points(order := self.ring_up([(self.cake, 5)]), 100)
        draft = self.sync({**order, "state": "draft"})
        session = self.register.current_session_id
        self.assertFalse(session.close_session_from_ui()["successful"])
        self.assertEqual(self.hold(answer).state, "held")
        draft.action_pos_order_cancel()
        self.assertEqual(self.hold(answer).state, "released")
        session.post_closing_cash_details(0.0)
        self.assertTrue(session.close_session_from_ui()["successful"])
        self.assertBalance(487)

    def test_club_without_a_programme_sells_and_takes_points(self):
        self.program.action_end()
        order = self.sync(self._asked())
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.club_explanation, self.env["club.outcome"]._texts()["no_program"])
        self.assertBalance(387)

    def test_absurd_quantities_stay_exact(self):
        order = self.sell([(self.coffee, 10**9)], self.bob)
        self.assertBalance(100 * 10**9, self.bob)
        self.refund(order)
        self.assertBalance(0, self.bob)
        self.sell([(self.coffee, -3)], self.bob)
        self.assertBalance(0, self.bob)
