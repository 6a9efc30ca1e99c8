"""A kiosk of the club's outlet, and what a browser posts to it."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase

from .common import ClubMerchant

CONFIRMED = "Your points will be added."


class KioskCommon(ClubMerchant, HttpCase):
    """Ada has 487 Beans, a phone in Belgium, a card and no PIN. Nothing is paid at the kiosk itself: a coffee costs
    121.00 and a cake 12.10 with tax, at the counter.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_shop()
        cls.card = cls.register.payment_method_ids - cls.cash - cls.tender
        belgium = cls.env.ref("base.be")
        cls.company.country_id = belgium
        cls.clerk = cls.env["res.users"].create(
            {
                "name": "Kiosk",
                "login": "club_kiosk",
                "group_ids": [Command.set(cls.env.ref("point_of_sale.group_pos_user").ids)],
            }
        )
        cls.kiosk = cls.device("kiosk")
        cls.ada.write({"name": "Ada Lovelace", "phone": "+32 470 12 34 56", "country_id": belgium.id})
        cls.member_ada = cls.enrol(cls, cls.ada, 487)

    @classmethod
    def device(cls, mode, name="Kiosk", **values):
        """An open self-order device of the outlet; ``mode`` is "kiosk" or "mobile"."""
        method = cls.env["pos.payment.method"].create({"name": f"{name} card", "journal_id": cls.card.journal_id.id})
        config = cls.env["pos.config"].create(
            {
                "name": name,
                "self_ordering_mode": mode,
                "self_ordering_service_mode": "counter",
                "self_ordering_pay_after": "each",
                "self_ordering_default_user_id": cls.clerk.id,
                "payment_method_ids": [Command.set(method.ids)],
                "module_pos_restaurant": mode == "mobile",
                "use_presets": False,
                "club_outlet_id": cls.outlet.id,
                "pricelist_id": cls.pricelist.id,
                "use_pricelist": True,
                "available_pricelist_ids": [Command.set(cls.pricelist.ids)],
                **values,
            }
        )
        config.open_ui()
        config.current_session_id.set_opening_control(0, "")
        return config

    # ------------------------------------------------------------------ what a browser posts
    def post(self, route, config=None, **params):
        """Post to a route as the device's browser does, and read anew what became of it."""
        self.env.flush_all()
        params.setdefault("access_token", (config or self.kiosk).access_token)
        answer = self.make_jsonrpc_request(route, params)
        self.env.invalidate_all()
        return answer

    def identify(self, config=None, **told):
        return self.post("/club/self/identify", config, **told)

    def pass_of(self, partner=None, redemption=None):
        """The code on the customer's phone."""
        return self.env["club.pass"]._issue(self.member(partner), redemption)

    def recognise(self, partner=None, config=None):
        """The token of a proven visit."""
        answer = self.identify(config, scanned=self.pass_of(partner))
        self.assertTrue(answer.get("is_proven"), answer)
        return answer["token"]

    def visit(self, token):
        visits = self.env["club.visit"]
        return visits.search([("digest", "=", visits._digest(token))])

    def expire(self, token, minutes=31):
        self.visit(token).expires_at = fields.Datetime.now() - timedelta(minutes=minutes - 30)

    def told(self, lines, config=None, token=None, **values):
        """An order as the browser of a device says it.

        :param lines: (product, quantity) or (product, quantity, extra line values)
        """
        config = config or self.kiosk
        order = self.ui_order(lines, [], config=config, **values)
        order |= {"state": "draft", "amount_paid": 0.0, "access_token": "", "relations_uuid_mapping": {}} | values
        if token:
            order["club_visit"] = token
        return order

    def send(self, order, config=None, **params):
        """Post an order: the answer as the browser gets it."""
        config = config or self.kiosk
        mode = config.self_ordering_mode
        return self.post(f"/pos-self-order/process-order/{mode}/", config, order=order, table_identifier=None, **params)

    def order(self, lines, token=None, config=None, **values):
        """The ``pos.order`` that such a post makes."""
        order = self.told(lines, config, token, **values)
        self.send(order, config)
        return self.stored(order)

    def stored(self, order):
        return self.env["pos.order"].search([("uuid", "=", order["uuid"])])

    # ------------------------------------------------------------------ paid
    def pay_by_terminal(self, order):
        """As the host's terminals do when the customer's card was charged."""
        order = order.with_user(self.clerk)
        self.pay(order)
        order.action_pos_order_paid()
        order._send_payment_result("Success")
        self.env.flush_all()
        self.env.invalidate_all()

    def pay(self, order):
        """Money for all of it, as terminals and providers report it."""
        order.add_payment(
            {
                "pos_order_id": order.id,
                "amount": order.amount_total,
                "payment_date": fields.Datetime.now(),
                "payment_method_id": (order.config_id.payment_method_ids - self.tender)[:1].id,
            }
        )

    def pay_at_counter(self, order, partner=None):
        """As the register does that opens the order: staff sees who is on it, and may change that."""
        [row] = order.with_user(self.clerk)._load_pos_data_read(order.with_user(self.clerk), order.config_id)
        row = {
            "uuid": order.uuid,
            "session_id": order.session_id.id,
            "source": order.source,
            "access_token": order.access_token,
            "state": "paid",
            "partner_id": partner.id if partner else row["partner_id"],
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "amount_total": order.amount_total,
            "amount_tax": order.amount_tax,
            "amount_paid": order.amount_total,
            "amount_return": 0.0,
            "lines": [],
            "payment_ids": [
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "amount": order.amount_total,
                        "payment_method_id": (order.config_id.payment_method_ids - self.tender)[:1].id,
                    }
                )
            ],
        }
        self.env["pos.order"].with_user(self.clerk).sync_from_ui([row])
        self.env.flush_all()
        self.env.invalidate_all()

    # ------------------------------------------------------------------ what the club has
    def tier_price(self):
        """Members of the lowest tier pay 10 % less."""
        prices = self.env["product.pricelist"].create({"name": "Members", "company_id": self.company.id})
        prices.item_ids = [
            Command.create({"compute_price": "percentage", "percent_price": 10, "applied_on": "3_global"})
        ]
        self.tier.pricelist_id = prices
        return prices

    def outcome(self, order):
        return self.env["club.outcome"].search([("source_model", "=", "pos.order"), ("source_id", "=", order.id)])


class KioskTour(KioskCommon):
    """A kiosk in portrait that sells drinks, and a customer in front of it."""

    browser_size = "1080x1920"
    touch_enabled = True

    @classmethod
    def put_on_sale(cls, products):
        category = cls.env["pos.category"].create({"name": "Drinks"})
        products.write({"pos_categ_ids": [Command.set(category.ids)], "self_order_available": True})
        cls.kiosk.write({"limit_categories": True, "iface_available_categ_ids": [Command.set(category.ids)]})

    def walk(self, tour, config=None, **told):
        """Run a tour at a device, which learns from the test what there is to scan; the order that it made."""
        config = config or self.kiosk
        self.env.flush_all()
        self.start_tour(f"{config._get_self_order_route()}#{urlencode(told)}", tour)
        self.env.invalidate_all()
        return self.env["pos.order"].search([("config_id", "=", config.id)], order="id desc", limit=1)
