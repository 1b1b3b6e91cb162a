"""Settings: what is taken, what is refused, and that every mistake is named at once."""

import os
import tempfile
import unittest
from pathlib import Path

from stack import settings


class SettingsTests(unittest.TestCase):
    def mistakes(self, **environment):
        with self.assertRaises(settings.Mistakes) as caught:
            settings.read(environment)
        return caught.exception.lines

    def test_defaults(self):
        read = settings.read({})
        self.assertEqual((read.port, read.host, read.log_level, read.build), (8080, "127.0.0.1", "info", "release"))
        self.assertEqual(set(read.copies.values()), {1})
        self.assertEqual(read.state, settings.ROOT / ".local")

    def test_every_mistake_at_once(self):
        lines = self.mistakes(
            MAILOUT_STATE="a folder", MAILOUT_PORT="80x", MAILOUT_SENDERS="-1", MAILOUT_STATS="0", MAILOUT_PROVIDER_TOKEN="t",
            MAILOUT_DATABASE_URL="mysql://x", MAILOUT_AMQP_URL="amqp://host:99999", MAILOUT_LOG_LEVEL="loud", MAILOUT_HOST="nowhere",
        )  # fmt: skip
        for name in ("STATE", "PORT", "SENDERS", "STATS", "PROVIDER_TOKEN", "DATABASE_URL", "AMQP_URL", "LOG_LEVEL", "HOST"):
            self.assertTrue(any(line.startswith(f"MAILOUT_{name}") for line in lines), name)
        self.assertEqual(len(lines), 9)

    def test_provider_needs_both(self):
        self.assertEqual(len(self.mistakes(MAILOUT_PROVIDER_URL="https://send.example")), 1)
        self.assertEqual(len(self.mistakes(MAILOUT_PROVIDER_TOKEN="bearer")), 1)
        read = settings.read({"MAILOUT_PROVIDER_URL": "https://send.example/", "MAILOUT_PROVIDER_TOKEN": "bearer"})
        self.assertEqual(read.provider_url, "https://send.example")

    def test_provider_base_is_without_version(self):
        self.assertIn("/v1", self.mistakes(MAILOUT_PROVIDER_URL="https://send.example/v1", MAILOUT_PROVIDER_TOKEN="t")[0])

    def test_a_cluster_has_a_majority(self):
        self.assertEqual(settings.read({"MAILOUT_BROKER_NODES": "3"}).broker_nodes, 3)
        self.assertEqual(len(self.mistakes(MAILOUT_BROKER_NODES="2")), 1)
        self.assertEqual(len(self.mistakes(MAILOUT_BROKER_NODES="3", MAILOUT_AMQP_URL="amqp://host/")), 1)

    def test_fake_providers_are_instead_of_a_real_one(self):
        self.assertEqual(settings.read({}).fake_providers, 1)
        self.assertEqual(settings.read({"MAILOUT_FAKE_PROVIDERS": "9"}).fake_providers, 9)
        self.assertEqual(len(self.mistakes(MAILOUT_FAKE_PROVIDERS="10")), 1)
        self.assertEqual(len(self.mistakes(MAILOUT_FAKE_PROVIDERS="2", MAILOUT_PROVIDER_URL="https://send.example", MAILOUT_PROVIDER_TOKEN="t")), 1)

    def test_ports_for_all_gateways(self):
        self.assertEqual(len(self.mistakes(MAILOUT_PORT="65535", MAILOUT_GATEWAYS="2")), 1)

    def test_a_password_is_never_in_a_complaint(self):
        text = "\n".join(self.mistakes(MAILOUT_DATABASE_URL="postgres://me:hush@host:0/db", MAILOUT_AMQP_URL="amqp://me:hush@"))
        self.assertNotIn("hush", text)

    def test_a_folder_with_other_things_is_no_state(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "letter").touch()
            self.assertEqual(len(self.mistakes(MAILOUT_STATE=folder)), 1)
            Path(folder, settings.MARKER).touch()
            self.assertEqual(settings.read({"MAILOUT_STATE": folder}).state, Path(os.path.normpath(folder)))

    def test_a_misspelt_name_is_pointed_out(self):
        read = settings.read({"MAILOUT_SENDER": "3", "MAILOUT_CALL_TIMEOUT": "5"})
        self.assertEqual(len(read.warnings), 1)
        self.assertIn("MAILOUT_SENDERS", read.warnings[0])
        self.assertEqual(read.extra["MAILOUT_CALL_TIMEOUT"], "5")


if __name__ == "__main__":
    unittest.main()
