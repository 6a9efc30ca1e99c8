import unittest
from fractions import Fraction
from random import Random

from ..liability import Piece, Row, cause_of, moved, rows, worth

CENT = Fraction(1)


def piece(kind, points, owner="A", company=None, unit="bean", corrected=None):
    return Piece(kind=kind, corrected=corrected, unit=unit, owner=owner, company=company, points=points)


class TestLiability(unittest.TestCase):
    """What one booking is made of."""

    def book(self, pieces, owed, due, before=(("bean", (0, 0)),), value=CENT, company="A"):
        return rows(pieces, company, values={"bean": value}, before=dict(before), owed=owed, due=due)

    def test_award_raises_what_is_owed(self):
        self.assertEqual(
            self.book([piece("award", 1000, company="A")], 0, 1000),
            [Row(cause="earned", unit="bean", points=1000, money=1000)],
        )

    def test_points_used_with_a_document_are_the_documents_to_book(self):
        found = self.book([piece("spend", -300, company="A")], 700, 700, before={"bean": (1000, 1000)}.items())
        self.assertEqual(found, [Row(cause="used", unit="bean", points=-300, money=-300, is_booked=False)])

    def test_points_used_in_another_system_are_booked_here(self):
        [found] = self.book([piece("spend", -300)], 1000, 700, before={"bean": (1000, 1000)}.items())
        self.assertEqual((found.cause, found.money, found.is_booked), ("elsewhere", -300, True))

    def test_voucher_given_back_belongs_to_its_reward(self):
        self.assertEqual(cause_of(piece("spend_return", 5, corrected="voucher")), "reward")
        self.assertEqual(cause_of(piece("spend_return", 5, corrected="spend", company="A")), "used")
        self.assertEqual(cause_of(piece("correction", 5, corrected="clawback")), "adjusted")

    def test_first_booking_takes_what_is_there_in_one_sum(self):
        found = rows([], "A", values={"bean": CENT}, before=None, owed=200, due=1000)
        self.assertEqual(found, [Row(cause="opening", money=800)])

    def test_what_one_company_lends_the_other_borrows(self):
        pieces = [piece("spend", -300, owner="B", company="A")]
        self.assertEqual(moved(pieces, "A"), {("used", "bean"): -300, ("lent", "bean"): 300})
        self.assertEqual(moved(pieces, "B"), {("borrowed", "bean"): -300})
        self.assertEqual(moved(pieces, "C"), {})

    def test_another_value_is_one_row_and_a_half_goes_up(self):
        found = self.book([], 1000, 1500, before={"bean": (1000, 1000)}.items(), value=Fraction(3, 2))
        self.assertEqual(found, [Row(cause="revalued", unit="bean", money=500)])
        self.assertEqual(worth(1, Fraction(1, 2)), 1)

    def test_booked_rows_always_add_up_to_the_change(self):
        dice = Random(8)
        kinds = ("award", "spend", "clawback", "expire", "voucher", "merge_in", "adjust_out", "convert_out")
        for _round in range(300):
            pieces = [
                piece(
                    dice.choice(kinds),
                    dice.randint(-900, 900),
                    owner=dice.choice("AB"),
                    company=dice.choice(("A", "B", None)),
                )
                for _piece in range(dice.randint(0, 8))
            ]
            owed, due = dice.randint(-500, 5000), dice.randint(0, 5000)
            value = Fraction(dice.randint(1, 400), dice.randint(1, 300))
            found = self.book(pieces, owed, due, before={"bean": (dice.randint(0, 99), 7)}.items(), value=value)
            self.assertEqual(sum(row.money for row in found if row.is_booked), due - owed)
