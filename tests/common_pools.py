"""Two outlets with a balance each, and the ways to group them anew."""

from uuid import uuid4

from odoo import fields
from odoo.fields import Command

from .common_ledger import LedgerCommon


class PoolsCommon(LedgerCommon):
    """High Street in the pool Town, the airport in a pool of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pool.name = "Town"
        cls.airport_pool = cls.env["club.pool"].create({"club_id": cls.club.id, "name": "Airport"})
        cls.airport_register = cls._register("Gate 7")
        cls.airport = cls.env["club.outlet"].create(
            {
                "club_id": cls.club.id,
                "name": "Airport",
                "pool_id": cls.airport_pool.id,
                "pos_config_ids": [Command.set(cls.airport_register.ids)],
            }
        )
        cls.airport.opted_in_at = cls.outlet.opted_in_at

    def sell(self, lines, partner=None, config=None, **values):
        """Paid in the cash of that register."""
        order = self.ui_order(lines, [], partner, config=config, **values)
        methods = (config or self.register).payment_method_ids
        cash = methods.filtered("is_cash_count")
        order["payment_ids"] = [Command.create(
            {"uuid": str(uuid4()), "payment_method_id": cash.id, "amount": order["amount_total"]}
        )]  # fmt: skip
        return self.sync(order)

    def far(self, member=None):
        """The member's balance at the airport."""
        return self.account(member, pool=self.airport_pool)

    def earn_far(self, amount, member=None, **values):
        account = self.far(member)
        return self.earn(amount, member, account=account, **values)

    def wizard(self):
        return self.env["club.regroup"].browse(self.club.action_regroup()["res_id"])

    def into_town(self, wizard):
        """The airport's outlets shall share with Town; what members have there follows."""
        wizard.outlet_line_ids.group_id = wizard.group_ids.filtered(lambda group: group.pool_id == self.pool)
        return wizard

    def join(self):
        """One balance for both, as a merchant does it."""
        self.into_town(self.wizard()).action_regroup()
        self.env.invalidate_all()

    def move_tonight(self):
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_club.ir_cron_move_balances").method_direct_trigger()
        self.env.invalidate_all()

    def split(self, receiver=None):
        """Out of one balance, the airport gets its own."""
        wizard = self.wizard()
        line = wizard.outlet_line_ids.filtered(lambda line: line.outlet_id == self.airport)
        line.group_id = self.env["club.regroup.group"].create({"wizard_id": wizard.id, "name": "Gates"})
        if receiver:
            wizard.group_ids.filtered("pool_id").receiver_id = line.group_id
        wizard.action_regroup()
        self.env.invalidate_all()

    def words(self, wizard):
        self.env.invalidate_all()
        return " ".join(wizard._sentences())

    def day(self, days):
        return fields.Date.add(self.today, days=days)
