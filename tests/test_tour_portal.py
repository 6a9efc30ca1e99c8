from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourPortal(PortalCommon):
    """A customer with a phone: buys in the webshop, pays by wire, and sees the points."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write(
            {
                "street": "1 High Street",
                "city": "Scranton",
                "zip": "18503",
                "country_id": cls.env.ref("base.us").id,
                "state_id": cls.env.ref("base.state_us_39").id,
                "phone": "+1 555-555-5555",
            }
        )
        cls.course = cls._product("Barista course", 200.0, type="service", is_published=True)
        cls.program.action_end()
        program = cls.env["club.program"].create(
            {
                "name": "Beans in Portions",
                "tier_id": cls.tier.id,
                "ratio": 1,
                "portion_count": 2,
                "portion_interval_days": 30,
                "validity_days": 365,
            }
        )
        program.action_go_live()
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True})
        cls.wire._transfer_ensure_pending_msg_is_set()
        cls._let_wire_book()

    @classmethod
    def _let_wire_book(cls):
        """As shipped, a wire provider has no accounting method to book its payments with."""
        journal = cls.card.journal_id
        if journal.inbound_payment_method_line_ids.filtered(lambda line: line.payment_provider_id == cls.wire):
            return
        domain = [("code", "=", cls.wire.code), ("payment_type", "=", "inbound")]
        method = cls.env["account.payment.method"].search(domain) or cls.env["account.payment.method"].create(
            {"name": "Wire", "code": cls.wire.code, "payment_type": "inbound"}
        )
        journal.inbound_payment_method_line_ids = [
            Command.create({"payment_method_id": method.id, "payment_provider_id": cls.wire.id})
        ]

    def test_guest_finds_the_way_to_the_shop(self):
        self.start_tour("/my", "ClubPortalGuest", login="ada_signs_in")

    def test_customer_buys_by_wire_and_sees_the_points_on_a_phone(self):
        self.start_tour(self.course.website_url, "ClubPortalBuyByWire", login="ada_signs_in")
        order = self.env["sale.order"].search([("partner_id", "=", self.ada.id)])
        self.assertEqual((order.website_id, order.state), (self.website, "sent"))
        self.assertFalse(self.member(), "points came before the money")

        transaction = order.transaction_ids
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, transaction.amount)
        self.assertBalance(200)

        self.start_tour("/my", "ClubPortalSeePoints", login="ada_signs_in")
