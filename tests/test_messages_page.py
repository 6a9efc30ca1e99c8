from odoo.tests import tagged

from .common_messages import MessagesCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessagesPage(PortalCommon, MessagesCommon):
    """The inbox of a member, what they want to hear, and the way out that every e-mail has."""

    def setUp(self):
        super().setUp()
        self.enrol()
        self.enrol(self.bob)
        self.reached = self.rule("reached", units=10)
        for partner in (self.ada, self.bob):
            self.collect(10, partner)
        self.run_job()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def unread(self):
        return self.make_jsonrpc_request("/my/club/messages/unread", {})

    def press(self, path, **values):
        return self.url_open(path, data={"csrf_token": self.token(), **values})

    def token(self):
        root, _text = self.page("/my/club/messages")
        return root.xpath("//input[@name='csrf_token']/@value")[0]

    def link(self, partner):
        return self.member(partner)._unsubscribe_url().split("/club/unsubscribe?")[1]

    def test_inbox_shows_the_own_messages_and_they_are_read_when_said_so(self):
        _root, text = self.page("/my/club/messages")
        self.assertIn("You have collected 10 Beans", text)
        self.assertIn("Hello Ada", text)
        self.assertNotIn("Bob", text)
        self.assertEqual(self.unread()["count"], 1)
        self.press("/my/club/messages/read")
        self.assertEqual(self.unread()["count"], 0)
        self.assertTrue(self.messages(self.reached, self.ada).is_read)
        self.assertFalse(self.messages(self.reached, self.bob).is_read)
        self.assertNotIn("New", self.page("/my/club/messages")[1].split())

    def test_what_the_member_wants_to_hear_is_kept(self):
        self.press("/my/club/messages/choose")
        self.assertEqual(self.member().mail_choice, "no")
        self.press("/my/club/messages/choose", mail="1")
        self.assertEqual(self.member().mail_choice, "yes")
        self.assertTrue(self.member().choice_at)
        self.assertFalse(self.member(self.bob).mail_choice)

    def test_text_messages_are_offered_only_where_there_are_some(self):
        self.assertNotIn("SMS about", self.page("/my/club/messages")[1])
        self.press("/my/club/messages/choose", sms="1")
        self.assertFalse(self.member().sms_choice)
        if "sms.sms" not in self.env:
            return  # the host's SMS are not installed
        service = self.env["iap.service"].search([("technical_name", "=", "sms")], limit=1)
        self.env["iap.account"].create({
            "service_id": service.id, "state": "registered", "balance": "9.0 Credits",
        })  # fmt: skip
        self.rule("reached", units=20, is_sms=True)
        self.assertIn("SMS about", self.page("/my/club/messages")[1])
        self.press("/my/club/messages/choose", sms="1")
        self.assertEqual(self.member().sms_choice, "yes")

    def test_visitor_has_no_inbox_and_no_other_members(self):
        nuts = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        self.assertIn("Hello Ada", self.page(f"/my/club/messages?member={self.member(self.bob).id}")[1])
        self.assertNotIn("Hello Bob", self.page(f"/my/club/{nuts.id}/messages")[1])
        self.authenticate(None, None)
        answer = self.url_open("/my/club/messages", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_link_alone_changes_nothing_and_the_button_does(self):
        self.authenticate(None, None)
        answer = self.url_open(f"/club/unsubscribe?{self.link(self.ada)}")
        self.assertIn("Send me no more e-mails", answer.text)
        self.assertFalse(self.member().mail_choice)
        token = self.link(self.ada).split("token=")[1]
        answer = self.url_open("/club/unsubscribe", data={"member": self.member().id, "token": token})
        self.assertIn("sends you no more e-mails", answer.text)
        self.assertEqual(self.member().mail_choice, "no")

    def test_one_click_of_a_mailbox_is_enough(self):
        self.authenticate(None, None)
        answer = self.url_open(
            f"/club/unsubscribe?{self.link(self.ada)}", data={"List-Unsubscribe": "One-Click"}
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.member().mail_choice, "no")

    def test_link_of_before_a_merge_speaks_for_who_is_left(self):
        link = self.link(self.bob)
        self.bob_user.unlink()
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        self.authenticate(None, None)
        self.url_open(f"/club/unsubscribe?{link}", data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(self.member().mail_choice, "no")

    def test_link_of_another_or_a_made_up_one_does_nothing(self):
        self.authenticate(None, None)
        token = self.link(self.bob).split("token=")[1]
        for member, proof in ((self.member().id, token), (self.member().id, ""), ("x", token), ("9" * 30, token)):
            with self.subTest(member=member):
                answer = self.url_open("/club/unsubscribe", data={"member": member, "token": proof})
                self.assertEqual(answer.status_code, 200)
                self.assertIn("does not work any more", answer.text)
                self.assertIn("To my page", answer.text)
        self.assertFalse(self.member().mail_choice)
        self.assertFalse(self.member(self.bob).mail_choice)
