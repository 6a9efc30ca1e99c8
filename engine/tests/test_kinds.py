import unittest

from ..kinds import KINDS, is_sign_allowed, lifetime_delta


class TestKinds(unittest.TestCase):
    def test_what_counts_for_a_lifetime(self):
        counted = {code for code in KINDS if lifetime_delta(code, 10)}
        self.assertEqual(counted, {"award", "bonus", "goal", "game", "backfill", "winback", "adjust_in"})

    def test_only_claw_backs_and_corrections_lower_a_lifetime(self):
        lowering = {code for code in KINDS if lifetime_delta(code, -10)}
        self.assertEqual(lowering, {"clawback", "correction"})

    def test_an_expired_award_that_is_returned_leaves_the_lifetime_too(self):
        self.assertEqual(lifetime_delta("clawback", -30, forgone=70), -100)
        self.assertEqual(lifetime_delta("clawback", 0, forgone=70), -70)

    def test_adjustments_imports_merges_and_pool_moves_may_state_it(self):
        self.assertEqual(lifetime_delta("adjust_in", 10, stated=0), 0)
        self.assertEqual(lifetime_delta("import", 10, stated=400), 400)
        self.assertEqual(lifetime_delta("merge_in", -5, stated=300), 300)
        self.assertEqual(lifetime_delta("pool_out", -5, stated=-300), -300)
        self.assertEqual(lifetime_delta("pool_in", 5), 0)
        self.assertEqual(lifetime_delta("spend", -10, stated=5), 0)

    def test_a_correction_undoes_only_what_counted(self):
        self.assertEqual(lifetime_delta("correction", -10, corrects="award"), -10)
        self.assertEqual(lifetime_delta("correction", 10, corrects="clawback"), 10)
        self.assertEqual(lifetime_delta("correction", 10, corrects="spend"), 0)
        self.assertEqual(lifetime_delta("correction", -10, corrects="spend_return"), 0)

    def test_signs(self):
        self.assertTrue(is_sign_allowed("award", 1))
        self.assertFalse(is_sign_allowed("award", -1))
        self.assertFalse(is_sign_allowed("spend", 1))
        self.assertTrue(is_sign_allowed("correction", -1))
        for code, kind in KINDS.items():
            self.assertEqual(code, kind.code)
            self.assertTrue(is_sign_allowed(code, 0), "a claw-back of what has expired moves nothing")
