from functools import partial

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_races import RacesCase


@tagged("post_install", "-at_install")
class TestRacesPass(RacesCase):
    """One code before several scanners at once."""

    def scan(self, token, config_id, env):
        return env["club.pass"]._consume(token, env["pos.config"].browse(config_id))["member"].id

    def test_two_registers_at_once_and_one_knows_the_customer(self):
        member = self.enrol(self.partner("Two scanners"))
        token = self.env["club.pass"]._issue(member)
        self.fresh()
        registers = [self.register, self.second] * 2
        results = self.race([partial(self.scan, token, register.id) for register in registers])
        self.assertEqual([result for result in results if result == member.id], [member.id], results)
        refused = [str(result) for result in results if isinstance(result, UserError)]
        self.assertEqual(len(refused), len(registers) - 1, results)
        self.assertTrue(all("used already" in text for text in refused), refused)

    def test_the_code_of_a_moment_ago_and_the_next_one_at_once_count_as_one(self):
        member = self.enrol(self.partner("Two codes"))
        tokens = [self.env["club.pass"]._issue(member) for _turn in range(2)]
        self.fresh()
        results = self.race([
            partial(self.scan, tokens[0], self.register.id), partial(self.scan, tokens[1], self.second.id),
        ])  # fmt: skip
        self.assertEqual(results.count(member.id), 1, results)
