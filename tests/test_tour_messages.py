from odoo.fields import Command
from odoo.tests import tagged

from .common_messages import MessagesCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourMessages(PortalCommon, MessagesCommon):
    """A customer reads what is new on a phone and in the webshop, and a merchant sets a message up."""

    def tell(self):
        self.enrol()
        self.member().sudo()._note_consent("page")
        self.rule("reached", units=10)
        self.collect(10)
        self.run_job()

    def test_customer_reads_what_is_new_and_chooses_what_to_hear(self):
        self.browser_size, self.touch_enabled = "390x844", True
        self.tell()
        self.start_tour("/my/club", "ClubInbox", login="ada_signs_in")
        self.assertEqual(self.member().mail_choice, "no")
        self.assertTrue(self.env["club.message"].search([("member_id", "=", self.member().id)]).is_read)
        self.assertCoherent()

    def test_webshop_says_that_something_waits(self):
        self.browser_size, self.touch_enabled = "390x844", True
        sticker = self._product("Sticker", 20.0, type="service", taxes_id=[Command.clear()], is_published=True)
        self.tell()
        self.start_tour(sticker.website_url, "ClubBubble", login="ada_signs_in")

    def test_merchant_sets_a_message_and_tries_it_out(self):
        self.browser_size = "1366x768"
        (self.env["club.club"].search([]) - self.club).active = False
        self.env.ref("base.user_admin").group_ids |= self.env.ref("loyalty_club.loyalty_club_group_manager")
        self.start_tour("/odoo/loyalty-messages", "ClubOfficeMessage", login="admin")
        rule = self.env["club.message.rule"].search([("club_id", "=", self.club.id)])
        self.assertEqual((rule.trigger, rule.is_at_hour, rule.hour, rule.is_on), ("near", True, 18, True))
        self.assertTrue(self.env["mail.mail"].sudo().search([("subject", "=", "Only 20 Beans to Silver")]))
