"""Vouchers on their way: mailed to their owner, given away, printed, and a warning before they run out."""

from ast import literal_eval
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

from lxml import html
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from PIL import Image

from .common import ClubCommon
from .common_portal import PortalCommon
from .common_reward import RewardCommon


class Mailbox(RewardCommon):
    def setUp(self):
        super().setUp()
        self.before = self.env["mail.mail"].search([])

    def mails(self):
        return self.env["mail.mail"].search([]) - self.before

    def one_mail(self):
        [mail] = self.mails()
        self.before |= mail
        return mail

    def job(self):
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_mail_vouchers").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersMail(Mailbox, ClubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 500)
        cls.ten = cls.reward(club_validity_days=30)

    # ------------------------------------------------------------------ to the owner
    def test_bought_voucher_is_mailed_to_its_owner_once(self):
        voucher = self.buy(self.ten)
        self.assertFalse(self.mails(), "a sale waits for no mail")
        self.job()
        mail = self.one_mail()
        self.assertEqual(mail.email_to, '"Ada" <ada@example.com>')
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(mail.subject, "Your voucher: Ten percent")
        for text in (voucher.card_id.code, "10% on your order", str(voucher.expires_on.year), "Beans"):
            self.assertIn(text, mail.body_html)
        self.assertTrue(voucher.mailed_at)
        self.job()
        self.assertFalse(self.mails())

    def test_picture_is_the_code_and_its_address_does_not_hold_it(self):
        voucher = self.buy(self.ten)
        self.job()
        [address] = html.fromstring(self.one_mail().body_html).xpath("//img[@alt='QR']/@src")
        self.assertNotIn(voucher.card_id.code, address)
        self.assertIn(f"/web/image/{voucher.picture_id.id}?access_token=", address)
        picture = Image.open(BytesIO(voucher.picture_id.raw))
        self.assertEqual((picture.format, picture.size[0]), ("PNG", picture.size[1]))
        self.assertGreater(picture.size[0], 200)

    def test_mail_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("loyalty_club.mail_template_voucher")
        template.with_context(lang="fr_FR").subject = "Votre bon : {{ object.program_id.name }}"
        self.ten.with_context(lang="fr_FR").name = "Dix pour cent"
        self.ada.lang = "fr_FR"
        voucher = self.buy(self.ten)
        self.job()
        mail = self.one_mail()
        self.assertEqual(mail.subject, "Votre bon : Dix pour cent")
        self.assertIn(voucher.expires_on.strftime("%d/%m/%Y"), mail.body_html)

    def test_nothing_is_mailed_where_the_club_says_so_or_nobody_can_be_reached(self):
        self.club.is_voucher_mailed = False
        self.buy(self.ten)
        self.club.is_voucher_mailed = True
        self.ada.email = False
        self.buy(self.ten, key="two")
        self.job()
        self.assertFalse(self.mails())

    def test_used_or_given_back_meanwhile_is_not_mailed(self):
        used, back = self.buy(self.ten), self.buy(self.ten, key="two")
        used.card_id.points = 0
        back.action_refund()
        self.job()
        self.assertFalse(self.mails())
        self.assertFalse((used | back).filtered("is_mail_due"))

    def test_staff_send_it_again_to_the_owner_alone(self):
        voucher = self.buy(self.ten)
        self.job()
        self.one_mail()
        clerk = new_test_user(self.env, "clerk", "loyalty_club.loyalty_club_group_user")
        voucher.with_user(clerk).action_send()
        self.assertEqual(self.one_mail().email_to, '"Ada" <ada@example.com>')
        with self.assertRaises(AccessError):
            voucher.with_user(new_test_user(self.env, "nobody", "base.group_user")).action_send()
        self.ada.email = False
        with self.assertRaisesRegex(UserError, "with an e-mail address"):
            voucher.with_user(clerk).action_send()

    # ------------------------------------------------------------------ before it runs out
    def near(self, days, key="one", age=20):
        """A voucher that runs out in so many days, bought 20 days ago."""
        voucher = self.buy(self.ten, key=key)
        voucher.card_id.expiration_date = self.club._today() + timedelta(days=days)
        voucher._set({"issued_at": fields.Datetime.now() - timedelta(days=age), "is_mail_due": False})
        return voucher

    def test_owner_is_warned_once_before_it_runs_out(self):
        voucher = self.near(7)
        self.job()
        mail = self.one_mail()
        self.assertIn("is good until", mail.subject)
        self.assertIn(voucher.card_id.code, mail.body_html)
        self.assertEqual(mail.email_to, '"Ada" <ada@example.com>')
        self.job()
        self.assertFalse(self.mails())

    def test_nobody_is_warned_too_early_too_late_or_of_what_is_used(self):
        self.near(8, "far")
        self.near(-1, "over")
        self.near(3, "fresh", age=1)
        self.near(3, "used").card_id.points = 0
        self.near(3, "back").action_refund()
        self.job()
        self.assertFalse(self.mails())

    def test_never_is_never(self):
        self.club.voucher_warn_days = 0
        self.near(1)
        self.job()
        self.assertFalse(self.mails())

    @mute_logger("odoo.addons.loyalty_club.models.batches", "odoo.addons.base.models.ir_cron")
    def test_job_that_broke_off_goes_on_and_mails_nobody_twice(self):
        vouchers = self.near(2, "a") | self.near(3, "b") | self.near(4, "c")
        own, calls = type(vouchers)._warn, []

        def crash(records):
            own(records)
            calls.append(records.ids)
            if len(calls) > 1:
                raise RuntimeError("the server was stopped")

        with (
            self.enter_registry_test_mode(),
            patch("odoo.addons.loyalty_club.models.voucher_mail.BATCH", 1),
            patch.object(type(vouchers), "_warn", crash),
        ):
            self.env.ref("loyalty_club.ir_cron_mail_vouchers").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.mails()), 1, "what was committed stays, what broke off is gone")
        self.job()
        self.assertEqual(len(self.mails()), 3)
        self.assertTrue(all(vouchers.mapped("warned_at")))

    # ------------------------------------------------------------------ given back, listed, printed
    def test_reason_of_a_manager_is_kept_beside_the_movement(self):
        voucher = self.buy(self.ten)
        wizard = self.env["club.voucher.refund"].create({"voucher_id": voucher.id, "reason": "Bought by mistake"})
        self.assertEqual(wizard.price_text, "80 Beans")
        wizard.action_refund()
        self.assertEqual((voucher.state, voucher.refund_reason), ("refunded", "Bought by mistake"))
        self.assertBalance(500)
        clerk = new_test_user(self.env, "clerk", "loyalty_club.loyalty_club_group_user")
        with self.assertRaises(AccessError):
            self.env["club.voucher.refund"].with_user(clerk).create({"voucher_id": voucher.id, "reason": "x"})

    def test_those_that_run_out_soon_are_found(self):
        soon = self.near(9)
        self.near(90, "later")
        view = self.env.ref("loyalty_club.club_voucher_view_search").arch
        [domain] = html.fromstring(view).xpath("//filter[@name='soon']/@domain")
        self.assertEqual(self.env["club.voucher"].search(literal_eval(domain) + [("club_id", "=", self.club.id)]), soon)

    def test_ticket_has_code_and_barcodes_and_of_a_used_one_nothing(self):
        voucher = self.buy(self.ten)
        text, _kind = self.env["ir.actions.report"]._render_qweb_html("loyalty_club.report_voucher", voucher.ids)
        page = html.fromstring(text)
        self.assertIn(voucher.card_id.code, page.text_content())
        self.assertIn("For Ada", " ".join(page.text_content().split()))
        pictures = page.xpath("//div[contains(@class, 'o_club_ticket')]//img/@src")
        self.assertEqual(len(pictures), 2)
        self.assertTrue(all(source.startswith("data:image/svg+xml;base64,") for source in pictures))
        voucher.card_id.points = 0
        voucher.invalidate_recordset()
        text, _kind = self.env["ir.actions.report"]._render_qweb_html("loyalty_club.report_voucher", voucher.ids)
        self.assertNotIn(voucher.card_id.code, html.fromstring(text).text_content())


