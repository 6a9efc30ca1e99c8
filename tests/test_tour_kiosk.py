from contextlib import contextmanager
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_kiosk import KioskTour

UNKNOWN = "2999999999996"


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourKiosk(KioskTour):
    """A customer in front of a kiosk, in portrait: recognised, earning, forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_on_sale(cls.coffee)
        cls.card_number = cls.member_ada.card_number

    @contextmanager
    def terminal(self, is_refused=False):
        """A kiosk that is paid at once, and by whatever amount the server says; or whose terminal refuses."""

        def charge(_method, order):
            if not is_refused:
                self.pay_by_terminal(order)
            return not is_refused

        def offered(_method, _data, config):
            return [("id", "in", (config.payment_method_ids - self.tender).ids)]

        methods = type(self.env["pos.payment.method"])
        with (
            patch.object(methods, "_payment_request_from_kiosk", charge),
            patch.object(methods, "_load_pos_self_data_domain", offered),
        ):
            yield

    def assertForgotten(self):
        open_visits = self.env["club.visit"].search([("config_id", "=", self.kiosk.id), ("order_uuid", "=", False)])
        self.assertFalse(open_visits)

    def test_by_card_and_paid_at_the_counter(self):
        order = self.walk("ClubKioskCard", card=self.card_number)
        self.assertFalse(order.partner_id)
        self.assertEqual(order._club_member_partner(), self.ada)
        self.assertBalance(487)
        self.pay_by_terminal(order)
        self.assertEqual(order.partner_id, self.ada)
        self.assertBalance(587)

    def test_by_code_on_the_phone_and_paid_at_the_kiosk(self):
        with self.terminal():
            order = self.walk("ClubKioskPass", **{"pass": self.pass_of(), "terminal": 1})
        self.assertEqual((order.partner_id, order.state), (self.ada, "paid"))
        self.assertBalance(587)

    def test_wrong_and_right_pin_and_not_you(self):
        self.member_ada._set_pin("2580")
        order = self.walk("ClubKioskPin", card=self.card_number)
        self.assertFalse(order.partner_id)
        self.assertForgotten()

    def test_by_phone_shows_nothing_and_earns(self):
        with self.terminal():
            order = self.walk("ClubKioskPhone", terminal=1)
        self.assertEqual(order.state, "paid")
        self.assertBalance(587)

    def test_join_by_phone(self):
        with self.terminal():
            order = self.walk("ClubKioskJoin", terminal=1)
        member = order.partner_id.club_member_ids
        self.assertEqual(member.club_id, self.club)
        self.assertBalance(100, order.partner_id)
        self.assertBalance(487)

    def test_skip_after_a_wrong_code_leaves_a_code_on_the_ticket(self):
        with self.terminal():
            order = self.walk("ClubKioskSkip", wrong=UNKNOWN, terminal=1)
        self.assertEqual((order.state, order.partner_id.id), ("paid", False))

    def test_server_that_fails_stops_no_order(self):
        visits = type(self.env["club.visit"])
        with mute_logger("odoo.http"), patch.object(visits, "_identify", side_effect=RuntimeError):
            order = self.walk("ClubKioskUnreachable", card=self.card_number)
        self.assertEqual((order.state, order.partner_id.id), ("draft", False))

    def test_time_runs_out(self):
        self.walk("ClubKioskTimeout", card=self.card_number)
        self.assertForgotten()

    def test_order_left_at_the_terminal_is_nobodys_for_who_comes_back(self):
        with self.terminal(is_refused=True), mute_logger("odoo.http"):
            order = self.walk("ClubKioskTerminal", **{"pass": self.pass_of(), "terminal": 1})
        self.assertEqual((order.state, order._club_member_partner().id), ("draft", False))

    def test_left_while_the_server_is_asked(self):
        self.walk("ClubKioskLeft", card=self.card_number)
        self.assertForgotten()

    def test_cancelled(self):
        self.walk("ClubKioskCancel", card=self.card_number)
        self.assertForgotten()

    def test_kiosk_of_an_outlet_that_is_out_shows_nothing(self):
        self.outlet.is_opted_in = False
        self.walk("ClubKioskOut")

    def test_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        languages = self.env["res.lang"].search([("code", "in", ("en_US", "fr_FR"))])
        self.kiosk.write({
            "self_ordering_available_language_ids": [Command.set(languages.ids)],
            "self_ordering_default_language_id": languages.filtered(lambda own: own.code == "en_US").id,
        })  # fmt: skip
        self.walk("ClubKioskFrench")
