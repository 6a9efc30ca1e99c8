"""Other programs, over HTTP with an API key: JSON-2 as docs/integrators.md describes it."""

import json
import re
import shlex
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, new_test_user

from .common import ClubCommon

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# NAME=$(call model/method '{…}' | one)
KEPT = re.compile(r"(?P<name>[A-Z_]+)=\$\((?P<call>call .*?)(?P<one> \| one)?\)\s*(?:#.*)?", re.DOTALL)


class ApiCommon(ClubCommon, HttpCase):
    """Keys of a manager, a cashier, somebody else of the house, a customer, and a manager elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        manager = "loyalty_club.loyalty_club_group_manager"
        groups = {
            "manager": manager, "cashier": "loyalty_club.loyalty_club_group_user", "plain": "base.group_user",
            "elsewhere": manager,
        }  # fmt: skip
        places = {"elsewhere": {"company_id": elsewhere.id, "company_ids": elsewhere.ids}}
        cls.users = {
            name: new_test_user(cls.env, f"api_{name}", group, **places.get(name, {})) for name, group in groups.items()
        }
        ada = {"partner_id": cls.ada.id, "name": "Ada", "email": "ada@example.com"}
        cls.users["portal"] = new_test_user(cls.env, "api_portal", "base.group_portal", **ada)
        cls.keys = {name: cls.key_of(user) for name, user in cls.users.items()}

    @classmethod
    def key_of(cls, user):
        until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        return cls.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "a program", until)

    def post(self, path, told=None, by="manager"):
        """The answer to one call; ``told`` are its named arguments, or the text of its body."""
        body = told if isinstance(told, str) else json.dumps(told or {})
        headers = {"Content-Type": "application/json"}
        if by:
            headers["Authorization"] = f"bearer {self.keys.get(by, by)}"
        self.env.flush_all()
        answer = self.url_open(f"/json/2/{path}", data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def call(self, path, by="manager", **told):
        answer = self.post(path, told, by)
        self.assertEqual(answer.status_code, 200, f"{path}: {answer.text}")
        return answer.json()

    def refused(self, path, status, words="", by="manager", **told):
        """A call that is answered by a sentence for people, with that status."""
        answer = self.post(path, told, by)
        self.assertEqual(answer.status_code, status, f"{path} {told}: {answer.text[:300]}")
        said = answer.json()
        self.assertIn(words, said["message"], path)
        self.assertNotRegex(said["message"], r"Traceback|psycopg|Expected singleton|invalid literal|NoneType")
        return said


class DocsCommon(ApiCommon):
    """Runs the examples of a page as a shell would, one after the other."""

    def run_page(self, page, variables, told=None, by="manager"):
        """Each call of the page's sh blocks; what a json block says of the answer must be so.

        :param told: words of the page → what stands for them here
        :return: how many calls were made
        """
        count, answer, text = 0, None, (DOCS / page).read_text()
        for word, own in (told or {}).items():
            text = text.replace(word, own)
        for language, block in BLOCK.findall(text):
            if language == "json":
                self.assertAlike(json.loads(block), answer, page)
            elif language == "sh":
                for line in self.logical_lines(block):
                    answer = self.run_line(line, variables, by)
                    count += 1
        return count

    def logical_lines(self, block):
        """Calls of a block: they go on until their quotes close; definitions and comments are no calls."""
        kept = ""
        for line in block.splitlines():
            kept = f"{kept}\n{line}" if kept else line
            if kept.count("'") % 2:
                continue
            if kept.startswith("call ") or KEPT.fullmatch(kept):
                yield kept
            else:
                self.assertRegex(kept, r"^\s*(#.*)?$|^\w+\(\) \{|^[A-Z]+=", "a line of an example that nobody runs")
                self.assertNotIn("$(call", kept)
            kept = ""
        self.assertFalse(kept, "an example whose quotes do not close")

    def run_line(self, line, variables, by):
        kept = KEPT.fullmatch(line)
        _call, path, *bodies = shlex.split(kept["call"] if kept else line, comments=True)
        body = re.sub(r"\$([A-Z_]+)", lambda found: str(variables[found[1]]), bodies[0] if bodies else "{}")
        answer = self.post(path, body, by)
        self.assertEqual(answer.status_code, 200, f"{line}\n{body}\n{answer.text[:800]}")
        said = answer.json()
        self.assertIsNotNone(said, f"{line}: XML-RPC knows no answer of nothing")
        if kept:
            variables[kept["name"]] = said[0] if kept["one"] else json.dumps(said)
        return said

    def assertAlike(self, told, answer, where):
        """Every key that is documented is there, with a value of that kind, and no key is kept secret."""
        if isinstance(told, dict):
            self.assertEqual(set(told), set(answer), where)
            for name, value in told.items():
                self.assertAlike(value, answer[name], f"{where}: {name}")
        elif isinstance(told, list):
            self.assertIsInstance(answer, list, where)
            if told and answer:
                self.assertAlike(told[0], answer[0], where)
        elif told is not False and answer is not False:
            self.assertIs(type(told), type(answer), f"{where}: {answer}")
