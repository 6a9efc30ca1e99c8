"""An order is paid by its payments: what is only called paid takes and earns nothing, what was taken off goes back."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_losses import WalletAtTheTill
from .common_pick import PickPosCommon
from .common_voucher import VoucherAtTheTill


@tagged("post_install", "-at_install", "loyalty_club")
class TestLeftPromises(PickPosCommon):
    """A payment in points that was taken off while the register was offline."""

    def abandoned(self):
        data = self.ring_up([(self.coffee, 1)])
        return data, self.hold(self.authorise(data, 100))

    def test_order_paid_without_it_gives_it_back(self):
        data, hold = self.abandoned()
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(hold.state, "released")
        self.assertBalance(487 + 100)

    def test_order_paid_with_other_points_gives_it_back(self):
        data, hold = self.abandoned()
        answer = self.authorise(data, 50, payment_uuids=[hold.payment_key])
        self.add_payment(data, self.tender, answer["money"], uuid=answer["payment_uuid"],
                         transaction_id=answer["token"])  # fmt: skip
        self.add_rest(data)
        self.sync(data)
        self.assertEqual((hold.state, self.hold(answer).state), ("released", "captured"))
        self.assertBalance(487 - 50 + 99)

    def test_order_of_nobody_gives_it_back(self):
        data, hold = self.abandoned()
        data["partner_id"] = False
        self.add_rest(data)
        self.sync(data)
        self.assertEqual(hold.state, "held")
        self.env["club.hold"]._release_left()
        self.assertEqual(hold.state, "released")
        self.assertBalance(487)

    def test_promise_of_an_open_order_stays(self):
        data = self.ring_up([(self.coffee, 1)])
        hold = self.hold(self.add_points(data, 100))
        self.sync({**data, "state": "draft"})
        self.env["club.hold"]._release_left()
        self.assertEqual(hold.state, "held")

    def test_cancelled_order_gives_it_back(self):
        for is_saved in (True, False):
            with self.subTest(is_saved=is_saved):
                data, hold = self.abandoned()
                if is_saved:
                    self.sync({**data, "state": "draft"})
                self.sync({**data, "lines": [], "payment_ids": [], "access_token": "", "state": "cancel"})
                self.assertEqual(hold.state, "released")
        self.assertBalance(487)


@tagged("post_install", "-at_install", "loyalty_club")
class TestToldPaid(PickPosCommon, WalletAtTheTill):
    """An order that is only called paid."""

    def called_paid(self, data, words=None):
        draft = self.sync({**data, "state": "draft"})
        if words:
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                draft.with_user(self.cashier).write({"state": "paid"})
            self.assertEqual(draft.state, "draft")
        else:
            draft.with_user(self.cashier).write({"state": "paid"})
        return draft

    def test_nothing_is_earned_without_money(self):
        draft = self.called_paid(self.ring_up([(self.coffee, 1)]), "not fully paid")
        self.register.club_outlet_id = False
        draft.with_user(self.cashier).write({"state": "paid"})
        self.register.club_outlet_id = self.outlet
        draft.club_sync()
        self.assertEqual((draft.state, draft.club_entry_ids), ("paid", self.env["club.entry"]))
        self.assertBalance(487)

    def test_told_amount_is_no_payment(self):
        data = self.ring_up([(self.coffee, 1)])
        answer = self.add_points(data, 100)
        draft = self.sync({**data, "state": "draft"})
        draft.with_user(self.cashier).write({"amount_paid": 121.0})
        with self.assertRaisesRegex(UserError, "of which .*1.00 are paid"), self.env.cr.savepoint():
            draft.with_user(self.cashier).action_pos_order_paid()
        self.assertEqual(self.hold(answer).state, "held")
        self.assertBalance(487)

    def test_points_are_not_taken_without_the_rest(self):
        data = self.ring_up([(self.coffee, 1)])
        answer = self.add_points(data, 100)
        self.called_paid(data, "not fully paid")
        self.assertEqual(self.hold(answer).state, "held")
        self.assertBalance(487)

    def test_reward_is_not_taken_without_the_rest(self):
        data = self.ring_up([(self.coffee, 1)])
        code = self.ask(data)["code"]
        self.put_on(data, code)
        self.called_paid(data, "not fully paid")
        self.assertEqual(self.pick_of(code).state, "held")
        self.assertBalance(487)

    def test_wallet_is_charged(self):
        self.top_up(40)
        data = self.pay_with_wallet(40.0)
        self.called_paid(data, "not fully paid")
        data["payment_ids"].clear()
        self.add_rest(data)
        draft = self.sync({**data, "lines": [], "access_token": "", "state": "draft"})
        draft.with_user(self.cashier).write({"state": "paid"})
        self.assertWallet(0, 0)
        self.assertBalance(487 + 100)


@tagged("post_install", "-at_install", "loyalty_club")
class TestVoucherCalledPaid(VoucherAtTheTill):
    def test_voucher_is_used(self):
        draft = self.sync({**self.order_with(), "state": "draft"})
        draft.write({"state": "paid"})
        self.assertEqual(self.state(), "used")
