"""The past of the demo merchant: a year of sales, told day by day through the doors that any sale uses."""

import csv
from datetime import datetime, time, timedelta, timezone
from uuid import uuid4
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import groupby
from odoo.tools.misc import file_open

from .clock import at

OPENED_DAYS_AGO = 400
GOALS_DAYS_AGO = 30
OPENS, CLOSES = time(7), time(17)
BARISTA = "loyalty_club.demo_user_barista"


class ClubDemo(models.AbstractModel):
    """Called by the demo data and by nothing else; a database without demo data has nothing for it to do.

    Registers sync, invoices are posted and paid, sessions are closed: the ledger shows what it would show if
    the shop had been running. Only the clock is told otherwise, see ``clock.at``.
    """

    _name = "club.demo"
    _description = "Past of the Demo Merchant"

    @api.model
    def _name_foundations(self):
        """Give what every new club comes with the names under which the demo data describes it."""
        club = self._demo("club")
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": "loyalty_club.demo_unit", "record": club.unit_ids, "noupdate": True},
                {"xml_id": "loyalty_club.demo_pool", "record": club.pool_ids, "noupdate": True},
                {"xml_id": "loyalty_club.demo_tier_member", "record": club.tier_ids, "noupdate": True},
            ]
        )

    @api.model
    def _tell_history(self):
        """Open the shop a year ago and let its customers come, until today."""
        if self._demo("club").state == "on" or not self._demo("register").company_id.chart_template:
            return  # told already, or nothing can be sold without accounts
        self._keep_other_points_out()
        today = self._demo("club")._today()
        with at(self.env, self._utc(today - timedelta(days=OPENED_DAYS_AGO), OPENS)):
            self._demo("outlet").is_opted_in = True
            self._demo("club").action_switch_on()
            for program in ("member", "silver", "gold", "stamp"):
                self._demo(f"program_{program}").action_go_live()
        with at(self.env, self._utc(today - timedelta(days=GOALS_DAYS_AGO), OPENS)):
            (self._demo("goal_month") | self._demo("goal_streak")).is_on = True
        for days_ago, visits in groupby(self._visits(), lambda visit: int(visit["days_ago"])):
            self._tell_day(today - timedelta(days=days_ago), visits)

    @api.model
    def _redeem_reward(self):
        """Ada got herself a voucher yesterday evening, and has not used it yet."""
        club = self._demo("club")
        if club.state != "on":
            return
        member = self._demo("partner_ada").club_member_ids.filtered(lambda own: own.club_id == club)
        with at(self.env, self._utc(club._today() - timedelta(days=1), time(18))):
            voucher = self.env["club.voucher"]._buy(member, self._demo("reward_coffee"), "demo")
            voucher._set({"is_mail_due": False})  # nobody reads her mail

    @api.model
    def _name_prizes(self):
        """Prizes come with their game, and are named afterwards: by their names they are translated."""
        prizes = {
            "game_wheel": ("few", "none", "many", "coffee"),
            "game_scratch": ("few", "many", "none"),
        }
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"loyalty_club.demo_prize_{game[5:]}_{name}", "record": prize, "noupdate": True}
                for game, names in prizes.items()
                for name, prize in zip(names, self._demo(game).prize_ids, strict=True)
            ]
        )

    @api.model
    def _grant_plays(self):
        """Ada may turn the wheel, twice."""
        club = self._demo("club")
        member = self._demo("partner_ada").club_member_ids.filtered(lambda own: own.club_id == club)
        if member:
            member.grant_plays(self._demo("game_wheel").id, 2, "demo")

    def _keep_other_points_out(self):
        """The host's demo has points and coupons of its own, which would stand beside ours on receipts and in carts."""
        everywhere, own = self.env["pos.config"].search([("active", "=", True)]), self._demo("register")
        kinds = [("program_type", "in", ("loyalty", "next_order_coupons")), ("club_id", "=", False)]
        for program in self.env["loyalty.program"].search(kinds):
            program.write({"pos_config_ids": (program.pos_config_ids or everywhere) - own, "ecommerce_ok": False})

    def _visits(self):
        with file_open("loyalty_club/demo/visits.csv") as table:
            return list(csv.DictReader(table))

    def _demo(self, name):
        return self.env.ref(f"loyalty_club.demo_{name}")

    def _tell_day(self, day, visits):
        elsewhere = {"webshop": self._sell_online, "office": self._adjust, "night": self._book_expiry}
        for where, own in groupby(visits, lambda visit: visit["where"]):
            if where == "register":
                self._tell_session(day, own)
                continue
            for visit in own:
                with at(self.env, self._moment(day, visit)):
                    elsewhere[where](visit)

    def _tell_session(self, day, visits):
        with at(self.env, self._utc(day, OPENS)):
            session = self._open_register()
        for visit in visits:
            with at(self.env, self._moment(day, visit)):
                self._serve(session, visit)
        with at(self.env, self._utc(day, CLOSES)):
            self._close_register(session)

    def _moment(self, day, visit):
        return self._utc(day, time.fromisoformat(visit["time"]))

    def _utc(self, day, hour):
        """The shop's own time as the database keeps it."""
        local = datetime.combine(day, hour, ZoneInfo(self._demo("club").tz))
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def _basket(self, visit):
        """(product, quantity) of each line: ``flat_white*2 croissant``."""
        for item in visit["basket"].split():
            name, _star, quantity = item.partition("*")
            yield self._demo(f"product_{name}"), int(quantity or 1)

    def _partner(self, visit):
        return self._demo(f"partner_{visit['who']}") if visit["who"] else self.env["res.partner"]

    # ------------------------------------------------------------------ the office
    def _adjust(self, visit):
        member = self._partner(visit).club_member_ids
        member.adjust(self._demo("unit").id, int(visit["beans"]), "A cold flat white: sorry")

    def _book_expiry(self, _visit):
        accounts = self.env["club.account"].search([("club_id", "=", self._demo("club").id)])
        accounts.member_id._lock()
        accounts._expire_overdue()

    # ------------------------------------------------------------------ the webshop
    def _sell_online(self, visit):
        """An order of the website, invoiced, paid and delivered."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self._partner(visit).id,
                "website_id": self.env.ref("website.default_website").id,
                "pricelist_id": self._demo("pricelist").id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in self._basket(visit)
                ],
            }
        )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"payment_date": fields.Date.context_today(self)}
        )._create_payments()
        for picking in order.picking_ids:
            picking.with_context(skip_sms=True).button_validate()

    # ------------------------------------------------------------------ the register
    def _open_register(self):
        register = self._demo("register").with_user(self.env.ref(BARISTA))
        register.open_ui()
        session = register.current_session_id
        session.set_opening_control(session.cash_register_balance_start, "")
        return session

    def _close_register(self, session):
        drawer = session.get_closing_control_data()["default_cash_details"]
        session.post_closing_cash_details(drawer["amount"])
        session.close_session_from_ui()

    def _serve(self, session, visit):
        """An order as the register sends it: in cash what is small, by card what is not."""
        lines, total, untaxed = self._lines(session, visit)
        order = {
            "uuid": str(uuid4()),
            "name": "/",
            "session_id": session.id,
            "config_id": session.config_id.id,
            "company_id": session.company_id.id,
            "partner_id": self._partner(visit).id,
            "pricelist_id": session.config_id.pricelist_id.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "state": "paid",
            "amount_total": total,
            "amount_tax": total - untaxed,
            "amount_paid": total,
            "amount_return": 0.0,
            "lines": lines,
        }
        used = self._use_beans(session, order, int(visit["beans"] or 0))
        method = self._demo("payment_cash" if total < 15 else "payment_card")
        rest = session.currency_id.round(total - sum(payment["amount"] for payment in used))
        payments = [*used, self._payment(method, rest)]
        order["payment_ids"] = [Command.create(payment) for payment in payments]
        session.env["pos.order"].sync_from_ui([order])

    def _lines(self, session, visit):
        """(line commands, total with tax, total without)."""
        commands, total, untaxed = [], 0.0, 0.0
        for product, quantity in self._basket(visit):
            taxes = product.taxes_id._filter_taxes_by_company(session.company_id)
            price = taxes.compute_all(product.lst_price, session.currency_id, quantity, product)
            total, untaxed = total + price["total_included"], untaxed + price["total_excluded"]
            sold = self._sold_before(visit, product) if quantity < 0 else self.env["pos.order.line"]
            commands.append(
                Command.create(
                    {
                        "uuid": str(uuid4()),
                        "product_id": product.id,
                        "full_product_name": product.name,
                        "price_unit": product.lst_price,
                        "qty": quantity,
                        "tax_ids": [Command.set(taxes.ids)],
                        "price_subtotal": price["total_excluded"],
                        "price_subtotal_incl": price["total_included"],
                        "refunded_orderline_id": sold.id,
                    }
                )
            )
        return commands, total, untaxed

    def _sold_before(self, visit, product):
        """The line that is brought back."""
        own = [("order_id.partner_id", "=", self._partner(visit).id), ("product_id", "=", product.id)]
        return self.env["pos.order.line"].search([*own, ("qty", ">", 0)], order="id desc", limit=1)

    def _payment(self, method, amount, **values):
        return {"uuid": str(uuid4()), "payment_method_id": method.id, "amount": amount, **values}

    def _use_beans(self, session, order, beans):
        """Ask for points as the register's dialog does; none asked, none used."""
        if not beans:
            return []
        payment = self._payment(session.config_id._club_tenders(), 0.0)
        asked = {
            "partner_id": order["partner_id"],
            "order_uuid": order["uuid"],
            "payment_uuid": payment["uuid"],
            "payment_uuids": [],
            "total": order["amount_total"],
            "remaining": order["amount_total"],
        }
        promised = session.config_id.club_authorise(asked, self._demo("unit").id, beans)
        return [payment | {"amount": promised["money"], "transaction_id": promised["token"]}]
