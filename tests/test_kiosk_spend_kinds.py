from odoo.tests import tagged

from .common_kiosk_spend import SpendCommon


@tagged("post_install", "-at_install")
class TestKioskSpendKinds(SpendCommon):
    """Stamps and cashback at a kiosk as at a register, and the books of what points took off there."""

    def unit_of(self, kind, name, **values):
        return self.env["club.unit"].create({
            "club_id": self.club.id, "kind": kind, "name": name, "name_plural": f"{name}s", "short_name": name[:3],
            **values,
        })  # fmt: skip

    def test_cashback_pays_a_part(self):
        cash = self.unit_of("cashback", "Euro", decimals=2, money_value=1)
        self.member_ada.adjust(cash.id, 7.5, "Opening", counts_lifetime=False)
        choices = {points["unit_id"]: points for points in self.offer()["points"]}
        self.assertEqual((choices[cash.id]["cap"], choices[self.unit.id]["cap"]), (750, 250))
        offer = self.choose(points=750, unit=cash)
        self.assertEqual((offer["refused"], offer["off"], offer["total_after"]), ("", 7.5, 113.5))
        order = self.place()
        self.assertEqual(order.amount_total, 113.5)
        self.pay_by_terminal(order)
        self.assertEqual(self.holds().state, "captured")
        self.assertEqual(self.member_ada.account_ids.filtered(lambda own: own.unit_id == cash).balance, 0)
        self.assertCoherent()

    def test_full_card_of_stamps_pays_a_free_cake(self):
        stamps = self.unit_of("stamps", "Stamp")
        cake = {"reward_type": "product", "reward_product_id": self.cake.id}
        free = self.reward("Tenth cake", 10, cake, club_unit_id=stamps.id, club_offer="order")
        self.member_ada.adjust(stamps.id, 9, "Opening", counts_lifetime=False)
        [tile] = [tile for tile in self.offer()["rewards"] if tile["id"] == free.id]
        self.assertEqual((tile["is_in_reach"], tile["reason"]), (False, "1 Stamp more"))
        self.member_ada.adjust(stamps.id, 1, "One more", counts_lifetime=False)
        self.cart["lines"] += self.told([(self.cake, 1)])["lines"]
        self.assertEqual(self.choose(rewards=[free])["total_after"], 121)
        order = self.place()
        self.pay_by_terminal(order)
        self.assertEqual(self.member_ada.account_ids.filtered(lambda own: own.unit_id == stamps).balance, 0)
        # Stamps are no redemption: the coffee earns as if nothing had been used.
        self.assertEqual(self.balance(), 487 + 100)
        self.assertCoherent()

    def booked(self):
        """account → balance of what the kiosk's closing booked."""
        last = self.env["account.move.line"].search([], order="id desc", limit=1).id
        session = self.kiosk.current_session_id
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")
        lines = self.env["account.move.line"].search([("id", ">", last), ("company_id", "=", self.company.id)])
        return {
            account: round(sum(own.mapped("balance")), 2) for account, own in lines.grouped("account_id").items()
        }

    def test_books_of_a_part_are_those_of_a_payment_in_points(self):
        self.choose(points=250)
        order = self.place()
        self.pay_by_terminal(order)
        balances = self.booked()
        income = self.coffee._get_product_accounts()["income"]
        points = self.company.club_discount_account_id
        # The tax of this test has no account of its own: 100.00 and all of its 21.00 are income's.
        self.assertEqual((balances[income], balances[points]), (-121, 2.5))
        self.assertEqual(order.amount_tax, 21)

    def test_books_of_a_payment_in_full(self):
        self.env["club.condition"].search([("club_id", "=", self.club.id)]).unlink()
        self.cart = self.told([(self.cake, 1, {"price_unit": 3.0})], token=self.token)
        self.cake.lst_price = 3.0
        self.assertEqual(self.choose(points=363)["total_after"], 0)
        order = self.place()
        self.assertEqual((order.state, order.amount_total), ("paid", 3.63))
        balances = self.booked()
        self.assertEqual(balances[self.company.club_discount_account_id], 3.63)
        self.assertBalance(124)
