"""The webshop of a customer: what the club adds to the cart and to the payment page, whatever the history."""

import json
import threading
from datetime import timedelta
from statistics import median
from time import perf_counter

import odoo.http
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.tools import config
from werkzeug.test import Client

ROUNDS, WARM_UP, HISTORY = 15, 3, 2000
PASSWORD = "bench-bench"
PATHS = {"cart": "/shop/cart", "payment page": "/shop/payment", "member page": "/my/club", "account": "/my"}


def measure(club, bare):
    """Yield (line, kept): queries and time of the cart's pages, with the club and without."""
    config["dbfilter"] = "^%d$"
    shops = {shop.side: Visitor(shop) for shop in (bare, club)}
    for years in ("no history", f"{HISTORY:,} movements"):
        if years != "no history":
            _fill_history(club, shops["club"].partner_id)
        for name in Visitor.PAGES:
            took, queries = {}, {}
            for number in range(WARM_UP + ROUNDS):
                for side, visitor in shops.items():
                    start = perf_counter()
                    queries[side] = visitor.visit(name)
                    if number >= WARM_UP:
                        took.setdefault(side, []).append(perf_counter() - start)
            ours, host = (1000 * median(took[side]) for side in ("club", "native"))
            extra = queries["club"] - queries["native"]
            text = f"{name:12} {years:16} {ours:6.1f} ms ÷ {host:6.1f} ms = {ours / host:.2f}"
            yield f"{text}, queries added {extra}, budget ≤ 8", extra <= 8


class Visitor:
    """A customer with an account and a cart, at the site's own routes."""

    PAGES = ("add to cart", "cart", "payment page")

    def __init__(self, shop):
        with shop.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            website = env["website"].search([], limit=1)
            if shop.side == "club":
                website.club_outlet_id = shop.outlet_id
            else:  # what is compared with is the host without any loyalty
                env["loyalty.program"].browse(shop.program_id).ecommerce_ok = False
            product = env["product.template"].create(
                {"name": "Course", "type": "service", "list_price": 20.0, "is_published": True, "taxes_id": False}
            )
            self.product = {"product_template_id": product.id, "product_id": product.product_variant_id.id}
            user = env["res.users"].search([("login", "=", "buyer@example.com")]) or env["res.users"].create({
                "name": "Buyer", "login": "buyer@example.com", "email": "buyer@example.com", "password": PASSWORD,
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            })  # fmt: skip
            user.partner_id.write({
                "street": "1 High Street", "city": "San Francisco", "zip": "94105", "phone": "+1 555 555 5555",
                "country_id": env.ref("base.us").id, "state_id": env.ref("base.state_us_5").id,
            })  # fmt: skip
            self.partner_id = user.partner_id.id
        self.client, self.base = Client(odoo.http.root), f"http://{shop.database}.localhost/"
        self.here = {"REMOTE_ADDR": "127.0.0.1"}
        self._json("/web/session/authenticate", db=shop.database, login="buyer@example.com", password=PASSWORD)
        self.visit("add to cart")

    def visit(self, page):
        """Open one page; the queries it took."""
        if page == "add to cart":
            self._json("/shop/cart/add", quantity=1, **self.product)
        else:
            path = PATHS[page]
            answer = self.client.get(path, base_url=self.base, environ_base=self.here, follow_redirects=True)
            if answer.status_code != 200 or not answer.request.path.startswith(path):
                raise RuntimeError(f"{path}: {answer.status} at {answer.request.path}")
        return threading.current_thread().query_count

    def _json(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "params": params})
        told = {"data": body, "content_type": "application/json", "environ_base": self.here}
        answer = self.client.post(path, base_url=self.base, **told).get_json()
        if "error" in answer:
            raise RuntimeError(f"{path}: {answer['error']['data']['message']}")
        return answer["result"]


def _fill_history(shop, partner_id):
    """Give the customer years of movements, through the ledger's own door."""
    from odoo.addons.loyalty_club.engine.values import Born
    from odoo.addons.loyalty_club.models.ledger import Intent

    with shop.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        club, now = env["club.club"].browse(shop.club_id), fields.Datetime.now()
        [row] = env["club.member"]._enrol_partners([(club.id, partner_id)]).values()
        [account_id] = env["club.account"]._ensure([(row[0], club.unit_ids.id, club.pool_ids.id)]).values()
        env["club.entry"]._post([
            Intent(
                account_id=account_id, kind="award", key=f"bench-history:{n}", amount=10,
                business_at=now - timedelta(days=n % 300), born=(Born(amount=10, available_on=club._today()),),
            )
            for n in range(HISTORY)
        ])  # fmt: skip
