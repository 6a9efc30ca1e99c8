from odoo import api, fields, models
from odoo.exceptions import AccessError


class ClubUseReward(models.TransientModel):
    """Staff choose a reward for the customer of a quotation: the same path as the customer's own."""

    _name = "club.use.reward"
    _description = "Reward for a Quotation"
    _inherit = ["club.window.mixin"]

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    why = fields.Char(compute="_compute_why", compute_sudo=True)
    line_ids = fields.One2many(
        "club.use.reward.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False, precompute=True
    )

    @api.depends("order_id")
    def _compute_why(self):
        """Why nothing can be chosen now, in a sentence."""
        for wizard in self:
            refused = wizard.order_id._club_reward_obstacle()
            wizard.why = refused or (self.env._("There are no rewards for this order.") if not wizard.line_ids else "")

    @api.depends("order_id")
    def _compute_line_ids(self):
        for wizard in self:
            order = wizard.order_id.sudo()
            tiles = [] if order._club_reward_obstacle() else order._club_reward_tiles(order._club_points_member())
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create(values) for tile in tiles for values in self._rows(tile)
            ]

    def _rows(self, tile):
        """A row for each choice that a reward leaves."""
        for option in tile["options"] or [{"reward_id": False, "product_id": False, "name": ""}]:
            yield {
                "program_id": tile["id"],
                "reward_id": option["reward_id"],
                "product_id": option["product_id"],
                "name": f"{tile['name']}: {option['name']}" if option["name"] else tile["name"],
                "text": tile["text"],
                "price": tile["price"],
                "reason": tile["reason"],
                "is_chosen": tile["is_chosen"],
                "is_in_reach": not tile["reason"] and not tile["is_chosen"],
            }


class ClubUseRewardLine(models.TransientModel):
    _name = "club.use.reward.line"
    _description = "Reward That a Quotation Can Have"
    _inherit = ["club.window.mixin"]

    wizard_id = fields.Many2one("club.use.reward", required=True, ondelete="cascade")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="cascade")
    reward_id = fields.Many2one("loyalty.reward", string="Benefit to Apply", readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    name = fields.Char(string="Reward", readonly=True)
    text = fields.Char(string="Benefit", readonly=True)
    price = fields.Char(string="Costs", readonly=True)
    reason = fields.Char(string="Not Yet", readonly=True)
    is_chosen = fields.Boolean(readonly=True)
    is_in_reach = fields.Boolean(readonly=True)

    def action_use(self):
        order = self._club_order()
        order._club_take_reward(self.program_id.id, self.reward_id.id, self.product_id.id)
        return {"type": "ir.actions.act_window_close"}

    def action_take_off(self):
        self._club_order()._club_drop_reward(self.program_id.id)
        return {"type": "ir.actions.act_window_close"}

    def _club_order(self):
        self.ensure_one()
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only staff choose a reward for a customer."))
        order = self.wizard_id.order_id
        order.check_access("write")
        return order
