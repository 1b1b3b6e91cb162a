"""Roles: their URLs follow from the administrator's, the same everywhere."""

import tempfile
import unittest
from pathlib import Path

from stack import database, urls
from stack.state import State


class RoleTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = State(Path(folder.name))
        self.state.create()

    def test_every_machine_with_the_url_agrees(self):
        with tempfile.TemporaryDirectory() as other:
            there = State(Path(other))
            there.create()
            admin = urls.database("postgres://admin:pass@db/mailout")
            self.assertEqual(database.role_url(self.state, admin, "stats"), database.role_url(there, admin, "stats"))

    def test_each_role_has_its_own_password(self):
        admin = urls.database("postgres://admin:pass@db/mailout")
        self.assertEqual(len({database.role_url(self.state, admin, service).password for service in database.ROLES}), 4)

    def test_without_a_password_to_derive_from_one_is_kept(self):
        admin = urls.database("postgres://admin@db/mailout")
        first = database.role_url(self.state, admin, "sender")
        self.assertTrue(first.password)
        self.assertEqual(database.role_url(self.state, admin, "sender"), first)

    def test_the_server_gets_a_verifier(self):
        verifier = database.scram_verifier("pencil")
        self.assertRegex(verifier, r"^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$")
        self.assertNotIn("pencil", verifier)


if __name__ == "__main__":
    unittest.main()
