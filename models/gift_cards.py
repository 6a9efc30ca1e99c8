"""What an order had put on gift cards and wallets goes off them when it is refunded."""

from odoo import fields, models


class LoyaltyHistory(models.Model):
    _inherit = "loyalty.history"

    club_is_taken_back = fields.Boolean(
        readonly=True, help="The order that had put this on the card was refunded; one line an order and card."
    )


class ClubDocumentMixin(models.AbstractModel):
    """Example: a card of 50.00, of which 30.00 are used, is credited: 20.00 go off it, and the order says so of 30.00.

    Invariant: what an order put on a card is in the customer's hand or on the card, never both while unused.
    """

    _inherit = "club.document.mixin"

    def _club_bring_cards_to(self, cards, target, whole):
        """Bring what is taken off these cards to what the refunds by now ask for.

        :param target: money, in the cards' currency
        :param whole: what a card was worth that is refunded: which one lay on the counter is not known, so those are
            first, then the fullest
        """
        own, currency = self._club_taken_rows(cards), cards[:1].currency_id
        if target <= 0 and not own:
            return
        cards._club_take()
        due = currency.round(target - sum(own.mapped("used")))
        if due > 0:
            for card in cards.sorted(lambda card: (card.points not in whole, -card.points)):
                due -= self._club_take_off(card, max(0.0, min(due, self._club_unused(card))))
        else:
            for row in own.sorted(lambda row, back=-due: (row.used != back, -row.used)):
                due -= self._club_take_off(row.card_id, -min(-due, row.used))
        self._club_tell_missing(cards, currency.round(max(0.0, due)))

    def _club_taken_rows(self, cards):
        return self.env["loyalty.history"].sudo().search([
            ("card_id", "in", cards.ids), ("order_model", "=", self._name), ("order_id", "=", self.id),
            ("club_is_taken_back", "=", True),
        ])  # fmt: skip

    def _club_unused(self, card):
        """What may be taken off a card; on a club's wallet credit from points does not stand in for a used top-up."""
        credits = self.env["club.credit"]
        member = credits._owner(card)
        if not member:
            return card.points
        noted = credits._of_document(self._club_source()).filtered(lambda row: row.kind == "top_up")
        return card.points - member._club_credit_left(card.program_id) + sum(noted.mapped("money"))

    def _club_take_off(self, card, money):
        """Take this money off the card, below 0: put it back.

        :return: the money
        """
        money = card.currency_id.round(money)
        if money:
            card = card.sudo().with_context(loyalty_no_mail=True, tracking_disable=True)
            card.points = card.currency_id.round(card.points - money)
            if row := self._club_taken_rows(card):
                row.used += money
            else:
                self._club_note_taken(card, money)
        return money

    def _club_note_taken(self, card, money):
        return self.env["loyalty.history"].sudo().create({
            "card_id": card.id,
            "order_model": self._name,
            "order_id": self.id,
            "description": self.env._("Refunded: %s", self._club_source().name),
            "used": money,
            "issued": 0.0,
            "club_is_taken_back": True,
        })  # fmt: skip

    def _club_tell_missing(self, cards, missing):
        """What was refunded though it is spent already: kept with the card, and told once."""
        rows, _ = self._club_taken_rows(cards), self.env._
        text = _("Refunded: %s", self._club_source().name)
        if missing:
            rows = rows or self._club_note_taken(cards[:1], 0.0)
            text = _(
                "Refunded: %(order)s, of which %(money)s had been used before",
                order=self._club_source().name,
                money=cards[:1].currency_id.format(missing),
            )
        row = rows[:1]
        if not row or row.description == text:
            return
        row.description = text
        if missing:
            self.message_post(
                body=_(
                    "%(money)s of what this order had put on %(cards)s were used before they were refunded. They "
                    "could not be taken back.",
                    money=cards[:1].currency_id.format(missing),
                    cards=", ".join(cards.program_id.mapped("name")),
                )
            )
