from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClubCommon


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourCards(ClubCommon, HttpCase):
    """Staff print cards: for a contact who agreed to be a member, and for many members at once."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.env["club.club"].search([]) - cls.club).active = False
        cls.env.ref("base.user_admin").group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")

    @mute_logger("odoo.http")  # the refusal without consent
    def test_contact_gets_a_card_once_they_agreed(self):
        self.start_tour(f"/odoo/res.partner/{self.ada.id}", "ClubOfficeGenerateCard", login="admin")
        member = self.member()
        self.assertEqual((member.consent_source, len(member.card_number)), ("staff", 13))
        wizard = self.env["club.print.cards"].search([], order="id desc", limit=1)
        self.assertEqual((wizard.partner_ids, wizard.has_agreed), (self.ada, True))
        self.assertCoherent()

    def test_many_cards_are_printed_on_sheets(self):
        members = self.enrol() | self.enrol(self.bob)
        self.start_tour("/odoo/action-loyalty_club.club_member_action", "ClubOfficePrintCards", login="admin")
        wizard = self.env["club.print.cards"].search([], order="id desc", limit=1)
        self.assertGreaterEqual(wizard.member_ids, members)
        self.assertEqual((wizard.print_format, wizard.first_label), ("3x8", 3))
