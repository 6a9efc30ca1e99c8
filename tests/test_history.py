from odoo.tests import tagged

from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestHistory(PortalCommon):
    """Movements for integrators, and the queries that history and page take."""

    def test_award_carries_document_dates_and_calculation(self):
        self.program.action_end()
        program = self.env["club.program"].create(
            {
                "name": "Slow Beans",
                "tier_id": self.tier.id,
                "ratio": 1,
                "validity_days": 90,
                "portion_count": 2,
                "portion_interval_days": 30,
            }
        )
        program.action_go_live()
        order = self.sell([(self.coffee, 1)], self.ada)
        [value] = self.member().get_history()
        self.assertEqual(value["document"], order.name)
        self.assertEqual((value["kind"], value["label"], value["amount"]), ("award", "Earned", "100"))
        self.assertEqual(value["date"], self.today.isoformat())
        self.assertEqual([portion["amount"] for portion in value["portions"]], ["50", "50"])
        self.assertEqual(
            [portion["available_on"] for portion in value["portions"]],
            [self.today.isoformat(), self.day(30).isoformat()],
        )
        lots = order.club_entry_ids.lot_ids
        self.assertEqual(value["available_on"], self.today.isoformat())
        self.assertEqual(value["expires_on"], min(lots.mapped("expires_on")).isoformat())
        self.assertEqual([row["name"] for row in value["rows"]], [self.coffee.display_name])
        self.assertIn("Slow Beans, as Member.", value["text"])
        self.assertCoherent()

    def test_adjustment_carries_its_reason_and_a_return_its_dates(self):
        self.enrol(points=50)
        self.post("spend", 20)
        spent = self.member().account_ids.entry_ids[:1]
        self.post("spend_return", 20, own_entry_ids=(spent.id,))
        back, used, opening = self.member().get_history()
        self.assertEqual(opening["text"], "Opening")
        self.assertEqual((used["amount"], used["portions"]), ("-20", []))
        self.assertEqual(
            back["portions"], [{"amount": "20", "available_on": self.today.isoformat(), "expires_on": False}]
        )

    def test_owed_and_paid_back_are_said(self):
        award = self.post("award", 100, born=[(100, 0, None)])
        self.post("spend", 80)
        self.post("clawback", 100, own_entry_ids=(award.id,), allow_debt=True, corrects_id=award.id)
        self.post("award", 90, born=[(90, 0, None)])
        paid, taken, *_rest = self.member().get_history()
        self.assertIn("80 Beans had been used before, so the next ones earned pay for them.", taken["text"])
        self.assertIn("80 Beans of them paid what was owed.", paid["text"])

    def test_history_and_page_take_the_same_queries_for_five_and_fifty_entries(self):
        for _round in range(5):
            self._movement()
        self._measure()
        few = self._measure()
        for _round in range(45):
            self._movement()
        self.assertEqual(self._measure(), few)

    def _movement(self):
        count = self.env["club.entry"].search_count([])
        if count % 5 == 4:
            self.post("spend", 3, source=f"Spend {count}")
        elif count % 5 == 3:
            self.member().adjust(self.unit.id, 1, f"Thanks {count}")
        else:
            self.sell([(self.cake, 1)], self.ada)

    def _measure(self):
        """Queries of the history for integrators, the card, and the page's lines."""
        member = self.member()
        counts = []
        for read in (
            lambda: member.get_history(limit=500),
            lambda: member.sudo()._club_page(),
            lambda: member.sudo()._club_entries(500)._club_page_lines(),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            read()
            counts.append(self.env.cr.sql_log_count - before)
        return counts

    def test_pages_take_the_same_queries_for_five_and_twenty_lines(self):
        for _round in range(5):
            self._movement()
        self._measure_pages()
        few = self._measure_pages()
        for _round in range(15):
            self._movement()
        self._measure_pages()
        self.assertEqual(self._measure_pages(), few)

    def _measure_pages(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        counts = []
        for path in ("/my/club", "/my/club/history"):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.url_open(path).status_code, 200)
            counts.append(self.env.cr.sql_log_count - before)
        return counts
