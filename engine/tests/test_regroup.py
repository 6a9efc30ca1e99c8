import random
import unittest

from ..regroup import plan


def regroup(outlets, chosen=None, sizes=None):
    """Outlets "a": ("P", "Q") of pool P that shall be in group Q; a group stands for the pool of its name."""
    pools = {pool for pool, _group in outlets.values()} | set(sizes or ())
    return plan(outlets, {pool: pool for pool in sorted(pools)}, chosen or {}, sizes or {})


class TestRegroup(unittest.TestCase):
    def test_nothing_chosen_changes_nothing(self):
        found = regroup({"a": ("P", "P"), "b": ("Q", "Q")})
        self.assertFalse(found.is_change)
        self.assertEqual((found.moves, found.begins), ({}, ()))

    def test_one_for_all_merges_every_pool_into_one(self):
        found = regroup({"a": ("P", "P"), "b": ("Q", "P"), "c": ("R", "P")})
        self.assertEqual(found.moves, {"Q": "P", "R": "P"})
        self.assertEqual(found.kept, {"P": "P"})

    def test_new_group_goes_on_with_the_largest_it_gets(self):
        found = regroup({"a": ("P", "N"), "b": ("Q", "N")}, sizes={"P": 5, "Q": 9})
        self.assertEqual((found.kept, found.moves), ({"N": "Q"}, {"P": "N"}))

    def test_split_leaves_the_balances_where_the_pool_stays(self):
        found = regroup({"a": ("P", "P"), "b": ("P", "N")})
        self.assertEqual((found.kept, found.moves, found.begins), ({"P": "P"}, {}, ("N",)))
        self.assertTrue(found.is_change)

    def test_split_gives_the_balances_to_whom_was_chosen(self):
        found = regroup({"a": ("P", "P"), "b": ("P", "N")}, chosen={"P": "N"})
        self.assertEqual((found.kept, found.moves, found.begins), ({"N": "P"}, {}, ("P",)))

    def test_balances_follow_most_of_their_outlets(self):
        outlets = {"a": ("P", "M"), "b": ("P", "N"), "c": ("P", "N")}
        self.assertEqual(regroup(outlets).receivers, {"P": "N"})

    def test_chosen_group_without_outlets_of_its_own_is_ignored(self):
        self.assertEqual(regroup({"a": ("P", "P")}, chosen={"P": "nowhere"}).receivers, {"P": "P"})

    def test_pool_without_outlets_stays_or_goes_where_it_is_sent(self):
        outlets = {"a": ("P", "P")}
        self.assertFalse(regroup(outlets, sizes={"P": 1, "Z": 3}).is_change)
        self.assertEqual(regroup(outlets, chosen={"Z": "P"}, sizes={"P": 1, "Z": 3}).moves, {"Z": "P"})

    def test_every_pool_has_one_place_and_every_group_one_pool(self):
        draw = random.Random(7)
        for _round in range(500):
            pools = [f"p{i}" for i in range(draw.randint(1, 4))]
            groups = [*pools, "n1", "n2"]
            outlets = {i: (draw.choice(pools), draw.choice(groups)) for i in range(draw.randint(1, 6))}
            chosen = {pool: draw.choice(groups) for pool in pools if draw.random() < 0.4}
            found = regroup(outlets, chosen, dict.fromkeys(pools, 1))
            self.assertEqual(found.receivers.keys(), set(pools))
            self.assertEqual(len(set(found.kept.values())), len(found.kept), "no pool is kept twice")
            self.assertEqual(found.moves.keys() | set(found.kept.values()), set(pools))
            self.assertFalse(found.moves.keys() & set(found.kept.values()))
            for _pool, group in outlets.values():
                self.assertTrue(group in found.kept or group in found.begins)
