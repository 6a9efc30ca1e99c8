import logging
import re
from unittest.mock import patch

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_guests import GuestCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourGuests(GuestCommon):
    """Somebody with a phone buys without an account, likes it, and signs up."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Prices are the same wherever a guest lives.
        cls.env["product.pricelist"].search([("country_group_ids", "!=", False)]).active = False
        cls.course = cls._product("Barista course", 200.0, type="service", is_published=True)
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})
        cls.wire._transfer_ensure_pending_msg_is_set()
        cls._let_provider_book(cls, cls.wire)

    def test_guest_buys_signs_up_confirms_and_has_the_points(self):
        transactions = type(self.env["payment.transaction"])
        with patch.object(transactions, "_set_pending", lambda own, **_kwargs: own._set_done()):
            self.start_tour(self.course.website_url, "ClubGuestBuysAndSignsUp")
        order = self.env["sale.order"].search([("partner_id.email", "=", "greta@example.com")])
        greta = order.partner_id
        self.assertEqual((order.state, order.website_id), ("sale", self.website))
        self.assertEqual(greta.user_ids.login, "greta@example.com")
        self.assertFalse(self.member(greta).is_guest)
        self.assertBalance(200, greta)

        self.buy(self.guest(" Greta@Example.com"), 20)
        self.start_tour("/my/club", "ClubGuestAsksForTheLink", login="greta@example.com")
        self.start_tour(f"/club/confirm/{self.link()}", "ClubGuestConfirms", login="greta@example.com")
        self.assertBalance(400, greta)

    def authenticate(self, user, password, *args, **kwargs):
        password = "greta-knows" if user == "greta@example.com" else password
        return super().authenticate(user, password, *args, **kwargs)


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourClaim(TestPointOfSaleHttpCommon):
    """A sale without a customer at the register, and the receipt of it in somebody's hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")
        company = cls.main_pos_config.company_id
        cls.website = cls.env["website"].get_current_website()
        cls.website.company_id = company
        cls.club = cls.env["club.club"].create(
            {"name": "Beans", "company_ids": [Command.set(company.ids)], "currency_id": company.currency_id.id}
        )
        cls.unit = cls.club.unit_ids
        cls.unit.write({"name": "Bean", "name_plural": "Beans"})
        program = cls.env["club.program"].create({"name": "Beans", "tier_id": cls.club.tier_ids.id, "ratio": 1})
        program.action_go_live()
        cls.env["club.outlet"].create(
            {
                "club_id": cls.club.id,
                "company_id": company.id,
                "name": "High Street",
                "pos_config_ids": [Command.set(cls.main_pos_config.ids)],
            }
        )
        cls.club.action_switch_on()
        cls.env["product.product"].create(
            {"name": "Club Cake", "lst_price": 20.0, "available_in_pos": True, "taxes_id": False}
        )
        cls.env["res.partner"].create({"name": "Ada Club"})
        cls.greta = new_test_user(
            cls.env, "greta@example.com", "base.group_portal", password="greta-knows", company_id=company.id
        )

    def test_receipt_of_the_register_to_the_own_page(self):
        with self.assertLogs("odoo", logging.INFO) as logs:
            self.start_pos_tour("ClubPosReceiptCarriesACode")
        [on_paper] = set(re.findall(r"club code on paper: (\S+)", "\n".join(logs.output)))
        orders = self.env["pos.order"].search([("config_id", "=", self.main_pos_config.id)], order="id")
        [order] = orders.filtered(lambda order: order._club_spoken_code() == on_paper)
        [ticket] = order.club_claim_ticket()
        path = re.search(r"/club/claim/\w+$", ticket["url"])[0]
        self.browser_size, self.touch_enabled = "390x844", True  # the customer's phone
        self.start_tour(path, "ClubClaimScanned")
        member = self.env["club.member"].search([("partner_id", "=", self.greta.partner_id.id)])
        self.assertEqual(sum(member.account_ids.mapped("balance")), 60)
        self.assertEqual(member.account_ids.entry_ids.source_id, order.id)
        self.assertEqual(self.club.prove(), [])

    def test_receipt_of_a_customer_carries_no_code(self):
        self.start_pos_tour("ClubPosCustomersReceiptCarriesNoCode")
