"""What a person asks of `make bench`, and how figures stand against the goals."""

import os
import unittest

from bench import goals, options, resources
from stack.settings import Mistakes


class BenchOptionsTests(unittest.TestCase):
    def test_nothing_is_asked(self):
        self.assertEqual(options.read({}), options.Options())

    def test_sizes_are_in_order_and_lists_have_a_usual_number(self):
        read = options.read({"SIZES": "1000000, 1000", "LISTS": "1", "MAILOUT_SENDERS": "2"})
        self.assertEqual((read.sizes, read.lists, read.senders), ([1000, 1_000_000], 10_000_000, 2))
        self.assertEqual(options.read({"LISTS": "50000"}).lists, 50_000)

    def test_every_mistake_at_once(self):
        with self.assertRaises(Mistakes) as caught:
            options.read({"COUNT": "many", "SIZES": "7,1000,x", "RUNS": "0"})
        self.assertEqual(len(caught.exception.lines), 4)

    def test_a_goal_without_a_must(self):
        self.assertEqual(goals.verdict(1.4, None, 1.0, True), "aim reached")
        self.assertEqual(goals.verdict(0.9, None, 1.0, True), "short of the aim")
        self.assertIn("not measured", goals.table({}))


class ResourcesTests(unittest.TestCase):
    def test_processor_time_includes_children(self):
        before = resources.cpu_seconds(os.getpid())
        if (pid := os.fork()) == 0:
            sum(range(6_000_000))
            os._exit(0)
        os.waitpid(pid, 0)
        self.assertGreater(resources.cpu_seconds(os.getpid()), before)

    def test_descendants_are_found(self):
        reader, writer = os.pipe()
        if (pid := os.fork()) == 0:
            os.close(writer)
            os.read(reader, 1)  # until the parent lets go
            os._exit(0)
        try:
            self.assertIn(pid, resources.descendants(os.getpid()))
        finally:
            os.close(writer)
            os.close(reader)
            os.waitpid(pid, 0)

    def test_the_machine_has_worked(self):
        self.assertGreater(resources.machine_seconds(), 0)


if __name__ == "__main__":
    unittest.main()
