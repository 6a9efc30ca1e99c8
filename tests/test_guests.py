import re
from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.club_proof import MOST_BY_USER
from .common_portal import PortalCommon
from .common_races import RacesCase
from .common_sale import OnlinePayments


class GuestCommon(PortalCommon, OnlinePayments):
    """Orders in the webshop without an account; Ada and Bob have one, and the address to it is not proven."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        cls.website.auth_signup_uninvited = "b2c"

    def guest(self, email="ada@example.com", name="A guest"):
        return self.env["res.partner"].create({"name": name, "email": email})

    def buy(self, partner, cakes=1):
        """A paid order of the webshop, 10 points a cake."""
        order = self.quotation([(self.cake, cakes)], partner, website_id=self.website.id)
        order.action_confirm()
        self._pay_online(order)
        return order

    def link(self):
        """The token of the link that was mailed last."""
        mail = self.env["mail.mail"].sudo().search([("model", "=", "club.proof")], order="id desc", limit=1)
        return re.search(r"/club/confirm/([\w-]+)", mail.body_html)[1]

    def ask(self, user=None, address="192.0.2.1"):
        return self.env["club.proof"]._send(user or self.ada_user, "https://shop.example", address)

    def confirm(self, user=None, token=None):
        user = user or self.ada_user
        if token is None:
            self.ask(user)
            token = self.link()
        answer = self.env["club.proof"]._confirm(token, user)
        self.env.invalidate_all()
        return answer

    def press(self, action, path="/my/club", login="ada_signs_in", **values):
        """Press a button of a page, with what a browser adds to it."""
        root, _text = self.page(path, login=login)
        [form] = root.xpath(f"//form[@action='{action}']")
        hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
        return self.url_open(action, data=hidden | values)


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

    # ------------------------------------------------------------------ who gets nothing
    def test_typing_an_address_brings_and_tells_nothing(self):
        """Somebody signs up with an address that is not theirs."""
        guest = self.guest("victim@example.com", "Victoria Victim")
        self.buy(guest, 2)
        login, password = "victim@example.com", "attacker-password"
        self.env["res.users"].sudo().signup({"login": login, "name": "Mallory", "password": password})
        self.env.invalidate_all()
        mallory = self.env["res.users"].search([("login", "=", login)])
        self.authenticate(login, password)
        with_guest = self.url_open("/my/club").text
        self.assertIn("Confirm victim@example.com", with_guest)
        self.assertNotIn("20 Beans", with_guest)
        self.assertNotIn("Victoria", with_guest)
        self.assertBalance(20, guest)
        sent = self.ask(mallory)
        self.env["club.member"].sudo()._guests(guest).sudo().is_guest = False
        self.assertEqual(self.ask(mallory), sent, "the answer is the same where nothing waits")
        self.env["club.member"].sudo().search([("partner_id", "=", guest.id)]).is_guest = True
        # The page of a stranger's address reads alike, whether anybody collected with it or not.
        guest.email = "elsewhere@example.com"
        without = self.url_open("/my/club").text
        self.assertEqual(self.plain(with_guest), self.plain(without))

    def plain(self, page):
        return html.fromstring(page).xpath("//*[@id='wrap']")[0].text_content().split()

    def test_victim_who_opens_the_attackers_link_gives_nothing_away(self):
        guest = self.guest("bob@example.com")
        self.buy(guest, 2)
        self.ada.email = "bob@example.com"  # Ada signed up with Bob's address and asks for the link
        self.ask(self.ada_user)
        token = self.link()
        mail = self.env["mail.mail"].sudo().search([("model", "=", "club.proof")], order="id desc", limit=1)
        self.assertEqual(mail.email_to, "bob@example.com")
        self.assertNotIn("Ada", mail.body_html, "nobody has us mail their own words to others")
        self.assertIn("belongs to another account", self.confirm(self.bob_user, token).text)
        self.authenticate(None, None)
        response = self.url_open(f"/club/confirm/{token}", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertBalance(20, guest)

    def test_address_changed_after_the_link_was_sent_proves_nothing(self):
        self.buy(self.guest("victim@example.com"))
        self.ask()
        token = self.link()
        self.ada.email = "victim@example.com"
        self.assertIn("has changed since", self.confirm(token=token).text)
        self.assertFalse(self.env["club.proof"]._has(self.ada_user))
        self.ada.email = "ada@example.com"
        self.confirm(token=token)
        self.assertTrue(self.env["club.proof"]._has(self.ada_user))
        self.ada.email = "victim@example.com"
        self.assertFalse(self.env["club.proof"]._has(self.ada_user), "another address is another proof")
        self.assertIn("Confirm victim@example.com", self.page()[1])

    def test_link_expires_and_guesses_find_nothing(self):
        self.ask()
        proof = self.env["club.proof"].search([], limit=1)
        token = self.link()
        self.assertNotIn(token, proof.digest)
        proof.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        for guess in (token, "", "x", proof.digest, None):
            self.assertIn("does not work any more", self.confirm(token=guess or "").text)
        proof.expires_at = fields.Datetime.now() - timedelta(days=2)
        self.env["club.proof"]._gc_proofs()
        self.assertFalse(proof.exists())

    def test_mails_are_limited_by_user_mailbox_and_address(self):
        for _number in range(MOST_BY_USER):
            self.assertIn("on its way", self.ask())
        self.assertIn("Too many tries", self.ask())
        self.bob.email = "ada@example.com"
        self.assertIn("Too many tries", self.ask(self.bob_user), "no mailbox is flooded from several accounts")
        self.assertEqual(self.env["mail.mail"].sudo().search_count([("model", "=", "club.proof")]), MOST_BY_USER)

    def test_two_accounts_with_one_address_are_not_merged(self):
        self.buy(self.ada, 3)
        self.bob.email = "ada@example.com"
        self.buy(self.bob, 4)
        self.buy(self.guest())
        answer = self.confirm(self.bob_user)
        self.assertIn("10 Beans from your earlier orders are yours.", answer.text)
        self.assertIn("There is another membership with this address.", answer.text)
        self.assertIn("Your e-mail address is confirmed.", self.confirm(self.ada_user).text)
        self.assertBalance(30)
        self.assertBalance(50, self.bob)

    def test_member_whom_staff_knows_is_not_merged(self):
        household = self.guest("ada@example.com", "Ada's father")
        self.sell([(self.cake, 5)], household)
        self.assertIn("There is another membership", self.confirm().text)
        self.assertBalance(50, household)
        self.assertBalance(0)

    def test_archived_account_is_no_guest(self):
        guest = self.guest()
        user = self.env["res.users"].create(
            {
                "name": "Left",
                "login": "left",
                "partner_id": guest.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        user.active = False
        self.buy(guest)
        self.confirm()
        self.assertBalance(0)

    # ------------------------------------------------------------------ signing up
    def test_token_of_the_confirmation_page_keeps_the_contact_and_proves_nothing(self):
        mine, other = self.guest("new@example.com"), self.guest("new@example.com")
        self.buy(mine)
        self.buy(other, 5)
        mine.signup_prepare()
        self.env["res.users"].sudo().signup(
            {"login": "new@example.com", "password": "newnewnew"}, mine._generate_signup_token()
        )
        user = mine.user_ids
        self.assertFalse(self.member(mine).is_guest)
        self.assertBalance(10, mine)
        self.assertFalse(self.env["club.proof"]._has(user))
        self.assertBalance(50, other)
        self.confirm(user)
        self.assertBalance(60, mine)

    def invite(self, email="invited@example.com"):
        partner = self.guest(email, "Invited")
        user = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            ._create_user_from_template({"email": email, "login": email, "partner_id": partner.id})
        )
        partner.signup_prepare()
        return user

    def test_accepted_invitation_proves_the_address(self):
        user = self.invite()
        self.buy(self.guest("invited@example.com"), 2)
        self.env["res.users"].sudo().signup({"password": "invited-pw"}, user.partner_id._generate_signup_token())
        self.assertTrue(self.env["club.proof"]._has(user))
        self.env["club.member"].sudo()._gather(user)
        self.assertBalance(20, user.partner_id)

    def test_reset_of_a_password_proves_nothing(self):
        """A user asks for the mail, changes the address while signed in, and uses the token of the old one."""
        user = self.invite()
        self.env["res.users"].sudo().signup({"password": "invited-pw"}, user.partner_id._generate_signup_token())
        self.env["club.proof"].search([("user_id", "=", user.id)]).unlink()
        self.env["res.users.log"].with_user(user).sudo().create({"create_uid": user.id})
        user.invalidate_recordset()
        user.partner_id.signup_prepare(signup_type="reset")
        token = user.partner_id._generate_signup_token()
        user.partner_id.email = "victim@example.com"
        self.env["res.users"].sudo().signup({"password": "another-pw"}, token)
        self.assertFalse(self.env["club.proof"]._has(user))

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


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_races")
class TestGuestRaces(RacesCase):
    """Two accounts with one proven address, and two windows of one account, at once."""

    def test_what_a_guest_collected_comes_to_one_of_two_once(self):
        email = "shared@example.com"
        guest = self.partner("Guest")
        guest.email = email
        users = self.env["res.users"].create(
            [
                {
                    "name": login,
                    "login": login,
                    "email": email,
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
                for login in ("race_first", "race_second")
            ]
        )
        self.addCleanup(self.remove, users)
        [row] = self.env["club.member"]._enrol_partners([(self.club.id, guest.id)], is_guest=True).values()
        self.env["club.member"].browse(row[0]).adjust(self.unit.id, 40, "Opening")
        for user in users:
            self.env["club.proof"]._accept(user)
        self.fresh()

        def gather(user):
            return lambda env: env["club.member"]._gather(env["res.users"].browse(user.id)).text

        with self.without_waiting():
            answers = self.race([gather(user) for user in (users[0], users[1], users[0])])
        self.assertEqual(sum("40 Beans" in answer for answer in answers), 1, answers)
        self.assertEqual(sum(self.balance(user.partner_id) for user in users), 40)
        self.assertFalse(self.member(guest))
        self.assertCoherent()

    def remove(self, users):
        partners = users.partner_id
        users.unlink()
        type(self).partners |= partners
        self.fresh()
