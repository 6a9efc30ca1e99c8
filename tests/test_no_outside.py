import socket
from contextlib import contextmanager
from unittest.mock import patch

from lxml import html
from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_reward import RewardCommon

HERE = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}
# What makes a browser fetch something, or send something, by itself or by a click.
LINKS = ("src", "href", "action", "data", "poster", "srcset", "formaction")


@tagged("post_install", "-at_install", "loyalty_club")
class TestNoOutside(RewardCommon, PortalCommon):
    """No third party and no extra app: nothing of the club calls, loads or sends anything outside of the shop.

    ``dev/check_tree.py outside`` looks at the code; this looks at what happens.
    """

    @contextmanager
    def cut_off(self):
        """Every connection but those to this machine fails and is noted: the shop has no internet."""
        tried, connect, lookup = [], socket.socket.connect, socket.getaddrinfo

        def watched_connect(own, address):
            if own.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in HERE:
                tried.append(address)
                raise OSError("no internet")
            return connect(own, address)

        def watched_lookup(host, *args, **kwargs):
            if host not in HERE and host is not None:
                tried.append(host)
                raise socket.gaierror("no internet")
            return lookup(host, *args, **kwargs)

        with (
            patch.object(socket.socket, "connect", watched_connect),
            patch.object(socket, "getaddrinfo", watched_lookup),
        ):
            yield tried
        self.assertEqual(tried, [])

    def outgoing(self):
        counts = {name: self.env[name].sudo().search_count([]) for name in ("mail.mail", "sms.sms") if name in self.env}
        return counts | {"iap": self.env["iap.account"].sudo().search_count([])}

    def test_guard_notices_who_calls(self):
        with self.assertRaises(AssertionError), self.cut_off(), self.assertRaises(OSError):
            socket.create_connection(("points.example", 443), timeout=1)

    def test_a_customers_month_needs_nobody_else_and_sends_nothing_that_is_off(self):
        self.club.is_voucher_mailed = False
        before = self.outgoing()
        with self.cut_off():
            order = self.sell([(self.coffee, 4)], self.ada)
            bill = self.quotation([(self.coffee, 2)])
            bill.action_confirm()
            self.pay(self.invoice(bill))
            member = self.member()
            self.assertEqual((self.balance(), member.tier_id), (600, self.silver))
            self.env["club.voucher"].sudo()._buy(member, self.reward(price=80), "one")
            member.authorise(self.unit.id, "20", "till-1").capture()
            self.refund(order, {self.coffee: 1})
            self.assertEqual(member.points_in_words()[:14], "You have 400 B")
            for path in ("/my/club", "/my/club/history", "/my/club/rewards", "/my/club/games", "/my/club/profile"):
                self.page(path)
        self.assertEqual(self.outgoing(), before)
        self.assertCoherent()

    def test_customers_pages_load_and_send_to_the_shop_alone(self):
        self.enrol(points=100)
        self.reward(price=80)
        own = self.base_url()
        for path in ("/my/club", "/my/club/history", "/my/club/rewards", "/my/club/games"):
            root, _text = self.page(path)
            [wrap] = root.xpath("//*[@id='wrap']")
            fetched = [(element.tag, element.get(name)) for element in wrap.iter() for name in LINKS
                       if isinstance(element.tag, str) and element.get(name)]  # fmt: skip
            self.assertTrue(fetched, path)
            foreign = [row for row in fetched if "//" in row[1] and not row[1].startswith((own, "data:"))]
            self.assertEqual(foreign, [], path)
            text = html.tostring(wrap, encoding="unicode")
            self.assertNotRegex(text, r"url\(['\"]?(https?:)?//", path)
