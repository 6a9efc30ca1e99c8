"""Why points could not be used is kept on every channel, also where the refusal undoes what the request wrote."""

from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_pos import TenderCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestRefusalsOfSync(TenderCommon):
    def refused(self, order, words):
        """The register sends an order that is refused; then the server has rolled back."""
        self.registry_enter_test_mode()
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.sync(order)
        self.env.cr.postrollback.run()
        self.env.invalidate_all()
        return self.env["club.refusal"].search([("source_key", "=", order["uuid"])])

    def test_forged_payment_is_noted_once_the_order_is_undone(self):
        order = self.ring_up([(self.cake, 3)])
        self.add_payment(order, self.tender, 1.0, uuid=str(uuid4()), transaction_id="forged", payment_status="done")
        self.add_rest(order)
        kept = self.refused(order, "were not promised to this payment")
        self.assertEqual((kept.member_id, kept.code, kept.times), (self.member(), "sync", 1))
        self.assertIn("were not promised", kept.message)
        self.assertEqual(kept.place, self.register.display_name)

    def test_order_that_shrank_below_its_points_is_noted(self):
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        smaller = self.ring_up([(self.cake, 1)], uuid=order["uuid"])
        smaller["payment_ids"] = order["payment_ids"]
        self.add_rest(smaller)
        kept = self.refused(smaller, "Reverse the payment in points")
        self.assertEqual(kept.code, "sync")

    def test_points_of_somebody_else_are_noted_without_a_name(self):
        self.enrol(self.bob, 100)
        order = self.ring_up([(self.cake, 5)])
        self.add_points(order, 100)
        self.add_rest(order)
        order["partner_id"] = self.bob.id
        kept = self.refused(order, "were promised by")
        self.assertEqual((kept.code, kept.figures or {}), ("whose", {}))
        self.assertNotIn(self.ada.name, kept.message)

    def test_order_that_is_taken_notes_nothing(self):
        self.registry_enter_test_mode()
        self.sell_for_points([(self.cake, 5)], 100)
        self.env.cr.postrollback.run()
        self.assertFalse(self.env["club.refusal"].search([]))
