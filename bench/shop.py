"""A shop for the benchmark: the same registers, products and orders on a host with and without the add-on."""

from uuid import uuid4

import odoo
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying

REGISTERS = 8


class Shop:
    """One database: ``Shop(name, side)`` makes its registers, products and customers once."""

    def __init__(self, database, side):
        self.database, self.side = database, side
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            admin = api.Environment(cr, SUPERUSER_ID, {}).ref("base.user_admin").id
            self.uid = admin
            self._make(api.Environment(cr, admin, {}))

    def _make(self, env):
        company = env.company
        # The host's demo promotions would answer for every order of the benchmark.
        env["loyalty.program"].search([]).write({"active": False})
        self.products = (
            env["product.product"]
            .create(
                [
                    {
                        "name": f"Product {n}",
                        "lst_price": 10.0 + n,
                        "taxes_id": False,
                        "available_in_pos": True,
                    }
                    for n in range(5)
                ]
            )
            .ids
        )
        self.partners = env["res.partner"].create([{"name": f"Customer {n}"} for n in range(REGISTERS)]).ids
        self.sessions, self.methods = [], []
        if self.side == "club":
            self._make_club(env, company)
        for number in range(REGISTERS):
            journal = env["account.journal"].create({"name": f"Bench {number}", "type": "bank", "code": f"BE{number}"})
            method = env["pos.payment.method"].create({"name": f"Bench {number}", "journal_id": journal.id})
            config = env["pos.config"].create(
                {"name": f"Bench {number}", "payment_method_ids": [Command.set(method.ids)]}
            )
            if self.side == "club":
                config.club_outlet_id = self.outlet_id
            config.open_ui()
            config.current_session_id.set_opening_control(0, "")
            self.sessions.append(config.current_session_id.id)
            self.methods.append(method.id)
        if self.side == "native":
            self._make_native(env)

    def _make_club(self, env, company):
        club = env["club.club"].create({"name": "Bench", "company_ids": [Command.set(company.ids)]})
        env["club.program"].create({"name": "Bench", "tier_id": club.tier_ids.id}).action_go_live()
        club.action_switch_on()
        self.outlet_id = env["club.outlet"].create({"club_id": club.id, "name": "Bench"}).id
        self.club_id = club.id

    def _make_native(self, env):
        program = env["loyalty.program"].create(
            {
                "name": "Native points",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [Command.create({"reward_point_amount": 1, "reward_point_mode": "money"})],
                "reward_ids": [Command.create({"reward_type": "discount", "required_points": 100})],
            }
        )
        self.program_id = program.id
        cards = env["loyalty.card"].create([{"program_id": program.id, "partner_id": p} for p in self.partners])
        self.cards = dict(zip(self.partners, cards.ids, strict=True))

    # ------------------------------------------------------------------ orders
    def order(self, register=0, partner=None):
        """A paid order of five lines, as the register sends it."""
        prices = [10.0 + n for n in range(5)]
        total = sum(prices)
        lines = [
            Command.create(
                {
                    "uuid": str(uuid4()),
                    "product_id": product,
                    "price_unit": price,
                    "qty": 1,
                    "tax_ids": [],
                    "price_subtotal": price,
                    "price_subtotal_incl": price,
                    "full_product_name": f"Product {product}",
                }
            )
            for product, price in zip(self.products, prices, strict=True)
        ]
        payment = {"uuid": str(uuid4()), "payment_method_id": self.methods[register], "amount": total}
        return {
            "uuid": str(uuid4()),
            "name": "Bench",
            "session_id": self.sessions[register],
            "partner_id": partner,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "state": "paid",
            "amount_total": total,
            "amount_tax": 0.0,
            "amount_paid": total,
            "amount_return": 0.0,
            "lines": lines,
            "payment_ids": [Command.create(payment)],
        }

    def sync(self, register=0, partner=None):
        """Sync one order as requests do, native's two more requests included; return the queries it took."""
        order, queries = self.order(register, partner), 0
        result, count = self.request(lambda env: env["pos.order"].sync_from_ui([order]))
        queries += count
        if self.side == "native" and partner:
            queries += self.award(result["pos.order"][0]["id"], partner)
        return queries

    def award(self, order_id, partner):
        """Native's two more requests after an order is paid; the queries they took."""
        card = self.cards[partner]
        changes = {card: {"program_id": self.program_id, "points": 60, "coupon_id": card, "appliedRules": []}}
        calls = (
            lambda env: env["pos.order"].browse(order_id).validate_coupon_programs({card: 60}, []),
            lambda env: env["pos.order"].browse(order_id).confirm_coupon_programs(changes),
        )
        return sum(self.request(call)[1] for call in calls)

    def request(self, call):
        """One request: an own transaction, the host's own retries, committed."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.uid, {})
            before = cr.sql_log_count
            result = retrying(lambda: call(env), env)
            return result, cr.sql_log_count - before


def boot():
    """The host's configuration from the environment, quiet."""
    odoo.tools.config.parse_config(["--log-level", "error", "--no-http"], setup_logging=True)
