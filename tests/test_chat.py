from markupsafe import Markup
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClubCommon
from .common_reward import RewardCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPointsInWords(RewardCommon, ClubCommon):
    """ "My points": one answer in sentences, in the customer's language. Live chat itself: ``neighbours_check.py``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupon = cls.reward(price=80)
        cls.enrol(cls, cls.ada)

    def words(self, user=None):
        member = self.member()
        return member.with_user(user or self.env.user).points_in_words()

    def test_balance_tier_and_rewards_in_sentences(self):
        self.assertIn("You have no Beans yet.", self.words())
        self.assertIn("80 Beans more and you can have: Ten percent.", self.words())
        self.member().adjust(self.unit.id, 100, "Opening")
        self.assertEqual(
            self.words(),
            "You have 100 Beans. You are Member: 400 Beans to Silver. You can have: Ten percent (80 Beans).",
        )

    def test_it_says_what_expires_and_what_is_owed(self):
        self.unit.validity_days = 60
        order = self.sell([(self.coffee, 1)], self.ada)
        self.assertRegex(self.words(), r"^You have 100 Beans\. Use 100 Beans by [^.]*\. You are Member")
        self.member().adjust(self.unit.id, -50, "Used elsewhere")
        self.refund(order)
        self.assertIn("You owe 50 Beans", self.words())
        self.assertCoherent()

    def test_in_the_customers_language_whoever_asks(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["loyalty_club"], ["fr_FR"])
        self.unit.with_context(lang="fr_FR").write({"name": "Grain", "name_plural": "Grains"})
        self.ada.lang = "fr_FR"
        self.assertIn("Grains", self.words())
        self.assertNotIn("Beans", self.words())

    def test_a_club_that_is_closed_says_so_and_keeps_what_there_is(self):
        self.member().adjust(self.unit.id, 100, "Opening")
        self.club.action_switch_off()
        self.assertEqual(self.words(), "You have 100 Beans. Beans is closed at the moment; what you have is kept.")

    def test_a_club_that_is_suspended_says_that_it_is_paused(self):
        self.member().adjust(self.unit.id, 100, "Opening")
        self.club.state = "suspended"
        self.assertEqual(
            self.words(),
            "You have 100 Beans. Beans is paused: nothing is collected or used at the moment. What you have stays as "
            "it is.",
        )

    def test_strangers_are_told_nothing(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"stranger_{groups}", groups)
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                self.words(user)

    # ------------------------------------------------------------------ conversations that are no live chat
    def test_other_conversations_are_left_alone(self):
        cashier = new_test_user(self.env, "chat_cashier", "loyalty_club.loyalty_club_group_user")
        plain = new_test_user(self.env, "chat_plain", "base.group_user")
        channel = self.env["discuss.channel"].with_user(cashier)._create_channel("Talk", None)
        channel.message_post(body=Markup("<p>/points</p>"), message_type="comment", subtype_xmlid="mail.mt_comment")
        talk = channel.message_ids.filtered(lambda message: message.message_type == "comment")
        self.assertEqual(len(talk), 1)
        with self.assertRaisesRegex(UserError, "live chat"):
            channel.execute_command_points()
        with self.assertRaisesRegex(AccessError, "Only staff"):
            channel.with_user(plain).execute_command_points()

    def test_questions_are_known_however_they_are_written(self):
        channel = self.env["discuss.channel"]
        for text in ("/points", "My points?", "  how many points do I have ", "MY POINTS!!"):
            self.assertTrue(channel._club_is_question(f"<p>{text}</p>"), text)
        for text in ("", "my points are wrong and I want to talk to somebody", "points of view", "/help"):
            self.assertFalse(channel._club_is_question(f"<p>{text}</p>"), text)
