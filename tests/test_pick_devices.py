from odoo.fields import Command
from odoo.tests import tagged

from .common_pick import PickPosCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPickDevices(PickPosCommon):
    """A draft with a reward goes from table to table and from device to device, and its points leave once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        floor = cls.env["restaurant.floor"].create({"name": "Terrace"})
        cls.table, cls.other_table = cls.env["restaurant.table"].create(
            [{"floor_id": floor.id, "table_number": number} for number in (4, 5)]
        )
        cls.second = cls._register("Terrace")
        cls.outlet.pos_config_ids |= cls.second
        for config in (cls.register, cls.second):
            config.write({"module_pos_restaurant": True, "floor_ids": [Command.set(floor.ids)]})
        cls.register.trusted_config_ids = cls.second
        cls.second.trusted_config_ids = cls.register

    def save(self, data, **values):
        """What a device sends of an order it has open: once more, without the lines the server has."""
        return self.sync({**data, "payment_ids": [], "state": "draft", **values})

    def seen_by(self, config, order):
        """The order as a device that has just been opened reads it."""
        told = config.read_config_open_orders({"pos.order": [("id", "=", order.id)]}, {})["dynamic_records"]
        [seen] = told["pos.order"]
        return seen, [line for line in told["pos.order.line"] if line["order_id"] == order.id]

    def pay_there(self, order, config=None):
        """Another device pays what it reads of the order."""
        seen, lines = self.seen_by(config or self.register, order)
        self.assertEqual(len(lines), 2)
        session = self.open_session(config)
        data = {
            **self.ui_order([], [], self.ada, config),
            **{name: seen[name] for name in ("uuid", "access_token", "partner_id", "amount_total", "amount_tax")},
            "table_id": seen["table_id"],
            "session_id": session.id,
            "amount_paid": seen["amount_total"],
        }
        self.add_rest(data, (config or self.register).payment_method_ids.filtered("is_cash_count"))
        return data, self.sync(data)

    def draft_with_reward(self):
        data = self.ring_up([(self.coffee, 1)], table_id=self.table.id)
        code = self.ask(data)["code"]
        self.put_on(data, code)
        return data, code, self.save(data)

    def assertUsedOnce(self, order, code):
        pick = self.pick_of(code)
        self.assertEqual((order.state, order.amount_total), ("paid", 108.9))
        self.assertEqual((pick.state, pick.card_id.points), ("captured", 0))
        self.assertEqual(sum(pick.card_id.history_ids.mapped("used")), 1)
        self.assertEqual(self.member().hold_ids, pick)
        self.assertBalance(487 - 80 + 90)

    def test_second_device_reads_the_reward_and_pays_the_order(self):
        _data, code, draft = self.draft_with_reward()
        _seen, lines = self.seen_by(self.register, draft)
        card = self.pick_of(code).card_id
        self.assertIn(card.id, [line["coupon_id"] for line in lines])
        data, paid = self.pay_there(draft)
        self.assertEqual(paid, draft)
        self.assertUsedOnce(paid, code)
        self.sync(data)
        self.assertUsedOnce(paid, code)

    def test_another_register_takes_the_order_over_and_pays_it(self):
        data, code, draft = self.draft_with_reward()
        _paid_data, paid = self.pay_there(draft, self.second)
        self.assertEqual((paid, paid.config_id), (draft, self.second))
        # The first device, which had been asleep, sends its draft after all.
        self.save(data, lines=[], access_token=draft.access_token)
        self.assertUsedOnce(paid, code)

    def test_table_changed_and_saved_again_keeps_the_reward(self):
        data, code, draft = self.draft_with_reward()
        for table in (self.other_table, self.table, self.other_table):
            moved = self.save(data, lines=[], table_id=table.id, access_token=draft.access_token)
            self.assertEqual((moved, moved.table_id, len(moved.lines)), (draft, table, 2))
            self.assertEqual(self.pick_of(code).state, "held")
            self.assertEqual(self.ask(data)["code"], code)
        _data, paid = self.pay_there(draft)
        self.assertEqual(paid.table_id, self.other_table)
        self.assertUsedOnce(paid, code)

    def test_reward_taken_off_by_the_second_device_is_free_again(self):
        _data, code, draft = self.draft_with_reward()
        self.second.with_user(self.cashier).club_drop_reward(draft.uuid, code)
        self.assertEqual(self.pick_of(code).state, "released")
        with self.assertRaisesRegex(Exception, "given back before"), self.env.cr.savepoint():
            self.pay_there(draft, self.second)
        self.env.invalidate_all()
        self.assertBalance(487)
