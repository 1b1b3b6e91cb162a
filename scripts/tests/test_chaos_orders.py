"""What a person asks of `make chaos`, and the dice that repeat."""

import unittest

from chaos import rows
from chaos.__main__ import Orders, schedule
from stack.settings import Mistakes


class OrdersTests(unittest.TestCase):
    def test_every_row_unless_told_otherwise(self):
        self.assertEqual(Orders({}).rows, rows.MATRIX)
        self.assertEqual([row.name for row in Orders({"ROW": "kill-stats, kill-sender"}).rows], ["kill-sender", "kill-stats"])

    def test_the_short_ones_are_all_known(self):
        self.assertEqual({row.name for row in Orders({"ROW": "short"}).rows}, set(rows.SHORT))

    def test_names_are_unique(self):
        self.assertEqual(len({row.name for row in rows.MATRIX}), len(rows.MATRIX))

    def test_every_mistake_at_once(self):
        with self.assertRaises(Mistakes) as caught:
            Orders({"ROW": "kill-nobody", "COUNT": "12", "ROUNDS": "x"})
        self.assertEqual(len(caught.exception.lines), 3)

    def test_a_seed_repeats(self):
        def rolls(seed: str) -> list:
            return [(row.name, dice.random()) for row, dice in schedule(Orders({"SEED": seed, "ROUNDS": "2"}))]

        self.assertEqual(rolls("7"), rolls("7"))
        self.assertNotEqual(rolls("7"), rolls("8"))
        self.assertEqual(len({roll for _, roll in rolls("7")}), 2 * len(rows.MATRIX))


if __name__ == "__main__":
    unittest.main()
