from odoo.fields import Command
from odoo.tests import tagged

from .test_tour_reserved import RegisterClub


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourPriority(RegisterClub):
    """Orders of a tier with priority, on the register's screen and on the kitchen's ticket."""

    def test_kitchen_reads_that_an_order_comes_first(self):
        kitchen = self.env["pos.category"].create({"name": "Kitchen"})
        self.cake.pos_categ_ids = kitchen
        printer = self.env["pos.printer"].create({
            "name": "Kitchen",
            "printer_type": "epson_epos",
            "epson_printer_ip": "0.0.0.0",
            "product_categories_ids": [Command.set(kitchen.ids)],
        })  # fmt: skip
        self.main_pos_config.write({"is_order_printer": True, "printer_ids": [Command.set(printer.ids)]})
        self.silver.is_priority = True
        self.start_pos_tour("ClubPosPriority")
