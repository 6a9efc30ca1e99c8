from datetime import timedelta

from odoo.tests import tagged

from ..engine.dates import add_months
from .common_portal import PortalCommon


@tagged("post_install", "-at_install", "loyalty_club")
class TestPortal(PortalCommon):
    """What a customer reads on the own pages."""

    # ------------------------------------------------------------------ the card
    def test_card_shows_balance_tier_and_what_is_inactive(self):
        self.post("award", 487, born=[(367, 0, None), (120, 30, None)])
        root, text = self.page()
        self.assertEqual(root.xpath("string(//*[@id='club_name'])"), "Beans")
        self.assertIn("367 Beans", " ".join(root.find_class("o_club_balance")[0].text_content().split()))
        self.assertIn(f"120 Beans inactive — will be available on {self.words(30)}", text)
        self.assertIn("Member", root.find_class("o_club_tier")[0].text_content())
        self.assertIn("worth $ 3.67 at the register", text.replace("\xa0", " "))

    def test_worth_names_where_it_can_be_used(self):
        self.post("award", 487, born=[(487, 0, None)])

        def worth():
            self.env.flush_all()
            return self.page()[1].replace("\xa0", " ").partition("worth $ ")[2]

        self.assertTrue(worth().startswith("4.87 at the register and in the webshop"))
        self.club.is_redeem_pos = False
        self.assertTrue(worth().startswith("4.87 in the webshop"))
        self.club.write({"is_redeem_pos": True, "is_redeem_shop": False})
        self.assertTrue(worth().startswith("4.87 at the register"))
        self.assertNotIn("webshop", worth()[:40])
        self.outlet.pos_config_ids = False
        self.assertNotIn("worth", self.page()[1])

    def test_worth_is_not_promised_while_redeeming_is_off(self):
        self.post("award", 487, born=[(487, 0, None)])
        self.club.is_redeem_allowed = False
        self.assertNotIn("worth", self.page()[1])

    def test_next_tier_in_words_and_as_a_bar(self):
        self.post("award", 420, born=[(420, 0, None)])
        root, text = self.page()
        self.assertIn("80 Beans to Silver", text)
        [bar] = root.xpath("//*[@role='progressbar']")
        self.assertEqual(bar.get("aria-valuenow"), "84")

    def test_highest_tier_has_no_bar(self):
        self.post("award", 1500, born=[(1500, 0, None)])
        root, text = self.page()
        self.assertIn("Gold", root.find_class("o_club_tier")[0].text_content())
        self.assertFalse(root.xpath("//*[@role='progressbar']"))

    def test_expiring_points_with_their_dates_soonest_first(self):
        self.post("award", 50, born=[(20, 0, 40), (30, 0, 10)])
        root, _text = self.page()
        [expiring] = root.find_class("o_club_expiring")
        text = " ".join(expiring.text_content().split())
        self.assertIn(f"30 Beans to use by {self.words(10)} Later dates 20 Beans to use by", text)

    def test_points_that_an_order_would_keep_say_so(self):
        self.club.inactivity_months = 6
        self.post("award", 50, born=[(20, 0, 10), (30, 0, None)])
        last = add_months(self.today, 6)
        root, _text = self.page()
        text = " ".join(root.find_class("o_club_expiring")[0].text_content().split())
        self.assertIn(f"20 Beans to use by {self.words(10)}", text)
        until = self.env["club.entry"]._club_day(last)
        self.assertIn(f"30 Beans to use by {until}; an order until then keeps them longer", text)
        self.assertIn(
            f"use by {self.env['club.entry']._club_day(self.day(10), 'medium')}", self.page("/my/club/history")[1]
        )

    def test_owed_points_in_plain_words(self):
        award = self.post("award", 100, born=[(100, 0, None)])
        self.post("spend", 80)
        self.post("clawback", 100, own_entry_ids=(award.id,), allow_debt=True, corrects_id=award.id)
        _root, text = self.page()
        self.assertIn("You owe 80 Beans: they had been used before an order was returned.", text)
        self.assertIn("0 Beans", text)

    def test_new_member_is_told_what_comes_next(self):
        self.enrol()
        _root, text = self.page()
        self.assertIn("How to begin At the register, show your code", text)
        self.assertIn("Once it is paid, your Beans are here", text)
        self.assertIn("Beans Rewards 1 Bean for every $ 1.00 you spend", text.replace("\xa0", " "))
        self.assertIn("Nothing here yet.", self.page("/my/club/history")[1])

    def test_suspended_club_stays_visible_and_says_so(self):
        self.enrol(points=5)
        self.club.state = "suspended"
        self.assertIn("The club is paused.", self.page()[1])

    # ------------------------------------------------------------------ who is no member
    def test_guest_learns_how_to_join(self):
        root, text = self.page()
        self.assertIn("You are not a member yet.", text)
        self.assertTrue(root.xpath("//a[@href='/shop' and contains(@class, 'btn')]"))
        self.website.club_outlet_id = False
        root, text = self.page()
        self.assertIn("at the register when you pay", text)
        self.assertFalse(root.xpath("//a[@href='/shop' and contains(@class, 'btn')]"))

    def test_a_club_switched_off_shows_nothing(self):
        self.enrol(points=5)
        self.club.action_switch_off()
        self.assertIn("There is no loyalty club here at the moment", self.page()[1])
        self.assertNotIn("Beans", self.page("/my")[1])

    def test_website_that_does_not_take_part_says_nothing_of_the_club(self):
        self.enrol(points=5)
        self.assertIn("5 Beans", self.page("/my")[1])
        self.outlet.is_opted_in = False
        for path in ("/my", "/my/club", "/my/club/history", "/my/club/profile", f"/my/club/{self.club.id}"):
            root, text = self.page(path)
            self.assertNotIn("Beans", text, path)
            self.assertFalse(root.xpath("//a[contains(@href, '/my/club')]"), path)
        self.authenticate(None, None)
        response = self.url_open("/my/club", allow_redirects=False)
        self.assertEqual((response.status_code, response.headers["Location"].endswith("/my")), (303, True))
        self.outlet.is_opted_in = True
        self.assertIn("5 Beans", self.page()[1], "on again restores it")

    def test_member_of_a_register_without_webshop_has_the_page(self):
        self.enrol(points=5)
        self.website.club_outlet_id = False
        self.assertIn("5 Beans", self.page()[1])

    # ------------------------------------------------------------------ home, several clubs
    def test_portal_home_has_a_card_with_the_balance(self):
        self.enrol(points=5)
        root, text = self.page("/my")
        self.assertIn("5 Beans · Member", text)
        self.assertTrue(root.xpath("//a[@href='/my/club']"))

    def test_counters_answer_without_writing(self):
        self.enrol(points=5)
        self.authenticate("ada_signs_in", "ada_signs_in")
        self.assertEqual(self.make_jsonrpc_request("/my/counters", {"counters": ["club_members"]}), {})

    def test_member_of_several_clubs_chooses(self):
        self.enrol(points=5)
        nuts = self.second_club()
        root, text = self.page()
        self.assertIn("5 Beans", text)
        self.assertIn("7 Nuts", text)
        self.assertTrue(root.xpath(f"//a[@href='/my/club/{nuts.id}']"))
        root, text = self.page(f"/my/club/{nuts.id}")
        self.assertIn("7 Nuts", text)
        self.assertNotIn("Bean", text)
        self.assertTrue(root.xpath(f"//nav//a[@href='/my/club/{nuts.id}/history']"))
        self.assertIn("Welcome", self.page(f"/my/club/{nuts.id}/history")[1])

    # ------------------------------------------------------------------ history
    def test_history_by_month_opens_calculation_and_dates(self):
        order = self.sell([(self.coffee, 1), (self.cake, 1)], self.ada)
        self.post("award", 40, days_ago=70, born=[(40, -70, 5)])
        root, text = self.page("/my/club/history")
        months = [title.text for title in root.xpath("//section/h2")]
        then = self.env["club.entry"]._club_day(self.today - timedelta(days=70), "LLLL y")
        self.assertEqual(months, [self.env["club.entry"]._club_day(self.today, "LLLL y"), then])
        award, older = root.find_class("o_club_line")
        rows = [" ".join(row.text_content().split()) for row in award.xpath(".//tbody/tr")]
        self.assertEqual(len(rows), 2)
        self.assertRegex(rows[0], r"^Coffee .* 100$")
        self.assertIn("Total +110 Beans", " ".join(award.text_content().split()))
        self.assertIn(order.name, award.text_content())
        self.assertIn(f"to use by {self.words(5)}", " ".join(older.text_content().split()))
        button, body = award.xpath(".//button")[0], award.xpath(".//div[contains(@class, 'collapse')]")[0]
        self.assertEqual(button.get("aria-controls"), body.get("id"))
        self.assertIn("to use by", text)

    def test_history_goes_on_page_by_page(self):
        for number in range(21):
            self.post("award", 1, days_ago=number, born=[(1, 0, None)], source=f"Sale {number}.")
        _root, text = self.page("/my/club/history")
        self.assertIn("Sale 19.", text)
        self.assertNotIn("Sale 20.", text)
        self.assertIn("Sale 20.", self.page("/my/club/history/page/2")[1])
        self.assertIn("Sale 20.", self.page("/my/club/history/page/999")[1])

    def test_history_shows_what_came_or_what_went(self):
        self.post("award", 30, born=[(30, 0, None)], source="Sale A.")
        self.post("spend", 10, source="Sale B.")
        for number in range(20):
            self.post("award", 1, born=[(1, 0, None)], source=f"Small {number}.")
        _root, text = self.page("/my/club/history?show=out")
        self.assertIn("Sale B.", text)
        self.assertNotIn("Small", text)
        root, text = self.page("/my/club/history/page/2?show=in")
        self.assertIn("Sale A.", text)
        self.assertNotIn("Sale B.", text)
        here = root.xpath("//*[contains(@class, 'o_club_filter')]//a[@aria-current='true']")
        self.assertEqual([link.text_content().strip() for link in here], ["Collected"])
        self.assertTrue(root.xpath("//a[contains(@href, 'show=in')]"))
        self.assertIn("Sale B.", self.page("/my/club/history/page/2?show=else")[1])
        self.enrol(self.bob)
        self.assertIn("Nothing of that kind yet.", self.page("/my/club/history?show=out", "bob_signs_in")[1])

    def test_own_sale_order_is_linked_another_document_is_not(self):
        order = self.quotation([(self.cake, 1)])
        order.message_subscribe(self.ada.ids)
        order.action_confirm()
        self.pay(self.invoice(order))
        self.sell([(self.cake, 1)], self.ada)
        root, _text = self.page("/my/club/history")
        links = [link.get("href") for link in root.xpath("//div[@class='accordion-body px-3']/a")]
        self.assertEqual(links, [f"/my/orders/{order.id}"])

    def test_balance_is_told_apart_by_location(self):
        self.enrol(points=5)
        pool = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        self.member().adjust(self.unit.id, 7, "Found there", pool_id=pool.id)
        root, text = self.page()
        self.assertIn("12 Beans", " ".join(root.find_class("o_club_balance")[0].text_content().split()))
        [pools] = root.xpath("//ul[@aria-label='By location']")
        self.assertIn("Airport 7 Beans", " ".join(pools.text_content().split()))
        self.assertIn("Found there", text)

    def test_points_promised_to_an_order_are_said(self):
        account = self.enrol(points=50).account_ids
        self.env["club.hold"].sudo()._authorise(
            account, 20, 0.2, self.club.currency_id, "pos", ("pos.order", "an order"), "a payment"
        )
        _root, text = self.page()
        self.assertIn("50 Beans", text)
        self.assertIn("20 Beans are set aside for an order that is being paid.", text)

    def test_page_in_french_has_french_dates_and_numbers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= self.env["res.lang"]._lang_get("fr_FR")
        self.sell([(self.cake, 1, {"price_unit": 12.5})], self.ada)
        _root, text = self.page("/fr/my/club/history")
        self.assertIn("12,50 à 1", text)
        self.post("award", 1234, born=[(1234, 0, 30)])
        _root, text = self.page("/fr/my/club")
        day = self.env["club.entry"].with_context(lang="fr_FR")._club_day(self.day(30))
        self.assertIn(day, text)
        self.assertRegex(text, r"1\s234 Beans")

    # ------------------------------------------------------------------ layout for people and readers
    def test_landmarks_one_heading_and_the_current_section(self):
        self.enrol(points=5)
        for path, here in (("/my/club", "Card"), ("/my/club/history", "History")):
            root, _text = self.page(path)
            [wrap] = root.xpath("//*[@id='wrap']")
            self.assertEqual(len(wrap.xpath(".//h1")), 1, path)
            current = {link.text_content().strip() for link in wrap.xpath(".//nav//a[@aria-current='page']")}
            self.assertEqual(current, {here})
            for nav in wrap.xpath(".//nav"):
                self.assertTrue(nav.get("aria-label"))
            for section in wrap.xpath(".//section[@aria-labelledby]"):
                self.assertTrue(wrap.xpath(f".//*[@id='{section.get('aria-labelledby')}']"))
            for image in wrap.xpath(".//img"):
                self.assertIsNotNone(image.get("alt"))
