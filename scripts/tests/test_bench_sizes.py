"""What is made of the rounds of `make bench` by size."""

import unittest

from bench import sizes
from bench.run import SERVICES


def found(cost: float, together: float | None = None) -> dict:
    item = {
        "per_second": 1.0,
        "cpu_us_per_message": cost,
        "cpu_us_by_process": {"sender": cost},
        "memory_peak_mb": {name: cost for name in SERVICES},
    }
    return item if together is None else item | {"at_once": found(together) | {"mailouts": 20}}


class SizesTest(unittest.TestCase):
    def test_the_spread_compares_within_a_round(self):
        # The machine is half as fast in the second round: that is no spread.
        small, large = [found(60), found(120), found(66)], [found(50), found(100), found(60)]
        entry = sizes.middle(1000, small, large)
        self.assertAlmostEqual(entry["spread"], 1.2)
        self.assertEqual(entry["cpu_us_per_message"], 66)
        self.assertNotIn("at_once", entry)

    def test_those_at_once_have_a_spread_of_their_own(self):
        entry = sizes.middle(1000, [found(60, 55), found(60, 50)], [found(50), found(50)])
        self.assertAlmostEqual(entry["at_once"]["spread"], 1.05)
        self.assertEqual(entry["at_once"]["mailouts"], 20)


if __name__ == "__main__":
    unittest.main()
