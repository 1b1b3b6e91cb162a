"""How long a mailout stands after a fault, from samples of what the provider has accepted."""

import unittest

from chaos import watch


def samples(*stretches: tuple[float, float]) -> list[tuple[float, int]]:
    """20 samples a second of stretches of (seconds, messages a second), one after the other."""
    found, moment, count = [(0.0, 0)], 0.0, 0.0
    for seconds, rate in stretches:
        for _ in range(round(seconds / 0.05)):
            moment, count = moment + 0.05, count + rate * 0.05
            found.append((moment, round(count)))
    return found


class WatchTests(unittest.TestCase):
    def test_the_rate_before(self):
        self.assertAlmostEqual(watch.rate_before(samples((5, 1000)), 4), 1000, delta=30)

    def test_the_rate_before_counts_from_the_first_message(self):
        self.assertAlmostEqual(watch.rate_before(samples((1, 0), (1, 1000)), 2), 1000, delta=60)

    def test_no_dip_is_no_recovery(self):
        self.assertEqual(watch.recovery(samples((10, 1000)), 4, 10, 1000), 0)

    def test_a_stop_counts_to_its_end(self):
        self.assertAlmostEqual(watch.recovery(samples((4, 1000), (3, 0), (5, 1000)), 4, 12, 1000), 3.25, delta=0.3)

    def test_the_last_of_two_stops_counts(self):
        self.assertAlmostEqual(watch.recovery(samples((4, 1000), (1, 0), (1, 1000), (2, 0), (3, 1000)), 4, 11, 1000), 4.25, delta=0.3)

    def test_the_tail_is_cut_off(self):
        self.assertEqual(watch.recovery(samples((8, 1000), (4, 0)), 4, 8, 1000), 0)

    def test_when_a_count_was_reached(self):
        self.assertAlmostEqual(watch.moment_of(samples((10, 1000)), 5000), 5, delta=0.06)
        self.assertIsNone(watch.moment_of(samples((1, 10)), 5000))


if __name__ == "__main__":
    unittest.main()
