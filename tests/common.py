"""A club with a register, a webshop and a sales team, small enough to read at a glance."""

from uuid import uuid4

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase


class ClubMerchant:
    """Club "Beans": 1 Bean per 1.00 net, worth 0.01; tiers Member 0, Silver 500, Gold 1500 (× 2).

    Ada is nobody's member yet. A coffee costs 100.00 net, 121.00 with tax; the register takes cash, card
    and points.
    """

    @classmethod
    def open_shop(cls):
        cls.env.user.group_ids |= cls.env.ref("loyalty_club.loyalty_club_group_manager")
        cls.env.user.group_ids |= cls.env.ref("point_of_sale.group_pos_manager")
        cls.company = cls.env.company
        cls.club = cls.env["club.club"].create(
            {"name": "Beans", "company_ids": [Command.set(cls.company.ids)], "tz": "UTC", "is_redeem_allowed": True}
        )
        cls.unit = cls.club.unit_ids
        cls.unit.write({"name": "Bean", "name_plural": "Beans", "short_name": "B"})
        cls.pool = cls.club.pool_ids
        cls.tier = cls.club.tier_ids
        cls.silver, cls.gold = cls.env["club.tier"].create(
            [
                {"club_id": cls.club.id, "name": "Silver", "threshold": 500},
                {"club_id": cls.club.id, "name": "Gold", "threshold": 1500, "multiplier": 2},
            ]
        )
        cls.program = cls.env["club.program"].create({"name": "Beans Rewards", "tier_id": cls.tier.id, "ratio": 1})
        cls.program.action_go_live()
        cls.club.action_switch_on()
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 21 %", "amount": 21, "amount_type": "percent", "type_tax_use": "sale"}
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Plain", "company_id": cls.company.id})
        cls.coffee = cls._product("Coffee", 100.0)
        cls.cake = cls._product("Cake", 10.0)
        cls.register = cls._register("Counter")
        cls.website = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.team = cls.env["crm.team"].create({"name": "Counter sales", "company_id": cls.company.id})
        cls.outlet = cls.env["club.outlet"].create(
            {
                "club_id": cls.club.id,
                "company_id": cls.company.id,
                "name": "High Street",
                "pos_config_ids": [Command.set(cls.register.ids)],
                "website_ids": [Command.set(cls.website.ids)],
                "team_ids": [Command.set(cls.team.ids)],
            }
        )
        # Orders of a test are paid "now"; the switches were on before.
        since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        cls.club.on_since = cls.outlet.opted_in_at = since
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE club_program SET live_from = %s WHERE id = %s", (since, cls.program.id))
        cls.env.invalidate_all()
        cls.env.registry.clear_cache()
        cls.tender = cls.register.payment_method_ids.filtered(lambda method: method._is_club_tender())
        cls.cash, cls.card = cls.register.payment_method_ids.sorted("is_cash_count", reverse=True)[:2]
        cls.ada, cls.bob = cls.env["res.partner"].create(
            [{"name": "Ada", "email": "ada@example.com"}, {"name": "Bob", "email": "bob@example.com"}]
        )

    @classmethod
    def _product(cls, name, price, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "lst_price": price,
                "taxes_id": [Command.set(cls.tax.ids)],
                "available_in_pos": True,
                "type": "consu",
                "invoice_policy": "order",
                **vals,
            }
        )

    @classmethod
    def _register(cls, name):
        journals = cls.env["account.journal"].create(
            [
                {"name": f"{name} cash", "type": "cash", "code": f"C{uuid4().hex[:4]}"},
                {"name": f"{name} card", "type": "bank", "code": f"B{uuid4().hex[:4]}"},
            ]
        )
        methods = cls.env["pos.payment.method"].create(
            [{"name": journal.name, "journal_id": journal.id} for journal in journals]
        )
        return cls.env["pos.config"].create({"name": name, "payment_method_ids": [Command.set(methods.ids)]})

    # ------------------------------------------------------------------ members and points
    def member(self, partner=None):
        """The partner's membership, none if not enrolled."""
        return self.env["club.member"].search(
            [("club_id", "=", self.club.id), ("partner_id", "=", (partner or self.ada).id)]
        )

    def enrol(self, partner=None, points=0):
        """A member with so many points, of which none count for the tier."""
        partner = partner or self.ada
        member = self.env["club.member"].enrol(partner.id, self.club.id)
        if points:
            member.adjust(self.unit.id, points, "Opening", counts_lifetime=False)
        return member

    def balance(self, partner=None):
        return sum(self.member(partner).account_ids.mapped("balance"))

    def assertBalance(self, expected, partner=None):
        self.assertEqual(self.balance(partner), expected)
        self.assertCoherent()

    def assertCoherent(self):
        """Every balance agrees with its history: the end of every integration test."""
        self.assertEqual(self.club.prove(), [])

    # ------------------------------------------------------------------ the register
    def open_session(self, config=None):
        config = config or self.register
        if not config.current_session_id:
            config.open_ui()
            config.current_session_id.set_opening_control(0, "")
        return config.current_session_id

    def ui_order(self, lines, payments, partner=None, config=None, **values):
        """An order as the register sends it.

        :param lines: (product, quantity) or (product, quantity, extra line values)
        :param payments: (payment method, amount) or (payment method, amount, extra payment values)
        """
        session = self.open_session(config)
        commands, total, untaxed = [], 0.0, 0.0
        for product, quantity, *extra in lines:
            extra = extra[0] if extra else {}
            price = extra.get("price_unit", product.lst_price)
            taxes = product.taxes_id.compute_all(price * (1 - extra.get("discount", 0) / 100), None, quantity)
            total, untaxed = total + taxes["total_included"], untaxed + taxes["total_excluded"]
            commands.append(
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "product_id": product.id,
                        "full_product_name": product.name,
                        "price_unit": price,
                        "qty": quantity,
                        "tax_ids": [Command.set(product.taxes_id.ids)],
                        "price_subtotal": taxes["total_excluded"],
                        "price_subtotal_incl": taxes["total_included"],
                        **extra,
                    }
                )
            )
        return {
            "uuid": str(uuid4()),
            "name": "Order",
            "session_id": session.id,
            "config_id": session.config_id.id,
            "company_id": self.company.id,
            "partner_id": (partner or self.env["res.partner"]).id,
            "pricelist_id": session.config_id.pricelist_id.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "state": "paid",
            "amount_total": total,
            "amount_tax": total - untaxed,
            "amount_paid": total,
            "amount_return": 0.0,
            "lines": commands,
            "payment_ids": [
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "name": fields.Datetime.to_string(fields.Datetime.now()),
                        "payment_method_id": method.id,
                        "amount": amount,
                        **(extra[0] if extra else {}),
                    }
                )
                for method, amount, *extra in payments
            ],
            **values,
        }

    def sync(self, *orders):
        """Send orders as a register does; return the ``pos.order`` records."""
        result = self.env["pos.order"].sync_from_ui(list(orders))
        return self.env["pos.order"].browse([order["id"] for order in result["pos.order"]])

    def sell(self, lines, partner=None, **values):
        """A paid order in cash."""
        order = self.ui_order(lines, [], partner, **values)
        order["payment_ids"] = [
            Command.create({"uuid": str(uuid4()), "payment_method_id": self.cash.id, "amount": order["amount_total"]})
        ]
        return self.sync(order)

    def sell_partly_for_points(self, lines, amount):
        """Ada pays partly with so many points and the rest in cash: (order, what the points paid)."""
        order = self.ui_order(lines, [], self.ada)
        told = {"partner_id": self.ada.id, "order_uuid": order["uuid"], "payment_uuid": "one", "payment_uuids": []}
        total = order["amount_total"]
        answer = self.register.club_authorise(told | {"total": total, "remaining": total}, self.unit.id, amount)
        points = {"transaction_id": answer["token"], "payment_status": "done"}
        order["payment_ids"] = [
            Command.create({"uuid": uuid, "payment_method_id": method.id, "amount": money, **more})
            for uuid, method, money, more in (
                ("one", self.tender, answer["money"], points), ("two", self.cash, total - answer["money"], {}),
            )
        ]  # fmt: skip
        return self.sync(order), answer["money"]

    def refund(self, order, quantities=None, **values):
        """Refund lines of a paid order in cash: all of it, or {product: quantity}."""
        lines = []
        for line in order.lines:
            quantity = line.qty if quantities is None else quantities.get(line.product_id, 0)
            if quantity:
                lines.append(
                    (
                        line.product_id,
                        -quantity,
                        {"refunded_orderline_id": line.id, "price_unit": line.price_unit, "discount": line.discount},
                    )
                )
        return self.sell(lines, order.partner_id, is_refund=True, **values)[-1:]

    # ------------------------------------------------------------------ sales
    def quotation(self, lines, partner=None, **values):
        """A sale order of the team, or of the website with ``website_id``.

        :param lines: (product, quantity)
        """
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.ada).id,
                "team_id": self.team.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity, "tax_ids": self.tax.ids})
                    for product, quantity in lines
                ],
                **values,
            }
        )

    def invoice(self, order):
        """A posted invoice of all that is left to invoice."""
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        return invoice

    def pay(self, invoice, amount=None):
        """Register a payment of an invoice, by default of all that is due."""
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard.create({"amount": amount} if amount else {})._create_payments()


class ClubCommon(ClubMerchant, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_shop()
