"""Ports: remembered, kept away from others, and never one that is taken."""

import socket
import tempfile
import unittest
from pathlib import Path

from stack.ports import Ports


class PortsTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "ports.env"

    def test_remembered_from_run_to_run(self):
        first = Ports(self.file, "seed")
        chosen = first.get("sender", "sender-admin")
        first.save()
        self.assertEqual(Ports(self.file, "other seed").get("sender", "sender-admin"), chosen)

    def test_each_name_has_its_own(self):
        ports = Ports(self.file, "seed")
        self.assertEqual(len({ports.get(str(number)) for number in range(50)}), 50)

    def test_a_port_taken_by_another_program_is_given_up(self):
        ports = Ports(self.file, "seed")
        chosen = ports.get("postgres")
        ports.save()
        with socket.socket() as other:
            other.bind(("127.0.0.1", chosen))
            other.listen()
            self.assertNotEqual(Ports(self.file, "seed").get("postgres"), chosen)
            self.assertEqual(Ports(self.file, "seed", ours=lambda name: True).get("postgres"), chosen)


if __name__ == "__main__":
    unittest.main()
