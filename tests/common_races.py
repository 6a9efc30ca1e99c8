"""Requests that really run at once: committed data, one cursor each, the host's own repeating."""

import threading
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger
from psycopg2 import Error

from .common import ClubMerchant

# In the order in which rows may go: what points at others first.
LEDGER = (
    "voucher", "claim", "pin", "hold", "remark", "take", "lot", "entry", "account", "move", "outcome", "tier_count",
    "member",
)  # fmt: skip
RULES = ("condition", "ratio", "program", "tier", "outlet", "pool", "unit")
MEMBERS = "SELECT id FROM club_member WHERE club_id = %(club)s"
ACCOUNTS = "SELECT id FROM club_account WHERE club_id = %(club)s"
OF_CLUB = {
    "voucher": f"member_id IN ({MEMBERS})",
    "pin": f"hold_id IN (SELECT id FROM club_hold WHERE member_id IN ({MEMBERS}))",
    "hold": f"member_id IN ({MEMBERS})",
    "remark": f"entry_id IN (SELECT id FROM club_entry WHERE account_id IN ({ACCOUNTS}))",
    "take": f"entry_id IN (SELECT id FROM club_entry WHERE account_id IN ({ACCOUNTS}))",
    "lot": f"account_id IN ({ACCOUNTS})",
    "entry": f"account_id IN ({ACCOUNTS})",
    "move": f"member_id IN ({MEMBERS})",
    "tier_count": f"member_id IN ({MEMBERS})",
    "ratio": "unit_id IN (SELECT id FROM club_unit WHERE club_id = %(club)s)",
}


class RacesCase(ClubMerchant, BaseCase):
    """The shop of the other tests, committed, and taken down again at the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.cr = cls.registry.cursor()
        cls.addClassCleanup(cls.cr.close)
        cls.env = api.Environment(cls.cr, SUPERUSER_ID, {})
        cls.homes = [(website, website.club_outlet_id) for website in cls.env["website"].search([])]
        cls.addClassCleanup(cls.close_shop)
        cls.open_shop()
        cls.partners = cls.ada | cls.bob
        cls.second = cls._register("Second counter")
        cls.outlet.pos_config_ids += cls.second
        for register in (cls.register, cls.second):
            register.open_ui()
            register.current_session_id.set_opening_control(0, "")
        cls.cr.commit()

    @classmethod
    def close_shop(cls):
        cls.cr.rollback()
        cls.env.invalidate_all()
        registers = cls.register | cls.second
        club, execute = {"club": cls.club.id}, cls.cr.execute
        execute("SET LOCAL loyalty_club.migration = 'on'")
        execute("UPDATE club_club SET tier_unit_id = NULL WHERE id = %(club)s", club)
        for name in LEDGER + RULES:
            execute(f"DELETE FROM club_{name} WHERE {OF_CLUB.get(name, 'club_id = %(club)s')}", club)
        orders = "SELECT id FROM pos_order WHERE config_id = ANY(%s)"
        for table, column in (("pos_payment", "pos_order_id"), ("pos_order_line", "order_id")):
            execute(f"DELETE FROM {table} WHERE {column} IN ({orders})", [registers.ids])
        for table in ("pos_order", "pos_session"):
            execute(f"DELETE FROM {table} WHERE config_id = ANY(%s)", [registers.ids])
        cls.env.invalidate_all()
        cls.club.unlink()
        methods = registers.payment_method_ids.filtered(lambda method: not method._is_club_tender())
        registers.unlink()
        journals = methods.journal_id
        # The host deletes no product while any register is open.
        (cls.coffee | cls.cake).write({"active": False, "taxes_id": [Command.clear()]})
        for records in (methods, journals, cls.team, cls.pricelist, cls.tax, cls.partners):
            records.unlink()
        for website, outlet in cls.homes:
            website.club_outlet_id = outlet
        cls.cr.commit()

    def setUp(self):
        super().setUp()
        self.addCleanup(self.fresh)
        self.collisions = []

    @classmethod
    def fresh(cls):
        """See what the others have committed."""
        cls.cr.commit()
        cls.env.invalidate_all()

    def partner(self, name):
        partner = self.env["res.partner"].create({"name": name})
        type(self).partners |= partner
        self.fresh()
        return partner

    def race_on(self, works, uid=SUPERUSER_ID):
        """The same for callers who repeat what they are told to try again: nothing had been changed."""
        results = self.race(works, uid)
        for _again in works:
            if not (busy := [index for index, result in enumerate(results) if "in use right now" in str(result)]):
                break
            for index, result in zip(busy, self.race([works[index] for index in busy], uid), strict=True):
                results[index] = result
        return results

    def race(self, works, uid=SUPERUSER_ID):
        """Start all works at once, each as a request of its own; return their results or errors in order.

        :param works: functions of an environment
        """
        results, gate = [None] * len(works), threading.Barrier(len(works))

        def attempt(work, env):
            try:
                return work(env)
            except Error as error:
                self.collisions.append(error.pgcode)
                raise

        def request(index, work):
            with self.registry.cursor() as cursor:
                env = api.Environment(cursor, uid, {})
                env.transaction.default_env = env
                gate.wait(60)
                try:
                    results[index] = retrying(partial(attempt, work, env), env)
                except Exception as error:  # the caller looks at it
                    cursor.rollback()
                    results[index] = error

        threads = [threading.Thread(target=request, args=pair) for pair in enumerate(works)]
        # The test runner holds the lock of the registries all along, which no server does.
        unlocked = patch("odoo.orm.environments.Registry", lambda _name: self.registry)
        with unlocked, mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.fresh()
        return results

    def without_waiting(self):
        """The host waits up to half a minute between tries: not where the collisions are made by hand."""
        return patch("odoo.service.model.random.uniform", return_value=0.0)
