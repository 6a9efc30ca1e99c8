from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .common_games import GamesCommon
from .common_messages import MessagesCommon
from .common_portal import PortalCommon
from .common_walk import SMALL, OneBrowser


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourMonth(OneBrowser, GamesCommon, MessagesCommon, PortalCommon):
    """A customer's month, as seen on the own phone, from signing up to the day on which points expire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        cls.website.auth_signup_uninvited = "b2c"
        cls.club.validity_days = 30
        cls.ten = cls.reward()
        cls.scratch = cls.plain_game(is_on_order=True)
        cls.warning = cls.rule(cls, "expiring", days=7)

    def test_from_signing_up_to_the_day_points_expire(self):
        self.last_day = self.words(30)
        with self.browser() as self.tab:
            self.tab.size(*SMALL)
            self.tab.keep_still(True)
            self.tab.sign_in()
            self.sign_up()
            with self.between():
                greta = self.env["res.users"].search([("login", "=", "greta@example.com")]).partner_id
            order = self.buy_at_the_register(greta)
            self.redeem()
            self.play()
            self.bring_back(greta, order)
            self.is_warned(greta)
            self.expires()
        self.assertBalance(0, greta)
        self.assertCoherent()

    def go(self, section):
        """By the bar at the bottom."""
        self.tab.click(".o_club_bar a", section)
        self.tab.wait(f"document.querySelector('.o_club_bar a.active')?.textContent.includes('{section}')")

    def sign_up(self):
        self.tab.open("/web/signup?redirect=/my/club", ".oe_signup_form")
        self.tab.fill(name="Greta", login="greta@example.com", password="greta-knows", confirm_password="greta-knows")
        self.tab.click(".oe_signup_form button[type='submit']", then="You are not a member yet.")
        self.tab.click("#wrap button", "Join the club", then="How to begin At the register, show your code")
        self.tab.read("0 Beans", ".o_club_balance")

    def buy_at_the_register(self, greta):
        with self.between():
            order = self.sell([(self.coffee, 1), (self.cake, 2)], greta)
        self.tab.open("/my/club")
        self.tab.read("120 Beans", ".o_club_balance")
        self.tab.read(f"120 Beans to use by {self.last_day}", ".o_club_expiring")
        self.go("History")
        self.tab.click(".o_club_line button", "Earned")
        self.tab.read("Coffee $ 100 at 1 Bean per $ 1 100", ".collapse.show .o_club_calculation")
        return order

    def redeem(self):
        self.go("Card")
        self.tab.read("Ten percent You can have it for 80 Beans.", ".o_club_next_steps")
        self.tab.click(".o_club_next_steps a", "Ten percent")
        self.tab.click(".o_club_reward a", "Redeem", then="You will have 40 Beans left.")
        self.tab.click(".o_club_confirm_reward button", "Redeem for 80 Beans")
        self.tab.wait("document.querySelector('.o_club_voucher .o_club_voucher_code')")

    def play(self):
        self.go("Games")
        self.tab.read("You have one play.")
        with patch.object(type(self.env["club.play"]), "_roll", lambda _self, _total: 0):
            self.tab.click(".o_club_game_play")
            self.tab.click(".o_club_game_uncover:not(.d-none)", then="You won 10 Beans. They are on your balance.")
        self.tab.read("Every paid order brings a play.", ".o_club_game_text")

    def bring_back(self, greta, order):
        """One of the two cakes goes back."""
        with self.between():
            self.refund(order, {self.cake: 1})
            self.assertBalance(40, greta)
        self.go("Card")
        self.tab.read("40 Beans", ".o_club_balance")
        self.tab.read("Taken back with a refund")

    def is_warned(self, greta):
        with self.between():
            self.run_job(days=24)
            self.assertTold(self.warning, 1, partner=greta)
        self.tab.open("/my/club")
        self.tab.wait("document.querySelector('.o_club_unread')?.textContent === '1'")
        self.tab.click(".o_club_bell", then="40 Beans expire within 6 days")

    def expires(self):
        """The night after the last day."""
        with self.between(), self.later(days=31), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["club.account"]._cron_expire()
        self.go("History")
        self.tab.read("Expired")
        self.go("Card")
        self.tab.read("0 Beans", ".o_club_balance")
