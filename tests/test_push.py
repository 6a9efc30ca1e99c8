from contextlib import suppress
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.club_device import MOST
from .common_push import SERVICE, Phone, PushCommon

HOST_LOG = "odoo.addons.mail.tools.web_push"


@tagged("post_install", "-at_install", "loyalty_club")
class TestPush(PushCommon):
    """A phone in a pocket is told what its member is: once, sealed for it alone, and only where it was allowed."""

    def setUp(self):
        super().setUp()
        self.ada.lang = "en_US"
        self.ada_member = self.enrol()

    def told(self, rule):
        return self.messages(rule).mapped(lambda message: (message.state, message.is_pushed, message.reason))

    # ------------------------------------------------------------------ what comes
    def test_phone_is_told_once_in_words_that_it_alone_can_read(self):
        phone, rule = self.allow(), self.push_rule()
        self.collect(10)
        self.run_job()
        self.run_job(hours=1)
        [told] = self.got(phone)
        self.assertEqual(told["title"], "You have collected 10 Beans")
        self.assertIn("You can use 10 Beans now.", told["options"]["body"])
        self.assertEqual(told["options"]["data"], {"url": "/my/club/messages"})
        [(_path, headers, body)] = self.letters
        self.assertNotIn(b"Beans", body)
        self.assertEqual(headers["TTL"], "86400")
        self.assertSigned(headers)
        [message] = self.messages(rule)
        self.assertTrue(message.is_pushed and message.is_shown and not message.is_push_waiting)
        self.assertEqual(self.ada_member._club_inbox()[0]["subject"], told["title"])

    def test_each_phone_of_a_member_and_no_other(self):
        self.enrol(self.bob)
        phones = self.allow("first"), self.allow("second")
        others = self.allow("bobs", self.bob)
        self.push_rule()
        self.collect(10)
        self.run_job()
        self.assertEqual([len(self.got(phone)) for phone in phones], [1, 1])
        self.assertFalse(self.got(others))

    def test_words_are_in_the_members_language_and_fit(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        phone, rule = self.allow(), self.push_rule()
        rule.with_context(lang="fr_FR").write({"subject": "Vous avez {amount}", "body": "Bonjour {name}! " * 800})
        self.ada.lang = "fr_FR"
        self.collect(10)
        self.run_job()
        [told] = self.got(phone)
        self.assertEqual((told["title"], told["options"]["lang"]), ("Vous avez 10 Beans", "fr-FR"))
        self.assertTrue(told["options"]["body"].startswith("Bonjour Ada!"))
        self.assertTrue(told["options"]["body"].endswith("…"))

    # ------------------------------------------------------------------ who and when not
    def test_off_by_default_and_nobody_without_a_phone(self):
        self.allow()
        plain = self.rule("reached", units=5)
        rule = self.push_rule()
        self.enrol(self.bob)
        for person in (self.ada, self.bob):
            self.collect(10, person)
        self.run_job()
        self.assertFalse(plain.is_push)
        self.assertEqual(len(self.letters), 1)
        self.assertEqual(self.told(rule), [("sent", True, False), ("skipped", False, "choice")])
        self.assertIn("on the phone", rule.sentence)

    def test_who_asked_to_leave_hears_nothing_more(self):
        phone = self.allow()
        rule = self.push_rule(is_mail=True)
        self.assertTrue(self.ada_member._club_wants_mail())
        self.ada_member.sudo()._club_ask_to_leave()
        self.assertFalse(self.ada_member._club_wants_mail())
        self.collect(10)
        self.run_job()
        self.assertEqual(self.told(rule), [("skipped", False, "unsubscribed")])
        self.assertFalse(self.got(phone) or self.mails())

    def test_phones_count_for_the_limit_of_so_many_in_so_many_days(self):
        phone = self.allow()
        rules = [self.push_rule(units=units, cap_count=1, cap_days=7) for units in (10, 20)]
        self.collect(20)
        self.run_job()
        self.assertEqual(len(self.got(phone)), 1)
        self.assertEqual(self.told(rules[1]), [("skipped", False, "cap")])

    def test_phone_that_is_gone_is_forgotten_and_one_whose_service_fails_is_not(self):
        phones = {code: self.allow(f"phone{code}") for code in (404, 410, 403, 500, 302)}
        self.answers = {phone.endpoint.removeprefix(SERVICE): code for code, phone in phones.items()}
        rule = self.push_rule()
        self.collect(10)
        with mute_logger(HOST_LOG):
            self.run_job()
        left = self.env["club.device"].sudo().search([("member_id", "=", self.ada_member.id)]).mapped("endpoint")
        self.assertEqual(set(left), {phones[500].endpoint, phones[302].endpoint})
        self.assertEqual(len(self.letters), 5)
        [message] = self.messages(rule)
        self.assertEqual((message.state, message.is_pushed, message.reason), ("sent", True, "phone"))
        self.allow()
        rule = self.push_rule(units=20)
        self.collect(10)
        with mute_logger(HOST_LOG):
            self.run_job()
        self.assertFalse(self.messages(rule).reason, "one of the phones has it")
        self.assertNotIn("/followed", [path for path, _headers, _body in self.letters])

    def test_worker_that_dies_posts_nothing_twice(self):
        phone, rule = self.allow(), self.push_rule()
        self.collect(10)

        def die(_self, _letters):
            raise KeyboardInterrupt

        # Not by `assertRaises`, which would take back what was committed.
        with patch.object(type(self.env["club.device"]), "_post", die), suppress(KeyboardInterrupt):
            self.run_job()
        self.env.invalidate_all()
        [message] = self.messages(rule)
        self.assertEqual((message.state, message.is_push_waiting), ("sent", False))
        self.run_job()
        self.assertFalse(self.got(phone))

    def test_service_that_does_not_answer_is_asked_once_and_keeps_no_other_waiting(self):
        whole = self.allow("whole")
        silent = Phone("silent")
        silent.endpoint = "https://web.push.apple.com/silent"
        self.env["club.device"]._bind(self.ada_member.sudo(), silent.endpoint, silent.keys)
        self.push_rule()
        self.push_rule(units=9)
        self.collect(10)
        # Requests that leave this machine are refused: as a service that cannot be reached.
        with mute_logger("odoo.tests.requests"):
            self.run_job()
        self.assertEqual(len(self.got(whole)), 2)
        self.assertTrue(self.env["club.device"].sudo().search([("endpoint", "=", silent.endpoint)]))

    def test_what_is_old_is_read_on_the_page_alone(self):
        phone = self.allow()
        self.push_rule()
        self.collect(10)
        with patch.object(type(self.env["club.device"]), "_post_due", lambda _self: None):
            self.run_job()
        self.run_job(hours=2)
        self.assertFalse(self.got(phone))

    # ------------------------------------------------------------------ whose it is
    def test_browser_that_is_none_is_refused(self):
        good, devices = Phone("good"), self.env["club.device"]
        member = self.ada_member.sudo()
        for endpoint, keys in (
            ("https://localhost/x", good.keys),
            ("http://fcm.googleapis.com/x", good.keys),
            ("https://fcm.googleapis.com@127.0.0.1/x", good.keys),
            (None, good.keys),
            (good.endpoint, None),
            (good.endpoint, {}),
            (good.endpoint, good.keys | {"auth": "short"}),
            (good.endpoint, good.keys | {"p256dh": good.keys["auth"]}),
            (good.endpoint, good.keys | {"p256dh": "BA" + "A" * 85}),
            (good.endpoint, [good.keys]),
        ):
            with self.subTest(endpoint=endpoint, keys=keys):
                self.assertRefused("cannot be told anything", devices._bind, member, endpoint, keys)
        self.assertFalse(self.ada_member.device_count)

    def test_so_many_phones_and_the_first_makes_way(self):
        first, *others = [self.allow(f"phone{number}") for number in range(MOST + 1)]
        self.assertEqual(self.ada_member.device_count, MOST)
        self.push_rule()
        self.collect(10)
        self.run_job()
        self.assertFalse(self.got(first))
        self.assertTrue(all(self.got(phone) for phone in others))

    def test_phone_that_changes_hands_is_its_new_owners_alone(self):
        self.enrol(self.bob)
        phone = self.allow()
        self.env["club.device"]._bind(self.member(self.bob).sudo(), phone.endpoint, phone.keys)
        self.push_rule()
        self.collect(10)
        self.run_job()
        self.assertFalse(self.letters)
        self.assertEqual((self.ada_member.device_count, self.member(self.bob).device_count), (0, 1))

    def test_merged_members_keep_their_phones_and_erased_ones_have_none(self):
        self.enrol(self.bob)
        self.allow("adas")
        shared = self.allow("bobs", self.bob)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        kept = self.member(self.ada)
        self.assertEqual(kept.device_count, 2)
        self.push_rule()
        self.collect(10)
        self.run_job()
        self.assertEqual(len(self.got(shared)), 1)
        kept.action_erase()
        self.assertFalse(self.env["club.device"].sudo().search([("member_id", "=", kept.id)]))
        self.assertCoherent()
