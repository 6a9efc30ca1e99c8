from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.club_proof import MOST_BY_USER
from .common_guests import GuestCommon
from .common_races import RacesCase


@tagged("post_install", "-at_install", "loyalty_club")
class TestGuestsAttacks(GuestCommon):
    """Addresses that are typed, borrowed, changed; links that are guessed, sent on, asked for in masses."""

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

    def test_staff_reads_neither_links_nor_tries(self):
        self.ask()
        for groups in ("base.group_user", "loyalty_club.loyalty_club_group_user"):
            user = new_test_user(self.env, f"curious_{groups}", groups=groups)
            for model in ("club.proof", "club.attempt"):
                self.assertRaises(AccessError, self.env[model].with_user(user).search_read, [], ["id"])
        manager = new_test_user(self.env, "curious", groups="loyalty_club.loyalty_club_group_manager")
        self.assertRaises(AccessError, self.env["club.proof"].with_user(manager).search_read, [], ["digest"])

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
