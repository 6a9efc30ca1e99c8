from odoo.tests import tagged

from .common_games import GamesCommon
from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPageWhole(GamesCommon, PortalCommon):
    """Balance, goals, games, rewards, active codes and history: all a customer asks for, on the one page."""

    def test_all_of_it_is_there_and_each_part_leads_on(self):
        self.env["club.goal"].create({"club_id": self.club.id, "name": "Three visits", "target": 3, "is_on": True})
        self.game()
        coffee = self.reward("Free coffee", 80)
        self.sell([(self.coffee, 3)], self.ada)
        voucher = self.buy(coffee)
        root, text = self.page()
        for words in (
            "You have 220 Beans", "Your tier: Member", "200 Beans to Silver", "1 of 3 visits this month",
            "Wheel of Beans", "A voucher to use: Free coffee", "Ten percent You can have it for 80 Beans", "+300 Beans",
        ):  # fmt: skip
            self.assertIn(words, text)
        links = set(root.xpath("//*[@id='wrap']//a/@href"))
        parts = {"/my/club/rewards": "Free coffee Show code", "/my/club/games": "Wheel", "/my/club/history": "Earned"}
        self.assertLessEqual(set(parts), links)
        for path, words in parts.items():
            self.assertIn(words, self.page(path)[1])
        shown, _text = self.page(f"/my/club/vouchers/{voucher.id}")
        self.assertIn(voucher.card_id.code, shown.xpath("//*[@id='wrap']//input/@value"))
        self.assertCoherent()
