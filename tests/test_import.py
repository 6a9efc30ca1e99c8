import base64
import csv
import io
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..engine.codes import is_ean13
from .common import ClubCommon

HEADING = "external_id;email;amount\n"


@tagged("post_install", "-at_install", "loyalty_club")
class TestImport(ClubCommon):
    """Balances from another system: checked row by row, credited once, without any invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.club._today()

    def wizard(self, text, **values):
        raw = text if isinstance(text, bytes) else text.encode()
        return self.env["club.import"].create(
            {"club_id": self.club.id, "file": base64.b64encode(raw), "file_name": "old.csv", **values}
        )

    def run_import(self, text, **values):
        wizard = self.wizard(text, **values)
        wizard.action_check()
        wizard.action_import()
        return wizard

    def problems(self, text, **values):
        """dict line → what the check says of it."""
        wizard = self.wizard(text, **values)
        wizard.action_check()
        return {problem.line: problem.message for problem in wizard.problem_ids}

    def assertProblem(self, words, row, heading=HEADING, **values):
        problems = self.problems(heading + row + "\n", **values)
        self.assertEqual(list(problems), [2], problems)
        self.assertRegex(problems[2], words)

    # ------------------------------------------------------------------ what it does
    def test_balances_come_without_orders_and_count_once(self):
        text = HEADING + "17;ada@example.com;250\n18;bob@example.com;40\n"
        wizard = self.wizard(text)
        wizard.action_check()
        self.assertEqual((wizard.state, wizard.good_count, wizard.bad_count), ("checked", 2, 0))
        self.assertIn("To be credited: 290 Beans in 2 rows.", wizard.summary)
        self.assertIn("New members: 2.", wizard.summary)
        self.assertFalse(self.member(), "a check changes nothing")
        moves = self.env["account.move"].search_count([])
        wizard.action_import()
        self.assertEqual((wizard.state, wizard.good_count), ("done", 2))
        [entry] = self.member().account_ids.entry_ids
        self.assertEqual((entry.kind, entry.key), ("import", f"import:{self.club.id}:17"))
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertIn("2 rows", self.club.message_ids[0].body)
        again = self.run_import(text)
        self.assertEqual((again.good_count, again.known_count, again.bad_count), (0, 2, 0))
        self.assertIn("Imported before and passed over: 2 rows.", again.summary)
        self.assertBalance(250)
        self.assertBalance(40, self.bob)

    def test_imported_points_can_be_used_and_expire_on_their_day(self):
        day = self.today + timedelta(days=10)
        self.run_import(f"external_id;email;amount;expires_on\n1;ada@example.com;30;{day}\n2;ada@example.com;12;\n")
        self.assertEqual(set(self.member().account_ids.lot_ids.mapped("expires_on")), {day, False})
        self.member().adjust(self.unit.id, -42, "Used up")
        self.assertBalance(0)

    def test_lifetime_is_what_the_file_states(self):
        self.run_import("external_id;email;amount;lifetime\n1;ada@example.com;100;1600\n2;bob@example.com;700;\n")
        self.assertEqual((self.member().lifetime, self.member().tier_id), (1600, self.gold))
        self.assertEqual((self.member(self.bob).lifetime, self.member(self.bob).tier_id), (0, self.tier))
        self.assertBalance(100)

    def test_lifetime_alone_brings_a_tier_and_no_points(self):
        self.run_import("external_id;email;amount;lifetime\n1;ada@example.com;0;600\n")
        self.assertEqual(self.member().tier_id, self.silver)
        self.assertFalse(self.member().account_ids.lot_ids)
        self.assertBalance(0)

    def test_unit_and_pool_are_named(self):
        stamps = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "stamp", "name_plural": "stamps", "kind": "stamps"}
        )
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        self.run_import(
            "external_id;email;unit;amount;pool\n"
            "1;ada@example.com;Beans;5;\n2;ada@example.com;STAMPS;7;airport\n3;ada@example.com;b;1;Airport\n"
        )
        self.assertEqual(
            {(a.unit_id, a.pool_id, a.balance) for a in self.member().account_ids},
            {(self.unit, self.pool, 5), (stamps, airport, 7), (self.unit, airport, 1)},
        )
        self.assertCoherent()

    def test_pool_of_the_window_stands_where_rows_name_none(self):
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        self.run_import(HEADING + "1;ada@example.com;5\n", pool_id=airport.id)
        self.assertEqual(self.member().account_ids.pool_id, airport)

    def test_debt_is_paid_by_what_is_imported(self):
        member = self.enrol(points=10)
        order = self.sell([(self.cake, 2)], self.ada)
        member.adjust(self.unit.id, -30, "Used")
        self.refund(order)
        self.assertEqual(member.account_ids.debt, 20)
        self.run_import(HEADING + "1;ada@example.com;50\n")
        self.assertEqual(member.account_ids.debt, 0)
        self.assertBalance(30)

    def test_cents_with_a_decimal_comma(self):
        cash = self.env["club.unit"].create(
            {"club_id": self.club.id, "name": "euro", "name_plural": "euro", "kind": "cashback", "decimals": 2}
        )
        self.run_import("external_id;email;unit;amount\n1;ada@example.com;euro;1.012,50\n2;bob@example.com;euro;3\n")
        self.assertEqual(self.member().account_ids.filtered(lambda a: a.unit_id == cash).balance, 101250)
        self.run_import("external_id,email,unit,amount\n3,bob@example.com,euro,1.5\n")
        self.assertEqual(self.member(self.bob).account_ids.filtered(lambda a: a.unit_id == cash).balance, 450)

    def test_encodings_and_separators_of_old_systems(self):
        zoe = self.env["res.partner"].create({"name": "Zoë", "email": "zoe@example.com"})
        for index, (encoding, mark) in enumerate(
            (("utf-8", ";"), ("utf-8-sig", ","), ("latin-1", "\t"), ("cp1252", "|"), ("utf-16", ";"))
        ):
            text = f"external_id;name;email;amount\nz{index};Zoë;zoe@example.com;1\n".replace(";", mark)
            with self.subTest(encoding=encoding):
                self.run_import(text.encode(encoding))
        self.assertBalance(5, zoe)

    # ------------------------------------------------------------------ whose
    def test_customers_are_found_by_each_way_to_name_them(self):
        self.ada.phone = "+44 20 7946 0101"
        card = self.enrol(self.bob).card_number
        self.env["ir.model.data"].create(
            {"module": "__import__", "name": "customer_7", "model": "res.partner", "res_id": self.ada.id}
        )
        self.run_import(
            "external_id;email;phone;card_number;contact_id;amount\n"
            "1; ADA@Example.com ;;;;1\n2;;+442079460101;;;2\n"
            f"3;;;{card};;4\n4;;;;customer_7;8\n5;;;;__import__.customer_7;16\n6;ada@example.com;+442079460101;;;32\n"
        )
        self.assertBalance(1 + 2 + 8 + 16 + 32)
        self.assertBalance(4, self.bob)

    def test_unknown_customers_become_contacts_where_one_wants_that(self):
        text = (
            "external_id;name;email;phone;amount\n1;Zoë;zoe@example.com;;10\n2;Zoe;ZOE@example.com;;5\n"
            "3;Yan;;+44 20 7946 0999;7\n"
        )
        self.assertEqual(list(self.problems(text)), [2, 3, 4])
        wizard = self.wizard(text, is_creating=True)
        wizard.action_check()
        self.assertIn("New contacts: 2.", wizard.summary)
        self.assertFalse(self.env["res.partner"].search([("email", "=", "zoe@example.com")]))
        wizard.action_import()
        [zoe] = self.env["res.partner"].search([("email", "=", "zoe@example.com")])
        self.assertEqual(zoe.name, "Zoë")
        self.assertBalance(15, zoe)
        self.run_import(text, is_creating=True)
        self.assertBalance(15, zoe)

    def test_two_members_with_one_email_are_both_named(self):
        self.enrol(self.ada)
        self.bob.email = "ada@example.com"
        self.enrol(self.bob)
        self.assertProblem(
            r"Several customers fit: Ada \(member\) and Bob \(member\)\. Name the one by card_number",
            "1;ada@example.com;5",
        )

    def test_a_couple_with_one_address_is_not_made_one_contact(self):
        wizard = self.wizard(
            "external_id;name;email;amount;card_number\n"
            "1;Ann;us@example.com;100;2990000900005\n2;Ben;us@example.com;50;\n3;ann;us@example.com;7;2990000900012\n",
            is_creating=True,
        )
        wizard.action_check()
        first, second = wizard.problem_ids.sorted("line")
        self.assertEqual((first.line, second.line), (3, 4))
        self.assertIn("us@example.com is that of Ann on line 2 too", first.message)
        self.assertIn("Line 2 names another card of the same customer", second.message)
        wizard.action_import()
        [ann] = self.env["res.partner"].search([("email", "=", "us@example.com")])
        self.assertEqual((ann.name, self.member(ann).card_number), ("Ann", "2990000900005"))
        self.assertBalance(100, ann)

    def test_of_two_contacts_with_one_email_the_member_is_meant(self):
        self.bob.email = "ada@example.com"
        self.enrol(self.ada)
        self.run_import(HEADING + "1;ada@example.com;5\n")
        self.assertBalance(5)

    def test_contacts_of_other_companies_are_not_found(self):
        self.ada.company_id = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self.assertProblem("No contact has ada@example.com", "1;ada@example.com;5")

    def test_rows_that_name_nobody_or_different_people(self):
        heading = "external_id;email;phone;card_number;contact_id;amount\n"
        card = self.enrol(self.bob).card_number
        for words, row in (
            ("It names no customer: fill in email", "1;;;;;5"),
            ("No contact has nobody@example.com: correct it, or tick", "1;nobody@example.com;;;;5"),
            ('email "ada" cannot be read', "1;ada;;;;5"),
            ("No member has the card 2990000000000", "1;ada@example.com;;2990000000000;;5"),
            ("No contact has the external ID customer_9", "1;;;;customer_9;5"),
            ("It names different customers: Bob .member. and Ada", f"1;ada@example.com;;{card};;5"),
        ):
            with self.subTest(row=row):
                self.assertProblem(words, row, heading)

    def test_archived_membership_is_said(self):
        self.enrol(self.ada).active = False
        self.assertProblem("The membership of Ada is archived: restore it first", "1;ada@example.com;5")

    # ------------------------------------------------------------------ bad rows
    def test_each_bad_cell_has_its_sentence(self):
        heading = "external_id;email;unit;amount;pool;expires_on;lifetime\n"
        yesterday = self.today - timedelta(days=1)
        for words, row in (
            ("external_id is empty", ";ada@example.com;;5;;;"),
            ("is an e-mail, which would stay", "ada@example.com;ada@example.com;;5;;;"),
            ("longer than 64", f"{'x' * 65};ada@example.com;;5;;;"),
            ('There is no unit "Nuts": write one of Beans', "1;ada@example.com;Nuts;5;;;"),
            ('There is no pool "Moon": write one of', "1;ada@example.com;;5;Moon;;"),
            ("amount is empty", "1;ada@example.com;;;;;"),
            ('amount "many" is not a number', "1;ada@example.com;;many;;;"),
            ('amount "1e9" is not a number', "1;ada@example.com;;1e9;;;"),
            ("amount -5 is below 0: a debt is not imported", "1;ada@example.com;;-5;;;"),
            ("lifetime -5 is below 0", "1;ada@example.com;;5;;;-5"),
            ("amount 2.5 has too many decimals: Beans are kept with 0", "1;ada@example.com;;2.5;;;"),
            ("more than anybody has: check the columns", "1;ada@example.com;;447946010100;;;"),
            ('expires_on "soon" is not a date: write it as 2027-12-31', "1;ada@example.com;;5;;soon;"),
            (f"It expired on {yesterday}: leave the row out", f"1;ada@example.com;;5;;{yesterday};"),
            ("more cells than the heading", "1;ada@example.com;;5;;;;surplus"),
        ):
            with self.subTest(row=row):
                self.assertProblem(words, row, heading, decimal="point")

    def test_members_come_without_a_balance(self):
        wizard = self.run_import(HEADING + "17;ada@example.com;0\n")
        self.assertEqual(wizard.good_count, 1)
        self.assertTrue(self.member())
        self.assertBalance(0)
        self.assertFalse(self.member()._club_entry_total(), "nothing happened that a member would read")
        again = self.run_import(HEADING + "17;ada@example.com;0\n")
        self.assertEqual((again.good_count, again.known_count, again.bad_count), (0, 1, 0))
        self.assertProblem("The amount is 0, and so is the lifetime: leave the row out", "18;ada@example.com;0")

    def test_cards_of_the_old_system_become_those_of_new_members(self):
        heading = "external_id;email;card_number;amount\n"
        card, other = "2990000047113", "2990000047120"
        self.assertTrue(is_ean13(card) and is_ean13(other))
        text = f"{heading}1;ada@example.com;{card};5\n2;new@example.com;{other};0\n"
        wizard = self.run_import(text, is_creating=True)
        self.assertEqual(wizard.good_count, 2, wizard.problem_ids.mapped("message"))
        self.assertEqual((self.member().card_number, self.balance()), (card, 5))
        self.assertEqual(self.club.find_member(card=other).partner_id.email, "new@example.com")
        self.assertGreater(int(self.enrol(self.bob).card_number[3:12]), 4711, "numbers go on after them")
        self.assertEqual(self.run_import(text, is_creating=True).known_count, 2)
        third = "2990000047137"
        self.assertProblem("Ada .member. has a card already", f"3;ada@example.com;{third};5", heading)
        self.assertProblem(f"No member has the card {third}", f"3;;{third};5", heading)
        self.ada.email = "other@example.com"
        self.member().replace_card("Lost")
        lost = f"3;c@example.com;{card};5"
        self.assertProblem("was replaced, or is of another club", lost, heading, is_creating=True)
        both = f"{heading}5;d@example.com;{third};5\n6;e@example.com;{third};5\n"
        self.assertRegex(self.problems(both, is_creating=True)[3], "another customer's on line 2")
        self.assertCoherent()

    def test_a_row_tells_all_its_problems_at_once(self):
        [message] = self.problems(HEADING + ";nobody@example.com;x\n").values()
        self.assertIn("external_id is empty", message)
        self.assertIn("is not a number", message)

    def test_same_id_twice_in_a_file(self):
        problems = self.problems(HEADING + "1;ada@example.com;5\n2;bob@example.com;1\n1;ada@example.com;5\n")
        self.assertEqual(problems, {4: "external_id 1 is on line 2 already."})

    def test_changed_row_of_an_earlier_import_is_said(self):
        self.run_import(HEADING + "1;ada@example.com;5\n")
        self.assertProblem("1 was imported before with 5 Beans and stays so: use Adjust", "1;ada@example.com;6")
        self.assertProblem("imported before for another customer", "1;bob@example.com;5")
        self.assertBalance(5)

    def test_bad_rows_stop_no_good_ones(self):
        wizard = self.run_import(HEADING + "1;ada@example.com;5\n2;ada@example.com;x\n3;bob@example.com;7\n")
        self.assertEqual((wizard.good_count, wizard.bad_count), (2, 1))
        self.assertBalance(5)
        self.assertBalance(7, self.bob)

    def test_all_or_nothing_where_one_wants_that(self):
        wizard = self.wizard(HEADING + "1;ada@example.com;5\n2;ada@example.com;x\n", on_problem="stop")
        wizard.action_check()
        with self.assertRaisesRegex(UserError, "1 rows are refused, the first on line 3.*Nothing was imported"):
            wizard.action_import()
        self.assertFalse(self.member())

    def test_refused_row_brings_no_formula_into_a_spreadsheet(self):
        wizard = self.wizard("external_id;phone;email;amount\n1;+32 2 555 01 01;=HYPERLINK(1);x\n")
        wizard.action_check()
        rows = list(csv.reader(io.StringIO(base64.b64decode(wizard.refused).decode("utf-8-sig")), delimiter=";"))
        self.assertEqual(rows[1][1:3], ["+32 2 555 01 01", "'=HYPERLINK(1)"])

    def test_refused_rows_come_as_a_file_to_correct(self):
        wizard = self.wizard(HEADING + "1;ada@example.com;5\n2;bob@example.com;x\n")
        wizard.action_check()
        rows = list(csv.reader(io.StringIO(base64.b64decode(wizard.refused).decode("utf-8-sig")), delimiter=";"))
        self.assertEqual(rows[0], ["external_id", "email", "amount", "problem"])
        self.assertEqual(rows[1][:3], ["2", "bob@example.com", "x"])
        self.assertIn("is not a number", rows[1][3])

    def test_template_is_a_file_that_imports(self):
        wizard = self.wizard("x")
        text = base64.b64decode(wizard.template)
        self.assertIn(b"Beans", text)
        self.run_import(text)
        self.assertEqual(self.member().lifetime, 900)
        self.assertBalance(250)

    # ------------------------------------------------------------------ files that are none
    def test_files_that_cannot_be_read_say_what_to_do(self):
        for words, raw in (
            ("This is a spreadsheet.*save it as CSV", b"PK\x03\x04..."),
            ("not a text file", b"a\0\0b"),
            ("has no rows", b""),
            ("has no rows", HEADING.encode()),
            ("columns are missing: external_id, amount", b"email;unit\nx;y\n"),
            ("columns are there twice: amount", b"external_id;amount;amount\n1;2;3\n"),
            ("Line 3 cannot be read: its quotes", HEADING.encode() + b'1;a;1\n2;"b;2\n3;c;3\n'),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.wizard(raw or b"\n").action_check()
        with self.assertRaisesRegex(UserError, "Choose another one"):
            self.wizard("é".encode("latin-1"), encoding="utf-8").action_check()
        with self.assertRaisesRegex(UserError, "Choose a CSV file first"):
            self.env["club.import"].create({"club_id": self.club.id}).action_check()

    # ------------------------------------------------------------------ who may
    def test_only_managers_of_the_club_import(self):
        wizard = self.wizard(HEADING + "1;ada@example.com;5\n")
        wizard.action_check()
        cashier = new_test_user(self.env, "import_cashier", "point_of_sale.group_pos_user")
        for method in ("action_check", "action_import", "action_back"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(wizard.with_user(cashier), method)()
        with self.assertRaises(AccessError):
            self.env["club.import"].with_user(cashier).action_open()
        other = self.env["res.company"].create({"name": "Tea Ltd"})
        foreign = self.env["club.club"].create({"name": "Tea", "company_ids": [Command.set(other.ids)]})
        manager = new_test_user(self.env, "import_manager", "loyalty_club.loyalty_club_group_manager")
        with self.assertRaises(AccessError):
            self.env["club.import"].with_user(manager).create({"club_id": foreign.id, "file": wizard.file})
        wizard.club_id = foreign
        with self.assertRaises(AccessError):
            wizard.with_user(manager).action_check()
        self.assertFalse(self.member())

    def test_manager_without_the_right_to_make_contacts_is_told(self):
        manager = new_test_user(self.env, "import_manager", "loyalty_club.loyalty_club_group_manager")
        wizard = self.wizard(HEADING + "1;new@example.com;5\n", is_creating=True).with_user(manager)
        with self.assertRaisesRegex(UserError, "You may not make contacts"):
            wizard.action_check()

    # ------------------------------------------------------------------ many
    def test_many_rows_cost_a_fixed_number_of_queries(self):
        def rows(first, count):
            partners = self.env["res.partner"].create(
                [{"name": f"Guest {n}", "email": f"guest{n}@example.com"} for n in range(first, first + count)]
            )
            self.env.flush_all()
            return partners, HEADING + "".join(
                f"{n};guest{n}@example.com;{n + 1}\n" for n in range(first, first + count)
            )

        def cost(text):
            wizard = self.wizard(text)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_check()
            wizard.action_import()
            self.env.flush_all()
            self.assertFalse(wizard.bad_count)
            return self.env.cr.sql_log_count - before

        cost(rows(0, 10)[1])
        few = cost(rows(100, 10)[1])
        partners, text = rows(1000, 400)
        self.assertLessEqual(cost(text), few + 4)
        self.assertBalance(1400, partners[-1])
