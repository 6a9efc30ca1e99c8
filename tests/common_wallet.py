"""Ten mugs are 100.00 without tax; Ada's wallet pays all it can of them."""

from odoo.fields import Command

from .common_credit import CreditCommon


class WalletOrders(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit.credit_rate = 0.1
        cls.mug = cls._product("Mug", 10.0, taxes_id=[Command.clear()], type="service")

    def order(self, partner=None, **values):
        """A quotation on which the wallet pays all it can."""
        order = self.env["sale.order"].create({
            "partner_id": (partner or self.ada).id,
            "team_id": self.team.id,
            "pricelist_id": self.pricelist.id,
            "order_line": [Command.create({"product_id": self.mug.id, "product_uom_qty": 10})],
            **values,
        })  # fmt: skip
        order._update_programs_and_rewards()
        order._apply_program_reward(self.wallet.reward_ids, self.card_of(partner))
        order._update_programs_and_rewards()
        return order
