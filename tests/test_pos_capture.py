from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.posting import Batch
from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPosCapture(TenderCommon):
    """Promises become movements when the order is paid, or the order is refused."""

    def test_order_paid_partly_in_points_takes_them_and_earns_on_the_rest(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.payment_ids._club_tenders().amount, 1.0)
        spent = order.club_entry_ids.filtered(lambda entry: entry.kind == "spend")
        self.assertEqual(spent.amount, -100)
        self.assertBalance(487 - 100 + 49)

    def test_points_beside_cash_with_change_and_card(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_payment(order, self.card, 9.5)
        self.add_payment(order, self.cash, 60.0)
        order["amount_return"] = -10.0
        self.assertEqual(self.sync(order).state, "paid")
        self.assertCoherent()

    def test_order_may_be_paid_in_points_alone(self):
        self.club.redeem_below_bands = "allow"
        self.cake.lst_price = 3.0
        order = self.ring_up([(self.cake, 1)])
        answer = self.add_points(order, 363)
        self.assertEqual(answer["money"], 3.63)
        self.assertEqual(self.sync(order).state, "paid")
        self.assertBalance(487 - 363)

    def test_order_synced_three_times_from_two_tabs_spends_once(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        for _time in range(3):
            self.sync({key: list(value) if isinstance(value, list) else value for key, value in order.items()})
        self.assertEqual(len(self.env["pos.order"].search([("uuid", "=", order["uuid"])])), 1)
        self.assertBalance(487 - 100 + 49)

    def test_draft_with_its_promise_is_paid_later(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        draft = self.sync({**order, "state": "draft"})
        self.assertEqual(draft.payment_ids.mapped("amount"), [1.0])
        rest = self.ring_up([], uuid=order["uuid"])
        self.add_payment(rest, self.cash, 59.5)
        paid = self.sync({**order, "lines": [], "payment_ids": rest["payment_ids"], "access_token": ""})
        self.assertEqual((paid, paid.state), (draft, "paid"))
        self.assertBalance(487 - 100 + 49)

    def test_draft_leaves_payments_without_a_promise_behind(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_payment(order, self.tender, 60.5, payment_status="waiting")
        self.assertFalse(self.sync({**order, "state": "draft"}).payment_ids)

    def test_payment_without_a_promise_is_refused(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_payment(order, self.tender, 1.0, payment_status="done")
        self.add_rest(order)
        self.assertRefused(order, "were not promised to this payment")

    def test_forged_token_is_refused(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        order["payment_ids"][0][2]["transaction_id"] = "A" * 26
        self.assertRefused(order, "were not promised to this payment")

    def test_promise_of_another_order_is_refused(self):
        elsewhere = self.ring_up([(self.cake, 5)])
        self.add_points(elsewhere, 100)
        order = self.ring_up([(self.cake, 5)])
        order["payment_ids"] = elsewhere["payment_ids"]
        self.add_rest(order)
        self.assertRefused(order, "were not promised to this payment")

    def test_replayed_promise_is_refused(self):
        paid = self.ring_up([(self.cake, 5)])
        answer = self.add_points(paid, 100)
        self.add_rest(paid)
        self.sync(paid)
        order = self.ring_up([(self.cake, 5)])
        self.add_payment(order, self.tender, 1.0, transaction_id=answer["token"])
        self.add_rest(order)
        self.assertRefused(order, "were not promised to this payment")

    def test_promise_of_another_member_is_refused(self):
        self.enrol(self.bob, 200)
        order = self.ring_up([(self.cake, 5)], self.bob)
        self.add_points(order, 100)
        self.add_rest(order)
        order["partner_id"] = self.ada.id
        self.assertRefused(order, "promised by Bob, and the order is for Ada now")
        order["partner_id"] = False
        self.assertRefused(order, "promised by Bob, and the order is for nobody now")

    def test_promise_of_another_pool_is_refused(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        self.register.club_outlet_id = self.env["club.outlet"].create(
            {"club_id": self.club.id, "name": "Airport", "pool_id": airport.id}
        )
        self.assertRefused(order, "belong to another location")

    def test_amount_other_than_promised_is_refused(self):
        for amount in (0.5, 2.0):
            order = self.ring_up([(self.cake, 5)])
            self.add_points(order, 100)
            order["payment_ids"][0][2]["amount"] = amount
            self.add_rest(order)
            self.assertRefused(order, "1.00 were promised in points and .* are on the order")

    def test_promise_given_back_is_refused(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.add_points(order, 100)
        self.add_rest(order)
        self.till().club_release(order["uuid"], [answer["payment_uuid"]])
        self.assertRefused(order, "given back or used before")

    def test_order_shrunk_below_its_points_is_refused(self):
        self.env["club.condition"].search([]).unlink()
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 487)
        self.cake.lst_price = 2.0
        small = self.ring_up([(self.cake, 1)])
        order.update({key: small[key] for key in ("lines", "amount_total", "amount_tax", "amount_paid")})
        self.add_payment(order, self.cash, 0.0)
        order["amount_return"] = 2.42 - 4.87
        self.assertRefused(order, "4.87 are paid in points and the order comes to .*2.42")

    def test_order_shrunk_into_a_lower_band_is_refused(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        small = self.ring_up([(self.cake, 2)])
        order.update({key: small[key] for key in ("lines", "amount_total", "amount_tax", "amount_paid")})
        self.add_rest(order)
        self.assertRefused(order, "comes to .*24.20 now, which allows 50 Beans and not 100 Beans")

    def test_total_told_too_high_is_found_out(self):
        order = self.ring_up([(self.cake, 2)])
        answer = self.authorise(order, 250, total=500.0)
        self.add_payment(
            order, self.tender, answer["money"], uuid=answer["payment_uuid"], transaction_id=answer["token"]
        )
        self.add_rest(order)
        self.assertRefused(order, "which allows 50 Beans and not 250 Beans")

    def test_forged_order_total_is_found_out(self):
        self.env["club.condition"].search([]).unlink()
        order = self.ring_up([(self.cake, 1, {"price_unit": 1.0})])
        order["amount_total"] = order["amount_paid"] = 4.87
        self.add_points(order, 487)
        self.assertRefused(order, "are paid in points and the order comes to .*1.21")

    def test_points_never_become_change(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_payment(order, self.card, 69.5)
        order["amount_return"] = -10.0
        self.assertRefused(order, "change is more than the cash")

    def test_rules_changed_after_asking_do_not_stop_the_sale(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        self.club.is_redeem_allowed = False
        self.env["club.condition"].search([]).maximum = 1
        self.assertEqual(self.sync(order).state, "paid")

    def test_late_sync_after_time_ran_out_books_what_is_missing_as_debt(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.add_points(order, 100)
        self.add_rest(order)
        with freeze_time(fields.Datetime.now() + timedelta(hours=13)):
            self.member().adjust(self.unit.id, -487, "Spent elsewhere")
            self.sync(order)
        account = self.member().account_ids
        self.assertEqual(self.hold(answer).state, "captured")
        self.assertEqual((account.debt, account.balance), (100 - 49, 49 - 100))
        self.assertCoherent()

    def test_sync_days_later_still_goes_through(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.add_points(order, 100)
        self.add_rest(order)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.env["club.hold"].search([("state", "=", "held")])._release("lapsed")
            self.assertEqual(self.hold(answer).state, "lapsed")
            self.sync(order)
        self.assertBalance(487 - 100 + 49)

    def test_fault_while_taking_points_never_stops_a_paid_sale_and_is_repaired(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.add_points(order, 100)
        self.add_rest(order)
        broken = patch.object(Batch, "write", side_effect=ZeroDivisionError)
        with broken, mute_logger("odoo.addons.loyalty_club"):
            self.assertEqual(self.sync(order).state, "paid")
        self.assertEqual(self.hold(answer).state, "held")
        self.env["pos.payment"]._club_repair()
        self.assertEqual(self.hold(answer).state, "captured")
        self.assertBalance(487 - 100)


@tagged("post_install", "-at_install", "loyalty_club")
class TestPosTenderGuards(TenderCommon):
    """A payment in points cannot be slipped in, exchanged or taken out by another door."""

    def test_paid_payment_in_points_cannot_be_changed_or_removed(self):
        payment = self.sell_for_points([(self.cake, 5)], 100).payment_ids._club_tenders()
        for values in ({"amount": 0.5}, {"payment_method_id": self.cash.id}, {"transaction_id": "X"}):
            with self.assertRaisesRegex(UserError, "stay as they are"), self.env.cr.savepoint():
                payment.write(values)
        with self.assertRaisesRegex(UserError, "stay as they are"), self.env.cr.savepoint():
            payment.unlink()

    def test_cash_cannot_become_points_after_payment(self):
        order = self.sell([(self.cake, 5)], self.ada)
        with self.assertRaisesRegex(UserError, "stay as they are"), self.env.cr.savepoint():
            order.payment_ids.payment_method_id = self.tender
        with self.assertRaisesRegex(UserError, "stay as they are"), self.env.cr.savepoint():
            order.write(
                {
                    "payment_ids": [
                        Command.delete(order.payment_ids.id),
                        Command.create({"payment_method_id": self.tender.id, "amount": 60.5}),
                    ]
                }
            )

    def test_draft_takes_no_payment_in_points_from_the_back_office(self):
        order = self.sync({**self.ring_up([(self.cake, 5)]), "state": "draft"})
        with self.assertRaisesRegex(UserError, "were not promised"), self.env.cr.savepoint():
            order.add_payment({"pos_order_id": order.id, "payment_method_id": self.tender.id, "amount": 60.5})

    def test_order_created_as_paid_by_another_door_is_refused(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        with self.assertRaisesRegex(UserError, "stay as they are"), self.env.cr.savepoint():
            self.env["pos.order"].create(order)

    def test_state_written_to_paid_takes_the_points(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        draft = self.sync({**order, "state": "draft"})
        draft.write({"state": "paid"})
        self.assertBalance(487 - 100 + 49)

    def test_draft_removed_or_cancelled_gives_its_promise_back(self):
        for way in ("cancel", "remove", "unlink", "payment"):
            with self.subTest(way=way):
                order = self.ring_up([(self.cake, 5)])
                answer = self.add_points(order, 100)
                draft = self.sync({**order, "state": "draft"})
                if way == "cancel":
                    draft.action_pos_order_cancel()
                elif way == "remove":
                    self.env["pos.order"].remove_from_ui(draft.ids)
                elif way == "payment":
                    draft.payment_ids.unlink()
                else:
                    draft.payment_ids.unlink()
                    draft.state = "cancel"
                    draft.unlink()
                self.assertEqual(self.hold(answer).state, "released")
                self.assertBalance(487)

    def test_saving_a_draft_twice_keeps_its_promise(self):
        order = self.ring_up([(self.cake, 5)])
        answer = self.add_points(order, 100)
        self.sync({**order, "state": "draft"})
        self.sync({**order, "lines": [], "payment_ids": [], "state": "draft", "access_token": ""})
        self.assertEqual(self.hold(answer).state, "held")

    def test_receipt_says_what_was_used_in_the_customers_language(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        self.assertEqual(
            order.club_receipt["text"],
            ["Ada · Member", "Cumulative Beans: 436 (+49, −100 used)"],
        )

    def test_receipt_says_what_can_be_used_now_and_what_comes_later(self):
        portioned = self.program.copy({"portion_count": 2, "portion_interval_days": 30, "level": 0})
        portioned.action_go_live()
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertEqual(order.club_receipt["text"][-1], "Cumulative Beans: 537 (+100), 50 more later")

    def test_receipt_is_the_customers_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.unit.with_context(lang="fr_FR").name_plural = "Grains"
        self.ada.lang = "fr_FR"
        order = self.sell_for_points([(self.cake, 5)], 100)
        text = order.club_receipt["text"][1].replace("\N{NO-BREAK SPACE}", " ")
        self.assertEqual(text, "Cumul Grains : 436 (+49, utilisé : −100)")

    def test_receipt_of_a_stranger_shows_no_ones_balance(self):
        order = self.sell_for_points([(self.cake, 5)], 100)
        order.partner_id = self.bob
        order.invalidate_recordset(["club_receipt"])
        self.assertFalse(order.club_receipt)
