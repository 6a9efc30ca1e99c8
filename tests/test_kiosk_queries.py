import re
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL

from .common_kiosk import KioskCommon


@tagged("post_install", "-at_install")
class TestKioskQueries(KioskCommon):
    """What recognising somebody, and an order of a recognised customer, asks of the database."""

    def asked(self, call):
        """Statements of a call, once the caches are filled by one like it."""
        execute, statements = Cursor.execute, []

        def note(cursor, query, params=None, log_exceptions=True):
            statements.append(query.code if isinstance(query, SQL) else str(query))
            return execute(cursor, query, params, log_exceptions)

        for _again in range(2):
            prepared = call()
            self.env.flush_all()
            statements.clear()
            with patch.object(Cursor, "execute", note):
                prepared()
        return [text for text in statements if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]

    def placing(self, token=None, config=None):
        def prepare():
            told = self.told([(self.coffee, 1), (self.cake, 2)], config, token and token())
            return lambda: self.send(told, config)

        return self.asked(prepare)

    def identifying(self, **told):
        def prepare():
            values = {name: value() for name, value in told.items()}
            return lambda: self.identify(**values)

        return self.asked(prepare)

    def test_order_of_nobody_asks_nothing_of_the_club(self):
        elsewhere = self.device("kiosk", "Elsewhere", club_outlet_id=False)
        here, there = self.placing(), self.placing(config=elsewhere)
        self.assertEqual([text for text in here if re.search(r'(FROM|JOIN|INTO|UPDATE) "?club_', text)], [])
        self.assertEqual(len(here), len(there))

    def test_order_of_a_recognised_customer_costs_at_most_fifteen_statements(self):
        self.tier_price()
        phone = lambda: self.identify(phone="0470 12 34 56", consent=True)["token"]  # noqa: E731
        nobody = len(self.placing())
        for who in (self.recognise, phone):
            self.assertLessEqual(len(self.placing(who)) - nobody, 15)

    def test_member_is_found_by_one_look_at_an_index(self):
        for told, wanted in (
            ({"scanned": lambda: self.member_ada.card_number}, '"card_number" IN'),
            ({"scanned": self.pass_of}, '"club_pass"."digest" IN'),
            ({"phone": lambda: "0470 12 34 56", "consent": lambda: True}, "text_pattern_ops"),
        ):
            statements = self.identifying(**told)
            probe = "reverse(ltrim(" if wanted == "text_pattern_ops" else wanted
            self.assertEqual(len([text for text in statements if probe in text]), 1, told)
            self.assertLessEqual(len(statements), 24)

    def test_known_and_unknown_numbers_ask_for_the_same(self):
        known = self.identifying(phone=lambda: "0470 12 34 56", consent=lambda: True)
        unknown = self.identifying(phone=lambda: "0470 99 99 99", consent=lambda: True)
        self.assertLessEqual(abs(len(known) - len(unknown)), 3)
