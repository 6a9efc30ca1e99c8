from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_guests import GuestCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestGuests(GuestCommon):
    """What is collected without an account is kept, and comes to whoever proves the address."""

    def test_order_of_a_guest_is_kept_for_the_guest(self):
        guest = self.guest()
        self.buy(guest, 2)
        self.assertTrue(self.member(guest).is_guest)
        self.assertBalance(20, guest)
        self.buy(self.ada)
        self.assertFalse(self.member(self.ada).is_guest)
        known = self.guest("known@example.com")
        self.sell([(self.cake, 1)], known)
        self.assertFalse(self.member(known).is_guest, "staff knows who buys at a register")

    def test_proven_address_brings_all_of_it_with_dates_and_lifetime(self):
        guests = [
            self.guest("ada@example.com"),
            self.guest("  ADA@Example.com "),
            self.guest('"Ada" <ada@example.com>'),
        ]
        orders = [self.buy(guest, 20) for guest in guests]
        earned = [self.member(guest).account_ids.entry_ids for guest in guests]
        self.assertIn("600 Beans from your earlier orders are yours.", self.confirm().text)
        member = self.member()
        self.assertFalse(member.is_guest)
        self.assertEqual((member.lifetime, member.tier_id), (600, self.silver))
        self.assertEqual(
            sorted(member.account_ids.lot_ids.mapped("earned_at")),
            sorted(entry.lot_ids.earned_at for entry in earned),
        )
        self.assertBalance(600)
        self._refund_online(orders[1].transaction_ids, orders[1].amount_total)
        orders[1]._club_sync()
        self.assertBalance(400)

    def test_own_points_and_those_of_the_guest_add_up(self):
        self.buy(self.ada, 3)
        self.buy(self.guest(), 2)
        self.confirm()
        self.assertBalance(50)

    def test_nothing_happens_twice(self):
        self.buy(self.guest())
        self.ask()
        token = self.link()
        self.assertIn("10 Beans", self.confirm(token=token).text)
        self.assertIn("does not work any more", self.confirm(token=token).text)
        self.assertEqual(
            self.env["club.member"].sudo()._gather(self.ada_user).text, "Your e-mail address is confirmed."
        )
        self.assertBalance(10)

    def test_later_orders_without_signing_in_are_added_by_a_button(self):
        self.confirm()
        self.buy(self.guest(), 2)
        root, text = self.page()
        self.assertIn("You collected 20 Beans with orders for which you did not sign in.", text)
        self.assertIn("Add 20 Beans", root.xpath("string(//form[@action='/club/gather'])"))
        response = self.press("/club/gather")
        self.assertIn("20 Beans from your earlier orders are yours.", response.text)
        self.assertBalance(20)
        self.assertFalse(self.page()[0].find_class("o_club_earlier"))

    def test_club_that_asks_first_is_answered_by_the_link(self):
        self.club.enrolment = "ask"
        guest = self.guest()
        self.buy(guest, 2)
        self.assertFalse(self.member(guest))
        self.assertIn("20 Beans", self.confirm().text)
        self.assertEqual(self.member().consent_source, "mail")
        self.assertBalance(20)

    def test_clubs_merge_each_for_itself(self):
        guest = self.guest()
        nuts = self.second_club(guest)
        nuts.member_ids.sudo().is_guest = True
        self.buy(guest)
        self.confirm()
        self.assertEqual(nuts.member_ids.partner_id, self.ada)
        self.assertEqual(sum(nuts.member_ids.account_ids.mapped("balance")), 7)
        self.assertBalance(10)

    # ------------------------------------------------------------------ the pages
    def test_link_is_used_up_by_the_button_not_by_opening_it(self):
        self.buy(self.guest(), 2)
        response = self.press("/club/confirm/send")
        self.assertIn("A link is on its way to ada@example.com.", response.text)
        token = self.link()
        for _time in range(2):  # as mail programs do
            self.assertIn("is yours?", self.page(f"/club/confirm/{token}")[1])
        self.assertBalance(0)
        response = self.press("/club/confirm", path=f"/club/confirm/{token}")
        self.assertIn("20 Beans from your earlier orders are yours.", response.text)
        self.assertIn("does not work any more", self.page(f"/club/confirm/{token}")[1])
        self.assertBalance(20)

    def test_forged_posts_are_refused(self):
        self.ask()
        token = self.link()
        self.authenticate("ada_signs_in", "ada_signs_in")
        for path in ("/club/confirm", "/club/confirm/send", "/club/gather"):
            with mute_logger("odoo.http"):
                response = self.url_open(path, data={"csrf_token": "forged", "token": token})
            self.assertEqual(response.status_code, 400, path)
        self.assertFalse(self.env["club.proof"]._has(self.ada_user))

    def test_gathering_needs_the_proof(self):
        self.buy(self.guest())
        root, _text = self.page()
        token = root.xpath("//input[@name='csrf_token']/@value")[0]
        self.url_open("/club/gather", data={"csrf_token": token})
        self.assertBalance(0)

    def test_confirmation_page_without_an_order_and_my_page_of_a_visitor(self):
        self.authenticate(None, None)
        response = self.url_open("/my/club", allow_redirects=False)
        self.assertIn("/web/login?redirect=%2Fmy%2Fclub", response.headers["Location"])
        response = self.url_open("/club/keep", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith("/my/club"))

    def test_banner_speaks_of_the_own_order_only(self):
        guest = self.guest()
        banner = self.env["club.member"].sudo()._club_visitor_banner
        order = self.buy(guest, 2)
        self.assertEqual(banner(order)["text"], "You have 20 Beans. Sign up with ada@example.com to keep and use them.")
        pending = self.quotation([(self.cake, 1)], self.guest("new@example.com"), website_id=self.website.id)
        self.assertIsNone(banner(pending))
        self._pay_online(pending, state="pending")
        self.assertIn("is kept for you", banner(pending)["text"])
        self.assertIsNone(banner(self.buy(self.bob)), "who has an account signs in")
        for owner, values in ((self.outlet, {"is_opted_in": False}), (self.club, {"state": "off"})):
            before = {name: owner[name] for name in values}
            owner.write(values)
            self.assertIsNone(banner(order))
            owner.write(before)
        self.assertIsNotNone(banner(order))

    def test_erasing_a_member_forgets_the_proven_address(self):
        self.confirm()
        self.enrol()
        self.member()._erase()
        self.assertFalse(self.env["club.proof"].search([("user_id", "=", self.ada_user.id)]))
