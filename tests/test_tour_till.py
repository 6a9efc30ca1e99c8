from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_till import AdasRegister

CARD = "2999990004878"


def only_itself(own, config):
    """Both codes of the tour are there from the start, which a page never does."""
    own.write({"used_at": fields.Datetime.now(), "config_id": config.id})


class AdasCustomers(AdasRegister):
    """Ada and Bob, whose phone numbers end alike, and a reward for 80 Beans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club.company_ids.country_id = cls.env.ref("base.be")
        cls.ada.phone = "+32 470 12 34 56"
        cls.bob = cls.env["res.partner"].create({"name": "Bob Club", "phone": "0470 99 34 56"})
        cls.env["club.member"].enrol(cls.bob.id, cls.club.id)
        cls.reward = cls.env["loyalty.program"].create({
            "name": "Ten percent",
            "program_type": "coupons",
            "applies_on": "current",
            "trigger": "with_code",
            "rule_ids": [Command.clear()],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
            "communication_plan_ids": [Command.clear()],
            "company_id": cls.club.company_ids.id,
            "club_id": cls.club.id,
            "club_price": 80,
        })  # fmt: skip

    def presence(self, order, member=None):
        return self.env["club.presence"]._of(order.uuid, member or self.member)


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourTill(AdasCustomers):
    """A cashier finds customers, and makes them, in a browser."""

    def test_phone_number_of_two_is_one_after_a_choice(self):
        self.start_pos_tour("ClubPosFindsByPhone")
        [order] = self.orders()
        self.assertEqual(self.presence(order).how, "phone")
        self.assertEqual(self.balance(), 487 + 60)

    def test_who_pays_with_points_is_asked_at_the_payment(self):
        self.start_pos_tour("ClubPosAsksWhoPaysWithPoints")
        [order] = self.orders()
        self.assertEqual((order.partner_id, self.presence(order).how), (self.ada, "phone"))
        self.assertEqual(order.club_entry_ids.filtered(lambda entry: entry.kind == "spend").amount, -100)

    def test_voucher_is_touched_and_on_the_order(self):
        voucher = self.env["club.voucher"].sudo()._buy(self.member, self.reward, "tour")
        self.start_pos_tour("ClubPosUsesAVoucherOfTheDialog")
        [order] = self.orders()
        self.assertEqual(order.amount_total, 54.0)
        self.assertEqual(voucher.state, "used")
        self.assertEqual(self.balance(), 487 - 80 + 54)

    def test_card_reward_points_and_money_then_the_receipt_again(self):
        self.member.sudo().card_number = CARD
        self.reward.copy({"name": "Everything", "club_price": 5000})
        cake = self.reward.copy({"name": "Free cake", "club_price": 20, "club_offer": "voucher"})
        product = self.env["product.product"].search([("name", "=", "Club Cake")])
        cake.reward_ids.write({"reward_type": "product", "reward_product_id": product.id})
        cake.reward_ids.description = "A cake for free"
        self.member.adjust(self.unit.id, 20, "For a cake", counts_lifetime=False)
        self.env["club.voucher"].sudo()._buy(self.member, cake, "tour")
        self.start_pos_tour("ClubPosCardRewardVoucherPointsReprint")
        [order] = self.orders()
        self.assertEqual(self.presence(order).how, "card")
        self.assertEqual(self.member.voucher_ids.mapped("state"), ["used"])
        self.assertEqual(set(self.member.hold_ids.mapped("state")), {"captured"})
        self.assertEqual(order.payment_ids.filtered(lambda paid: paid.payment_method_id._is_club_tender()).amount, 0.5)
        # What Beans took off earns nothing: 35.50 are left.
        self.assertEqual(self.balance(), 487 - 80 - 50 + 35)
        self.assertEqual(order.nb_print, 1)

    def test_rewards_are_taken_and_dropped_and_cost_nothing_then(self):
        self.member.sudo().card_number = CARD
        other = self.reward.copy({"name": "Only a voucher", "club_price": 50, "club_offer": "voucher"})
        other.reward_ids.discount = 20
        biscuit = self.env["product.product"].create(
            {"name": "Club Biscuit", "lst_price": 5.0, "available_in_pos": True, "taxes_id": False}
        )
        free = self.reward.copy({"name": "Free biscuit", "club_price": 30})
        free.reward_ids.write({"reward_type": "product", "reward_product_id": biscuit.id})
        free.reward_ids.description = "A biscuit for free"
        self.start_pos_tour("ClubPosTakesAndDropsRewards")
        [order] = self.orders()
        self.assertEqual(order.amount_total, 48.0)
        self.assertIn(biscuit, order.lines.product_id)
        self.assertEqual(sorted(self.member.hold_ids.mapped("state")), ["captured", *["released"] * 4])
        self.assertEqual(self.balance(), 487 - 50 - 30 + 48)

    def test_codes_of_the_own_page_bring_who_and_what_though_nobody_was_loaded(self):
        passes = self.env["club.pass"].sudo()
        for token, choice in (
            ("CLUBAAAABBBBCCCCDDDD", {"kind": "reward", "program_id": self.reward.id}),
            ("CLUBEEEEFFFFGGGGHHHH", {"kind": "points", "unit_id": self.unit.id, "amount": 40}),
        ):
            passes.create({
                "member_id": self.member.id,
                "digest": passes._digest(token),
                "expires_at": fields.Datetime.add(fields.Datetime.now(), minutes=5),
                **choice,
            })  # fmt: skip
        self.member.sudo().card_number = CARD
        nobody = patch.object(type(self.main_pos_config), "get_limited_partners_loading", lambda _till, offset=0: [])
        with nobody, patch.object(type(passes), "_burn", only_itself):
            self.start_pos_tour("ClubPosScansWhatWasChosenOnThePage")
        [order] = self.orders()
        self.assertEqual(self.presence(order).how, "pass")
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [0.4, 53.6])
        self.assertEqual(self.balance(), 487 - 80 - 40 + 53)

    def test_new_member_says_yes_at_the_counter(self):
        self.start_pos_tour("ClubPosMakesAMember")
        eve = self.env["res.partner"].search([("name", "=", "Eve Adams")])
        self.assertEqual(eve.phone, "+32 471 00 11 22")
        member = self.env["club.member"].search([("partner_id", "=", eve.id)])
        self.assertEqual((member.consent_source, sum(member.account_ids.mapped("balance"))), ("staff", 60))
        self.assertEqual(self.club.prove(), [])

    def test_many_points_take_the_pin(self):
        self.club.proof_above = 60
        self.member._set_pin("2580")
        self.start_pos_tour("ClubPosAsksForProof")
        [order] = self.orders()
        self.assertEqual(self.presence(order).how, "pin")
        self.assertEqual(self.balance(), 487 - 100 + 59)

    def test_card_of_nobody_and_a_register_that_is_offline(self):
        self.start_pos_tour("ClubPosScansACardOfNobody")
        self.assertEqual(self.balance(), 487)
