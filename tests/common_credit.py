"""Store credit: 100 Beans bring 0.80 on the wallet, where they pay 1.00."""

from uuid import uuid4


class CreditCommon:
    """Ada has 487 Beans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("program_type", "=", "ewallet")]).active = False
        cls.unit.write({"is_credit_allowed": True, "credit_rate": 0.008, "credit_min": 50})
        cls.wallet = cls.club.credit_program_id

    def convert(self, amount, key=None, partner=None):
        """Beans become store credit; the ``club.credit``."""
        told = self.member(partner).convert(self.unit.id, amount, key or str(uuid4()))
        return self.env["club.credit"].browse(told["credit_id"])

    def card_of(self, partner=None):
        return self.wallet._club_card_of(partner or self.ada)

    def top_up(self, money, partner=None):
        """Money of the customer's own on the wallet, as staff put it there."""
        card = self.wallet._club_card_of(partner or self.ada, is_wanted=True)
        wizard = self.env["loyalty.card.update.balance"]
        wizard.create(
            {"card_id": card.id, "new_balance": card.points + money, "description": "Paid in"}
        ).action_update_card_point()
        return card

    def assertWallet(self, money, converted, partner=None):
        """What is on the wallet, and of it from points that nobody has used."""
        self.env.invalidate_all()
        member = self.member(partner)
        self.assertAlmostEqual(member._club_wallet_money(self.wallet), money, 6)
        self.assertAlmostEqual(member._club_credit_left(self.wallet), converted, 6)
        self.assertCoherent()
