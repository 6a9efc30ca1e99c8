"""To which order points are promised, in words: for members, for the register and for staff."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

NAMED = 3  # so many orders are named, the rest are counted


class ClubHold(models.Model):
    _inherit = "club.hold"

    source_name = fields.Char(
        string="Order", compute="_compute_source_name", search="_search_source_name", compute_sudo=True
    )
    is_live = fields.Boolean(compute="_compute_is_live", help="Its time has not run out yet.")

    @api.depends("source_model", "source_key")
    def _compute_source_name(self):
        sales = self.filtered(lambda hold: hold.source_model == "sale.order" and (hold.source_key or "").isdigit())
        sold = self.env["sale.order"].sudo().browse({int(hold.source_key) for hold in sales}).exists()
        names = {("sale.order", str(order.id)): order.name for order in sold}
        rung = self.filtered(lambda hold: hold.source_model == "pos.order")
        if rung:
            orders = self.env["pos.order"].sudo().search([("uuid", "in", rung.mapped("source_key"))])
            names |= {("pos.order", order.uuid): order.pos_reference or order.name for order in orders}
        for hold in self:
            own = "" if hold.source_model == "pos.order" else hold.source_key  # not saved by its register yet
            hold.source_name = names.get((hold.source_model, hold.source_key)) or own

    def _search_source_name(self, operator, value):
        sold = self.env["sale.order"].sudo().search([("name", operator, value)], limit=100)
        rung = self.env["pos.order"].sudo()
        rung = rung.search(["|", ("pos_reference", operator, value), ("name", operator, value)], limit=100)
        return Domain.OR(
            [
                Domain("source_model", "=", "sale.order") & Domain("source_key", "in", [str(i) for i in sold.ids]),
                Domain("source_model", "=", "pos.order") & Domain("source_key", "in", rung.mapped("uuid")),
                Domain("source_model", "not in", ("sale.order", "pos.order")) & Domain("source_key", operator, value),
            ]
        )

    @api.depends("state", "expires_at")
    def _compute_is_live(self):
        for hold in self:
            hold.is_live = hold._is_live()

    def _until_text(self):
        """ "120 Beans until 14:30"."""
        amount = self.unit_id._format(self.amount)
        if not self.expires_at:
            return self.env._("%s until it is paid or cancelled", amount)
        until = format_datetime(self.env, self.expires_at, dt_format="short")
        return self.env._("%(amount)s until %(until)s", amount=amount, until=until)

    @api.depends("amount", "unit_id", "source_name")
    def _compute_display_name(self):
        for hold in self:
            hold.display_name = f"{hold.unit_id._format(hold.amount)} · {hold.source_name or ''}"


class ClubAccount(models.Model):
    _inherit = "club.account"

    def _promises(self):
        """What is promised of these balances now, the latest first."""
        now = fields.Datetime.now()
        return self.env["club.hold"].search(
            Domain("account_id", "in", self.ids)
            & Domain("state", "=", "held")
            & (Domain("expires_at", "=", False) | Domain("expires_at", ">", now))
        )

    def _promised_rows(self, but=None):
        """(amount in words, order's name) of each order and unit; ``but`` is the key of an order that is left out."""
        holds = self._promises().filtered(lambda hold: hold.source_key != but)
        orders = holds.grouped(lambda hold: (hold.unit_id, hold.source_model, hold.source_key, hold.source_name))
        return [
            (unit._format(sum(own.mapped("amount"))), name) for (unit, _model, _key, name), own in orders.items()
        ]

    def _promised_text(self, but=None):
        """ "120 Beans are promised to order S00012."; for the register and for staff."""
        return self._promised_sentence(self._promised_rows(but), self.env._("%s more promises."), self._for_staff)

    def _promised_own_text(self, but=None):
        """ "120 Beans are set aside for your order S00012."; for the customer."""
        return self._promised_sentence(
            self._promised_rows(but), self.env._("%s more orders have points set aside."), self._for_customer
        )

    def _promised_of_text(self):
        """ "of which 120 Beans promised to S00012"."""
        _, rows = self.env._, self._promised_rows()
        said = [
            _("%(amount)s promised to %(order)s", amount=amount, order=order or _("an order at the register"))
            for amount, order in rows[:NAMED]
        ]
        if len(rows) > NAMED:
            said.append(_("%s more", len(rows) - NAMED))
        return _("of which %s", ", ".join(said)) if said else ""

    def _for_staff(self, amount, order):
        _ = self.env._
        return _(
            "%(amount)s are promised to %(order)s.", amount=amount, order=order or _("an order at the register")
        )

    def _for_customer(self, amount, order):
        if not order:
            return self.env._("%s are set aside for an order that is being paid.", amount)
        return self.env._("%(amount)s are set aside for your order %(order)s.", amount=amount, order=order)

    def _promised_sentence(self, rows, more, say):
        said = [say(*row) for row in rows[:NAMED]]
        if len(rows) > NAMED:
            said.append(more % (len(rows) - NAMED))
        return " ".join(said)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    club_promised_text = fields.Char(
        string="Points Promised",
        compute="_compute_club_promised_text",
        compute_sudo=True,
        groups="loyalty_club.loyalty_club_group_user",
    )

    @api.depends("club_hold_id", "club_hold_ids.state", "club_hold_ids.amount", "club_hold_ids.expires_at")
    def _compute_club_promised_text(self):
        """ "120 Beans until 14:30": what the order form says of its promises."""
        for order in self:
            holds = order._club_points_holds() | order._club_picks()
            holds = holds.filtered(lambda hold: hold._is_live() and not hold.is_settled)
            order.club_promised_text = ", ".join(hold._until_text() for hold in holds) or False

    def action_club_view_holds(self):
        """All promises of points to this order, also those that were given back."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_hold_action")
        domain = [("source_model", "=", self._name), ("source_key", "=", str(self.id))]
        return action | {"domain": domain, "context": {"create": False}}
