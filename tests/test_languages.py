"""Whoever reads French, Dutch, German or Spanish gets it, on each way that words take to them."""

from datetime import date

from lxml import html
from odoo.addons.http_routing.tests.common import MockRequest
from odoo.tests import tagged

from ..models.day_words import say_day
from .common import ClubCommon
from .common_portal import PortalCommon
from .common_reward import RewardCommon
from .common_shop import ShopCommon
from .test_vouchers_mail import Mailbox

LANGS = {"fr_FR": "fr", "nl_NL": "nl", "de_DE": "de", "es_ES": "es"}
ENDS = {"fr_FR": "grain", "nl_NL": "boon", "de_DE": "Bohne", "es_ES": "grano"}


class SpokenCommon(RewardCommon):
    """The club is named in five languages: a Bean is a grain, a boon, a Bohne and a grano."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGS:
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"]._load_module_terms(["loyalty_club"], list(LANGS))
        cls.unit.update_field_translations("name", ENDS)
        cls.unit.update_field_translations(
            "name_plural", {"fr_FR": "grains", "nl_NL": "bonen", "de_DE": "Bohnen", "es_ES": "granos"}
        )
        cls.tier.update_field_translations(
            "name", {"fr_FR": "Habitué", "nl_NL": "Stamgast", "de_DE": "Stammgast", "es_ES": "Asidua"}
        )
        cls.ten = cls.reward()
        cls.ten.update_field_translations(
            "name",
            {"fr_FR": "Dix pour cent", "nl_NL": "Tien procent", "de_DE": "Zehn Prozent", "es_ES": "Diez por ciento"},
        )

    def plain(self, text):
        """In one line, with spaces that break."""
        return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())

    def printed(self, report, record):
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(report, record.ids)
        return self.plain(html.fromstring(content).text_content())


@tagged("post_install", "-at_install", "loyalty_club")
class TestLanguages(SpokenCommon, Mailbox, ClubCommon):
    """What reaches a customer by paper, mail and register, whatever language the shop works in."""

    def test_count_takes_the_form_that_its_language_asks_for(self):
        self.unit.decimals = 1
        for lang, said in {
            "en_US": ["0.0 Beans", "1.0 Bean", "1.5 Beans", "2.0 Beans", "-1.0 Bean"],
            "fr_FR": ["0,0 grain", "1,0 grain", "1,5 grain", "2,0 grains", "-1,0 grain"],
            "nl_NL": ["0,0 bonen", "1,0 boon", "1,5 bonen", "2,0 bonen", "-1,0 boon"],
            "de_DE": ["0,0 Bohnen", "1,0 Bohne", "1,5 Bohnen", "2,0 Bohnen", "-1,0 Bohne"],
            "es_ES": ["0,0 granos", "1,0 grano", "1,5 granos", "2,0 granos", "-1,0 grano"],
        }.items():
            unit = self.unit.with_context(lang=lang)
            with self.subTest(lang=lang):
                self.assertEqual([self.plain(unit._format(minor)) for minor in (0, 10, 15, 20, -10)], said)

    def test_day_is_put_as_its_language_does(self):
        days = {"en_US": "June 2", "fr_FR": "2 juin", "nl_NL": "2 juni", "de_DE": "2. Juni", "es_ES": "2 de junio"}
        for lang, day in days.items():
            with self.subTest(lang=lang):
                self.assertEqual(say_day(self.env(context={"lang": lang}), date(2026, 6, 2)), day)

    def test_receipt_is_in_the_customers_language(self):
        for lang, said in {
            "fr_FR": ["Ada · Habitué", "Cumul grains : 100 (+100)", "Dix pour cent à 80 : à vous de l'échanger"],
            "nl_NL": ["Ada · Stamgast", "Totaal bonen: 200 (+100)", "Tien procent voor 80: klaar om in te wisselen"],
            "de_DE": ["Ada · Stammgast", "Bohnen gesamt: 300 (+100)", "Zehn Prozent für 80: jetzt einlösbar"],
            "es_ES": ["Ada · Asidua", "Saldo de granos: 400 (+100)", "Diez por ciento por 80: ya lo puede canjear"],
        }.items():
            self.ada.lang = lang
            order = self.sell([(self.coffee, 1)], self.ada)
            with self.subTest(lang=lang):
                self.assertEqual([self.plain(line) for line in order.club_receipt["text"]], said)
        self.assertCoherent()

    def test_voucher_is_mailed_and_printed_in_the_members_language(self):
        self.enrol(self.ada, 500)
        for lang, subject, words, until, benefit in (
            ("fr_FR", "Votre bon : Dix pour cent", "Montrez-le à la caisse", "La personne qui a ce code", "10% sur"),
            ("nl_NL", "Je bon: Tien procent", "Toon hem aan de kassa", "Wie deze code heeft", "10% op je order"),
            ("de_DE", "Ihr Gutschein: Zehn Prozent", "ihn an der Kasse", "Wer diesen Code hat", "10% auf Ihre"),
            ("es_ES", "Su vale: Diez por ciento", "Muéstrelo en la caja", "Quien tenga este código", "10% en"),
        ):
            self.ada.lang = lang
            self.ten.club_is_giftable = True
            voucher = self.buy(self.ten, key=lang)
            self.job()
            mail = self.one_mail()
            with self.subTest(lang=lang):
                self.assertEqual(self.plain(mail.subject), subject)
                self.assertIn(words, self.plain(mail.body_html))
                paper = self.printed("loyalty_club.report_voucher", voucher)
                self.assertIn(self.ten.with_context(lang=lang).name, paper)
                self.assertIn(until, paper)
                self.assertIn(benefit, paper)

    def test_card_is_printed_in_the_members_language(self):
        member = self.enrol(self.ada, 5)
        for lang, tier in (("fr_FR", "Habitué"), ("nl_NL", "Stamgast"), ("de_DE", "Stammgast"), ("es_ES", "Asidua")):
            self.ada.lang = lang
            with self.subTest(lang=lang):
                self.assertIn(tier, self.printed("loyalty_club.report_member_card", member))

    def test_refusal_is_in_the_cashiers_language(self):
        for lang, said in (
            ("fr_FR", "Utilisez au moins 5 grains à la fois."),
            ("nl_NL", "Gebruik minstens 5 bonen tegelijk."),
            ("de_DE", "Verwenden Sie mindestens 5 Bohnen auf einmal."),
            ("es_ES", "Use al menos 5 granos de una vez."),
        ):
            refusal = self.env["club.refusal"].with_context(lang=lang)
            least = self.unit.with_context(lang=lang)._format(5)
            with self.subTest(lang=lang):
                self.assertEqual(str(refusal._because("minimum", least=least)), said)


@tagged("post_install", "-at_install", "loyalty_club")
class TestLanguagesOnline(SpokenCommon, ShopCommon, PortalCommon):
    """The own page, the cart, and the words that scripts of pages and registers load."""

    def setUp(self):
        super().setUp()
        self.website.language_ids |= self.env["res.lang"].search([("code", "in", list(LANGS))])

    def spoken(self, path):
        root, text = self.page(path)
        return root.get("lang"), self.plain(text)

    def test_own_page_is_in_the_language_of_its_address(self):
        for lang, url in LANGS.items():
            with self.subTest(lang=lang):
                [mark, text] = self.spoken(f"/{url}/my/club")
                self.assertEqual(mark, lang.replace("_", "-"))
                for word in {"fr_FR": ("400 grains", "Habitué", "Afficher mon code", "Historique"),
                             "nl_NL": ("400 bonen", "Stamgast", "Mijn code tonen", "Geschiedenis"),
                             "de_DE": ("400 Bohnen", "Stammgast", "Meinen Code zeigen", "Verlauf"),
                             "es_ES": ("400 granos", "Asidua", "Mostrar mi código", "Historial")}[lang]:  # fmt: skip
                    self.assertIn(word, text)

    def test_calculation_of_an_award_is_in_the_language_of_the_page(self):
        self.sell([(self.cake, 1, {"price_unit": 12.5})], self.ada)
        self.buy(self.ten)
        for url, said, bought in (
            ("fr", "12,50 à 1 grain par", "Dix pour cent"),
            ("nl", "12,50 aan 1 boon per", "Tien procent"),
            ("de", "12,50, 1 Bohne je", "Zehn Prozent"),
            ("es", "12,50 a 1 grano por", "Diez por ciento"),
        ):
            with self.subTest(lang=url):
                _mark, text = self.spoken(f"/{url}/my/club/history")
                self.assertIn(said, text)
                self.assertIn(bought, text)

    def test_cart_is_in_the_language_of_the_shop(self):
        self.authenticate("ada_signs_in", "ada_signs_in")
        self.mug.is_published = True
        self.make_jsonrpc_request(
            "/shop/cart/add",
            {"product_template_id": self.mug.product_tmpl_id.id, "product_id": self.mug.id, "quantity": 1},
        )
        for url, said in (
            ("fr", "Cette commande rapporte 10 grains dès qu'elle est payée."),
            ("nl", "Deze bestelling is goed voor 10 bonen zodra ze betaald is."),
            ("de", "Diese Bestellung bringt 10 Bohnen nach der Bezahlung."),
            ("es", "Este pedido le da 10 granos en cuanto se pague."),
        ):
            with self.subTest(lang=url):
                self.assertIn(said, self.spoken(f"/{url}/shop/cart")[1])

    def test_scripts_of_pages_and_registers_have_the_words(self):
        with MockRequest(self.env, website=self.website):
            self.assertIn("loyalty_club", self.env["ir.http"].get_translation_frontend_modules())
        for lang, words in (
            ("fr_FR", {"Scratch here": "Grattez ici", "New member": "Nouveau membre", "Sign in": "Se connecter"}),
            ("nl_NL", {"Scratch here": "Kras hier", "New member": "Nieuw lid", "Sign in": "Inloggen"}),
            ("de_DE", {"Scratch here": "Hier rubbeln", "New member": "Neues Mitglied", "Sign in": "Anmelden"}),
            ("es_ES", {"Scratch here": "Rasque aquí", "New member": "Nuevo miembro", "Sign in": "Iniciar sesión"}),
        ):
            answer = self.url_open(f"/web/webclient/translations?lang={lang}&mods=loyalty_club").json()
            said = {own["id"]: own["string"] for own in answer["modules"]["loyalty_club"]["messages"]}
            with self.subTest(lang=lang):
                self.assertEqual({text: said.get(text) for text in words}, words)


@tagged("post_install", "-at_install", "loyalty_club")
class TestOwnWords(SpokenCommon, ClubCommon):
    """Names that a club has from the add-on are there in each language; those that were typed are left alone."""

    def new_club(self, **values):
        return self.env["club.club"].create({"name": "Corner", "company_ids": self.company.ids, **values})

    def in_french(self, record, field="name"):
        return self.plain(record.with_context(lang="fr_FR")[field])

    def test_new_club_is_named_in_each_language(self):
        club = self.new_club()
        self.assertEqual(
            [self.in_french(club, "page_title"), self.in_french(club.tier_ids), self.in_french(club.tier_unit_id)],
            ["Récompenses", "Membre", "point"],
        )
        for lang, two in (("nl_NL", "2 punten"), ("de_DE", "2 Punkte"), ("es_ES", "2 puntos")):
            self.assertEqual(club.tier_unit_id.with_context(lang=lang)._format(2), two)
        self.assertEqual((club.page_title, club.tier_ids.name), ("Rewards", "Member"))

    def test_typed_name_is_nobodys_to_translate(self):
        club = self.new_club(unit_name="star", unit_plural="stars", page_title="My Stars")
        self.assertEqual(self.in_french(club, "page_title"), "My Stars")
        self.assertEqual(club.tier_unit_id.with_context(lang="nl_NL")._format(2), "2 stars")

    def test_ready_made_set_up_is_named_in_each_language(self):
        for kind, said in {
            "cafe": {"Des points pour chaque commande", "Un tampon par visite", "Dixième visite : $ 5,00 de réduction"},
            "boutique": {"Argent", "Or", "$ 25,00 de réduction"},
            "grocer": {"2 % de retour sur chaque commande"},
        }.items():
            club = self.new_club()
            club.set_up(kind)
            named = {self.in_french(own) for own in (*club.program_ids, *club.tier_ids, *club.reward_ids)}
            with self.subTest(kind=kind):
                self.assertLessEqual(said, named)

    def test_club_made_in_french_is_in_english_too(self):
        club = self.env["club.club"].with_context(lang="fr_FR").create(
            {"name": "Coin", "company_ids": self.company.ids}
        )
        self.assertEqual(club.with_context(lang="fr_FR").page_title, "Récompenses")
        self.assertEqual(club.with_context(lang="en_US").page_title, "Rewards")
