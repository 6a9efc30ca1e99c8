import html

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_messages import MessagesCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessageRules(MessagesCommon):
    """What a merchant may enter, in which words members read it, and what becomes of it when people merge or leave."""

    def setUp(self):
        super().setUp()
        self.ada.lang = "en_US"
        self.ada_member = self.enrol()

    # ------------------------------------------------------------------ what may be entered
    def test_placeholders_and_hours_are_checked_with_a_word(self):
        rule = self.rule("reached", units=10)
        for values, words in (
            ({"body": "Hello {nmae}"}, "{nmae} is no placeholder of this message"),
            ({"subject": "{name"}, "between { and }"),
            ({"body": "{name.__class__}"}, "no placeholder"),
            ({"subject": " "}, "Write a subject"),
            ({"is_at_hour": True, "hour": 24}, "from 0 to 23"),
            ({"hour": -1}, "from 0 to 23"),
            ({"quiet_from": 21, "quiet_to": 8, "is_at_hour": True, "hour": 22}, "quiet hours"),
            ({"is_mail": False, "is_inbox": False}, "tick one of the ways"),
            ({"units": 0}, "an amount above 0"),
            ({"trigger": "near_reward"}, "Choose the reward"),
            ({"trigger": "idle", "days": 0}, "1 or more"),
        ):
            with self.subTest(values=values):
                self.assertRefused(words, rule.write, values)
        boss = new_test_user(self.env, "boss", "loyalty_club.loyalty_club_group_manager")
        self.assertRefused("noted by itself", rule.with_user(boss).write, {"on_since": "2020-01-01"})

    def test_form_fills_in_words_and_previews_them(self):
        with Form(self.env["club.message.rule"].with_context(default_club_id=self.club.id)) as form:
            form.trigger = "near"
            form.units = 30
            self.assertIn("30 Beans or less to go", form.sentence)
            self.assertEqual(form.preview_subject, "Only 30 Beans to Silver")
            self.assertIn("{next_tier}", form.placeholders)
            form.is_at_hour = True
            self.assertIn("at 18:00", form.sentence)

    def test_members_read_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("nl_NL")
        rule = self.rule("reached", units=1000)
        rule.with_context(lang="fr_FR").write({"subject": "Vous avez {amount}", "body": "Bonjour {name}"})
        rule.with_context(lang="nl_NL").write({"subject": "Je hebt {amount}", "body": "Dag {name}"})
        for lang, plural in (("fr_FR", "Grains"), ("nl_NL", "Bonen")):
            self.unit.with_context(lang=lang).name_plural = plural
        self.enrol(self.bob)
        carol = self.env["res.partner"].create({"name": "Carol", "email": "carol@example.com", "lang": "en_US"})
        self.enrol(carol)
        self.ada.lang, self.bob.lang = "fr_FR", "nl_NL"
        for partner in (self.ada, self.bob, carol):
            self.collect(1000, partner)
        self.run_job()
        subjects = {mail.email_to: mail.subject for mail in self.mails()}
        self.assertEqual(subjects['"Ada" <ada@example.com>'].replace("\u202f", " "), "Vous avez 1 000 Grains")
        self.assertEqual(subjects['"Bob" <bob@example.com>'], "Je hebt 1.000 Bonen")
        self.assertEqual(subjects['"Carol" <carol@example.com>'], "You have collected 1,000 Beans")
        self.assertTrue(all("Bonjour Ada" in mail.body_html for mail in self.mails() if "Vous" in mail.subject))

    def test_mails_in_three_languages_without_a_word_of_the_merchants(self):
        for lang in ("fr_FR", "nl_NL"):
            self.env["res.lang"]._activate_lang(lang)
        self.env["ir.module.module"]._load_module_terms(["loyalty_club"], ["fr_FR", "nl_NL"])
        self.rule("reached", units=10)
        carol = self.env["res.partner"].create({"name": "Carol", "email": "carol@example.com", "lang": "en_US"})
        self.enrol(self.bob)
        self.enrol(carol)
        self.ada.lang, self.bob.lang = "fr_FR", "nl_NL"
        for partner in (self.ada, self.bob, carol):
            self.collect(10, partner)
        self.run_job()
        mails = {mail.email_to: mail for mail in self.mails()}
        for partner, subject, words in (
            (self.ada, "Vous avez collecté 10 Beans", ("Bonjour Ada,", "Vers ma page", "Ne plus recevoir d'e-mails")),
            (self.bob, "Je hebt 10 Beans gespaard", ("Dag Bob,", "Naar mijn pagina", "Geen e-mails meer")),
            (carol, "You have collected 10 Beans", ("Hello Carol,", "To my page", "No more e-mails")),
        ):
            mail = mails[partner.email_formatted]
            text = html.unescape(mail.body_html)
            self.assertEqual(mail.subject, subject)
            for word in words:
                self.assertIn(word, text)
            self.assertNotIn("{", text)

    def test_every_message_has_words_of_its_own_that_can_be_filled_in(self):
        reward = self.env["loyalty.program"].search([("club_price", ">", 0)], limit=1)
        codes = [code for code, _label in self.env["club.message.rule"]._selection_trigger() if code != "near_reward"]
        self.assertGreater(len(codes), 10)
        for code in codes:
            with self.subTest(trigger=code):
                rule = self.rule(code, reward_id=reward.id if reward.club_id == self.club else False)
                self.assertTrue(rule.sentence and rule.preview_subject and rule.preview_body)
                self.assertNotIn("{", rule.preview_subject + rule.preview_body)

    def test_words_nobody_changed_are_in_each_language_also_from_a_form(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        with Form(self.env["club.message.rule"].with_context(default_club_id=self.club.id)) as form:
            form.trigger = "joined"
        rule = form.record
        french = rule.with_context(lang="fr_FR")
        self.assertEqual((french.name, french.subject), ("Bienvenue", "Bienvenue chez {club}"))
        with Form(rule) as form:
            self.assertEqual(form.preview_subject, "Welcome to Beans")
            form.preview_lang = "fr_FR"
            self.assertEqual(form.preview_subject, "Bienvenue chez Beans")
        rule.trigger = "birthday"
        self.assertEqual(french.subject, "Joyeux anniversaire, {name}")
        rule.subject = "Cheers, {name}"
        self.assertEqual(french.subject, "Joyeux anniversaire, {name}")
        rule.write({"trigger": "reached", "subject": "Well done, {name}"})
        self.assertEqual(french.subject, "Well done, {name}")
        self.assertIn("Vous avez collecté {amount}", french.body)

    def test_placeholders_are_checked_in_every_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        rule = self.rule("reached", units=10)
        self.assertRefused(
            "{nom}", rule.update_field_translations, "body", {"fr_FR": "Bonjour {nom}"}
        )
        self.assertRefused("{montant}", rule.with_context(lang="fr_FR").write, {"subject": "{montant}"})

    def test_name_is_text_and_no_markup(self):
        self.ada.name = "Ada <b>{points}</b>"
        rule = self.rule("reached", units=10)
        self.collect(10)
        self.run_job()
        [mail] = self.mails()
        self.assertIn("&lt;b&gt;{points}&lt;/b&gt;", mail.body_html)
        self.assertTold(rule, 1)

    def test_test_goes_to_who_asks_and_is_noted_nowhere(self):
        self.env.user.email = "boss@example.com"
        rule = self.rule("near", units=20)
        rule.action_test()
        mail = self.env["mail.mail"].sudo().search([("email_to", "like", "boss@example.com")], limit=1)
        self.assertEqual(mail.subject, "Only 20 Beans to Silver")
        self.assertFalse(self.messages(rule))
        cashier = new_test_user(self.env, "till", "loyalty_club.loyalty_club_group_user")
        with self.assertRaises(AccessError):
            rule.with_user(cashier).action_test()

    # ------------------------------------------------------------------ people
    def test_merged_members_are_told_once_and_a_no_stays(self):
        rule = self.rule("reached", units=10)
        bob = self.enrol(self.bob)
        bob._club_choose(mail=False)
        for partner in (self.ada, self.bob):
            self.collect(10, partner)
        self.run_job()
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ada | self.bob).ids, self.ada)
        kept = self.member(self.ada)
        self.assertEqual(kept.mail_choice, "no")
        self.assertEqual(len(self.messages(rule)), 1)
        self.assertCoherent()

    def test_erased_member_leaves_no_word(self):
        rule = self.rule("reached", units=10, is_at_hour=True, hour=18)
        sent = self.rule("reached", units=10)
        self.collect(10)
        self.run_job()
        self.ada_member.action_erase()
        self.assertEqual(self.messages(rule).state, "skipped")
        self.assertFalse(self.messages(sent).subject or self.messages(sent).body or self.messages(sent).data)
        self.assertFalse(self.mails().filtered(lambda mail: mail.state == "outgoing"))
        self.run_job(days=1)
        self.assertEqual(self.messages(rule).state, "skipped")

    def test_nobody_writes_the_log(self):
        rule = self.rule("reached", units=10)
        self.collect(10)
        self.run_job()
        boss = new_test_user(self.env, "boss", "loyalty_club.loyalty_club_group_manager")
        told = self.messages(rule).with_user(boss)
        for change in (lambda: told.write({"is_read": True}), told.unlink, lambda: told.create({})):
            with self.assertRaises(AccessError):
                change()
        self.assertRefused("archive it", rule.with_user(boss).unlink)

    def test_mail_that_the_server_refuses_is_in_the_log(self):
        rule = self.rule("reached", units=10, is_inbox=False)
        self.collect(10)
        self.run_job()
        self.mails()._postprocess_sent_message([], [], failure_reason="No", failure_type="mail_smtp")
        self.assertEqual((self.messages(rule).state, self.messages(rule).reason), ("failed", "undelivered"))