@tagged("post_install", "-at_install", "loyalty_club")
class TestVouchersOwnPage(Mailbox, PortalCommon):
    """What the owner does with it on the own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enrol(cls, cls.ada, 300)
        cls.ten = cls.reward()
        cls.gift = cls.reward("Gift", 10, club_is_giftable=True)
        cls.coffee.is_published = True

    def send(self, action, voucher, login="ada_signs_in", **values):
        """The form of a voucher's page, as the browser would send it: the page it leads to."""
        root, _text = self.page(f"/my/club/vouchers/{voucher.id}", login)
        token = root.xpath("//input[@name='csrf_token']/@value")[0]
        response = self.url_open(
            f"/my/club/vouchers/{action}", data={"csrf_token": token, "voucher_id": voucher.id, **values}
        )
        self.env.invalidate_all()
        return " ".join(html.fromstring(response.text).text_content().split())

    def bought(self, reward=None, partner=None, key="one"):
        voucher = self.buy(reward or self.ten, partner, key)
        voucher._set({"is_mail_due": False})
        return voucher

    def test_owner_has_it_mailed_three_times_an_hour_to_one_mailbox(self):
        voucher = self.bought()
        for _time in range(3):
            self.assertIn("on its way to ada@example.com", self.send("mail", voucher))
        self.assertIn("Too many mails", self.send("mail", voucher))
        self.assertEqual(set(self.mails().mapped("email_to")), {'"Ada" <ada@example.com>'})
        self.assertEqual(len(self.mails()), 3)

    def test_owner_has_it_mailed_five_times_an_hour_to_all_mailboxes(self):
        voucher = self.bought()
        for number in range(5):
            self.ada.email = f"ada{number}@example.com"
            self.assertIn(f"on its way to ada{number}@example.com", self.send("mail", voucher))
        self.ada.email = "ada5@example.com"
        self.assertIn("Too many mails", self.send("mail", voucher))
        self.assertEqual(len(self.mails()), 5)

    def test_while_paused_its_page_says_so_and_offers_neither_cart_nor_gift(self):
        address = f"/my/club/vouchers/{self.bought(self.gift).id}"
        self.assertTrue(self.page(address, "ada_signs_in")[0].xpath("//*[contains(@class, 'o_club_give')]"))
        self.club.state = "suspended"
        root, text = self.page(address, "ada_signs_in")
        self.assertIn("is paused: nothing is collected or used", text)
        self.assertFalse(root.xpath("//*[contains(@class, 'o_club_give') or contains(@class, 'o_club_use')]"))
        self.assertIn("is paused: nothing is collected or used", self.page("/my/club/rewards", "ada_signs_in")[1])

    def test_gift_carries_no_link_of_the_givers(self):
        voucher = self.bought(self.gift)
        self.ada.name = "Win at https://evil.example/a evil.example"
        self.send("give", voucher, email="eve@example.com", message="Hello. HTTP://Evil.example/x www.evil.example/y "
                  "mail.evil.example/z costs 3.50. Enjoy!")  # fmt: skip
        mail = self.one_mail()
        self.assertEqual(mail.subject, "Win at evil. example has a present for you")
        self.assertIn("Hello. mail. evil. example/z costs 3.50. Enjoy!", mail.body_html)
        self.assertNotIn("evil.example", mail.body_html.lower())

    def test_gift_goes_to_whom_it_is_for_with_a_few_words(self):
        voucher = self.bought(self.gift)
        text = self.send("give", voucher, email="Eve@Example.com", message="Enjoy <b>it</b>!")
        self.assertIn("on its way to eve@example.com", text)
        mail = self.one_mail()
        self.assertEqual((mail.email_to, mail.subject), ("eve@example.com", "Ada has a present for you"))
        self.assertIn(voucher.card_id.code, mail.body_html)
        self.assertIn("Enjoy &lt;b&gt;it&lt;/b&gt;!", mail.body_html)
        self.assertNotIn("ada@example.com", (mail.body_html + (mail.reply_to or "") + mail.email_from).lower())
        self.assertTrue(voucher.gifted_at)
        self.assertIn("You sent it to somebody on", self.page(f"/my/club/vouchers/{voucher.id}")[1])

    def test_own_voucher_is_not_given_away(self):
        voucher = self.bought()
        root, _text = self.page(f"/my/club/vouchers/{voucher.id}")
        self.assertFalse(root.xpath("//form[contains(@action, '/give')]"))
        self.assertIn("cannot be given away", self.send("give", voucher, email="eve@example.com"))
        self.assertFalse(self.mails())

    def test_nobody_is_mailed_too_often_or_in_bulk(self):
        voucher = self.bought(self.gift)
        for address in ("", "eve", "eve@example.com, bob@example.com", "eve@example.com\nbcc: x@example.com"):
            with self.subTest(address=address):
                self.assertIn("address of one person", self.send("give", voucher, email=address))
        for _time in range(3):
            self.send("give", voucher, email="eve@example.com")
        self.assertIn("Too many mails", self.send("give", voucher, email="eve@example.com"))
        self.assertEqual(set(self.mails().mapped("email_to")), {"eve@example.com"})
        self.assertEqual(len(self.mails()), 3)

    def test_somebody_elses_voucher_is_nobodys_to_send_use_or_print(self):
        voucher = self.bought(self.gift, self.enrol(self.bob, 50).partner_id)
        mine = self.bought()
        root, _text = self.page(f"/my/club/vouchers/{mine.id}")
        token = root.xpath("//input[@name='csrf_token']/@value")[0]
        for action in ("mail", "give", "use"):
            data = {"csrf_token": token, "voucher_id": voucher.id, "email": "ada@example.com"}
            self.assertNotIn(voucher.card_id.code, self.url_open(f"/my/club/vouchers/{action}", data=data).text)
        self.assertNotIn(voucher.card_id.code, self.url_open(f"/my/club/vouchers/{voucher.id}/ticket").text)
        self.assertFalse(self.mails())
        self.assertFalse(voucher.gifted_at)

    def test_links_and_forged_forms_change_nothing(self):
        voucher = self.bought(self.gift)
        self.authenticate("ada_signs_in", "ada_signs_in")
        for action in ("mail", "give", "use"):
            answer = self.url_open(f"/my/club/vouchers/{action}?voucher_id={voucher.id}&email=eve@example.com")
            self.assertIn(answer.status_code, (400, 404, 405))
            with mute_logger("odoo.http"):
                forged = self.url_open(
                    f"/my/club/vouchers/{action}",
                    data={"csrf_token": "forged", "voucher_id": voucher.id, "email": "eve@example.com"},
                )
            self.assertEqual(forged.status_code, 400)
        self.assertFalse(self.mails())

    def test_page_to_print_holds_the_ticket_alone(self):
        voucher = self.bought()
        self.authenticate("ada_signs_in", "ada_signs_in")
        root = html.fromstring(self.url_open(f"/my/club/vouchers/{voucher.id}/ticket").text)
        self.assertIn(voucher.card_id.code, root.text_content())
        self.assertFalse(root.xpath("//header"))

    def test_used_in_an_empty_cart_it_waits_for_the_first_product(self):
        voucher = self.bought()
        self.assertIn("with the first product", self.send("use", voucher))
        self.assertEqual(voucher.state, "owned")

    # ------------------------------------------------------------------ which balance pays
    def test_page_says_which_balance_pays_where_there_are_several(self):
        self.assertNotIn("paid with your balance at", self.page("/my/club/rewards")[1])
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        self.env["club.outlet"].create({"club_id": self.club.id, "name": "Gate 7", "pool_id": airport.id})
        pool = self.member()._club_pool().name
        self.assertIn(f"paid with your balance at {pool}", self.page("/my/club/rewards")[1])
        self.assertIn(f"paid with your balance at {pool}", self.page(f"/my/club/rewards/{self.ten.id}")[1])
