"""What is made of the rounds of `make bench` by size."""

import unittest

from bench import series, sizes
from bench.run import SERVICES


def found(cost: float, together: float | None = None) -> dict:
    item = {
        "per_second": 1.0,
        "cpu_us_per_message": cost,
        "cpu_us_by_process": {"sender": cost},
        "memory_peak_mb": {name: cost for name in SERVICES},
    }
    if together is None:
        return item
    return item | {"overlapping": 1, "order_cpu_ms": cost / 10, "at_once": found(together) | {"mailouts": 20, "order_cpu_ms": together / 10}}


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
        self.assertAlmostEqual(entry["order_cpu_ms"], 5.75)
        self.assertEqual(entry["overlapping"], 2)

    def test_pauses_between_mailouts_are_no_work(self):
        self.assertAlmostEqual(series.working([10, 20], [11, 22]), 3)
        # At once, or overlapping: no second counts twice.
        self.assertAlmostEqual(series.working([10, 10, 11], [14, 12, 15]), 5)


if __name__ == "__main__":
    unittest.main()
