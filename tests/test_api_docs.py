import base64

from odoo.addons.loyalty_club.engine.kinds import KINDS
from odoo.tests import tagged

from .common_api import DOCS, DocsCommon
from .common_games import GamesCommon
from .field_table import MODELS, documented, rows

RIGHTS = (
    "loyalty_club.loyalty_club_group_manager", "point_of_sale.group_pos_manager", "sales_team.group_sale_manager",
    "website.group_website_designer", "base.group_partner_manager",
)  # fmt: skip


@tagged("post_install", "-at_install", "loyalty_club")
class TestApiDocs(GamesCommon, DocsCommon):
    """What the documentation shows is what happens: its examples are run, its tables compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["manager"].group_ids += cls.env["res.groups"].browse([cls.env.ref(name).id for name in RIGHTS])

    def ready(self):
        """Numbers for the examples: Ada has 500 Beans, a card and a paid order; there are a reward, a goal, a game."""
        self.unit.write({"is_credit_allowed": True, "credit_rate": 0.008})
        member = self.enrol(points=500)
        order = self.quotation([(self.coffee, 1)])
        order.action_confirm()
        self.pay(self.invoice(order))
        ticket = self.sell([(self.coffee, 1)], self.ada)
        self.env["club.goal"].create({"club_id": self.club.id, "name": "Three visits", "target": 3, "is_on": True})
        balances = f"external_id;email;amount\n1;{self.bob.email};250\n"
        return ticket, {
            "CLUB": self.club.id,
            "UNIT": self.unit.id,
            "MEMBER": member.id,
            "PARTNER": self.bob.id,
            "REWARD": self.reward("Free coffee", 80, club_validity_days=30).id,
            "GAME": self.game().id,
            "ORDER": order.id,
            "ACCOUNT": member.account_ids.id,
            "OUTLET": self.outlet.id,
            "PASS": self.env["club.pass"]._issue(member),
            "FILE": base64.b64encode(balances.encode()).decode(),
        }

    def test_examples_of_the_integrators_page_answer_as_it_says(self):
        ticket, variables = self.ready()
        page = (DOCS / "integrators.md").read_text()
        self.assertGreater(page.count("\ncall "), 25)
        self.assertGreater(self.run_page("integrators.md", variables, told={"260-7-000029": ticket.name}), 30)
        self.assertEqual(self.member(self.bob).balance_text, "250 Beans")
        self.assertCoherent()

    def test_a_club_is_set_up_by_the_api_alone_and_the_next_order_earns(self):
        counter = self._register("Second counter")
        category = self.env["product.category"].create({"name": "Beverages"})
        variables = {
            "COMPANY": self.company.id, "REGISTER": counter.id, "PRODUCT": self.cake.id, "CATEGORY": category.id,
        }  # fmt: skip
        self.assertGreater(self.run_page("set-up-by-api.md", variables), 20)
        club = self.env["club.club"].browse(variables["CLUB"])
        [tuesday] = club.bonus_ids.filtered("tue")
        tuesday.is_on = False  # whatever day this runs on
        club.on_since = club.outlet_ids.opted_in_at = self.club.on_since  # its first order is paid right now
        self.assertEqual((club.state, club.outlet_ids.pos_config_ids), ("on", counter))
        self.cash = counter.payment_method_ids.filtered("is_cash_count")
        self.sell([(self.coffee, 1), (self.cake, 2)], self.bob, config=counter)
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", self.bob.id)])
        balances = {account.unit_id.kind: account.balance for account in member.account_ids}
        # 120.00 of spend and 20 to begin with; two cakes; 1 % of 120.00; the order is a visit of three, and a play.
        self.assertEqual(balances, {"points": 140, "stamps": 2, "cashback": 120})
        self.assertEqual([row["progress"] for row in member.goals()], ["1"])
        self.assertEqual(member.play_ids.mapped("state"), ["granted"])
        [reward] = member.rewards_in_reach()
        self.assertEqual((reward["name"], reward["price"]), ("Free coffee", "80"))
        self.assertEqual(club.prove(), [])

    # ------------------------------------------------------------------ tables
    def test_fields_take_what_the_table_says(self):
        told = documented((DOCS / "set-up-by-api.md").read_text())
        self.assertEqual(set(told), set(MODELS))
        for model in MODELS:
            real = {name: (accepted, needed) for name, accepted, needed, _text in rows(self.env, model)}
            for name, (accepted, is_needed) in told[model].items():
                what = f"{model}.{name}: run tests/field_table.py"
                self.assertIn(name, real, what)
                # A choice that was added since is not promised yet; one that is promised is there.
                self.assertLessEqual(set(accepted.split(", ")), set(real[name][0].split(", ")), what)
                self.assertEqual(is_needed, real[name][1], what)
            needed = {name for name, (_accepted, is_needed) in real.items() if is_needed}
            self.assertLessEqual(needed, set(told[model]), f"{model}: run tests/field_table.py")

    def test_every_kind_of_movement_is_named(self):
        page = (DOCS / "integrators.md").read_text()
        self.assertEqual([code for code in KINDS if f"`{code}`" not in page], [])

    def test_names_that_others_rely_on_are_documented(self):
        page = (DOCS / "integrators.md").read_text()
        names = (
            "get_balance", "get_history", "adjust", "rewards_in_reach", "points_in_words", "enrol", "find_member",
            "authorise", "capture", "release", "prove", "club_sync", "club_entry_ids", "club_points_earned",
            "club_explanation", "club_member_id", "partner_id", "club_id", "tier_id", "card_number", "lifetime",
        )  # fmt: skip
        self.assertEqual([name for name in names if name not in page], [])
