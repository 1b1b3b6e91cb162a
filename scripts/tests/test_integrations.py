"""What the broker is told about a program on its queues."""

import base64
import hashlib
import json
import re
import unittest

from stack import integrations
from stack.settings import ROOT
from stack.state import Failed

RIGHTS = {
    "name": "shop", "user": "integration-shop", "queue": "integration.shop.events",
    "write": r"^(mailout\.commands|mailout\.queries|integration\.shop\..*)$", "read": r"^(mailout\.events|integration\.shop\..*)$",
    "topics": {"mailout.commands": {"write": r"^(mailout-scheduler\.mailout\.create\.v1)$", "read": "^$"}},
}  # fmt: skip


class IntegrationTests(unittest.TestCase):
    def test_the_user_may_do_what_its_rights_say_and_declare_nothing(self):
        told = integrations.definitions(RIGHTS, "secret")
        [permission] = told["permissions"]
        self.assertEqual((permission["configure"], permission["write"], permission["read"]), ("^$", RIGHTS["write"], RIGHTS["read"]))
        self.assertEqual(told["topic_permissions"], [{"user": "integration-shop", "vhost": "/", "exchange": "mailout.commands", **RIGHTS["topics"]["mailout.commands"]}])
        self.assertEqual(told["users"][0]["tags"], [])

    def test_the_password_is_told_as_a_hash(self):
        told = integrations.definitions(RIGHTS, "secret")
        self.assertNotIn("secret", json.dumps(told))
        digest = base64.b64decode(told["users"][0]["password_hash"])
        self.assertEqual(digest[4:], hashlib.sha256(digest[:4] + b"secret").digest())

    def test_every_queue_of_an_integration_is_bounded(self):
        value = integrations.policy()["value"]
        self.assertTrue(re.search(value["pattern"], RIGHTS["queue"]))
        self.assertEqual(value["definition"], {"max-length-bytes": 64 << 20})
        self.assertIn(integrations.policy(), integrations.definitions(RIGHTS, "secret")["parameters"])

    def test_a_queue_made_by_hand_is_bounded_and_none_of_our_own(self):
        value = integrations.strangers_policy()["value"]
        self.assertEqual(value["definition"], integrations.policy()["value"]["definition"])
        self.assertLess(value["priority"], integrations.policy()["value"]["priority"])
        for name in ["shop", "amq.gen-x", "senders.x", "my.sender.batches", "statistics.v1"]:
            self.assertTrue(re.search(value["pattern"], name), name)
        topology = (ROOT / "Shared/Contracts/Topology.swift").read_text()
        own = re.findall(r'name:\s+"([a-z][a-z.-]*?)\.', topology) + ["customer", "mailout-scheduler", "sender", "stats"]
        self.assertGreater(len(own), 10)
        for name in own:
            if name != "mailout":  # an exchange
                self.assertFalse(re.search(value["pattern"], f"{name}.x.v1"), name)
        # Elsewhere other applications may have queues of their own.
        self.assertNotIn(integrations.strangers_policy(), integrations.definitions(RIGHTS, "secret")["parameters"])

    def test_names_that_could_be_something_else_are_refused(self):
        for name in ["", "-a", "a-", "A", "a.b", "../a", "a b", "a" * 41, "ä"]:
            with self.subTest(name=name), self.assertRaises(Failed):
                integrations.check(name)
        for name in ["a", "shop", "shop-2", "a" * 40]:
            integrations.check(name)


if __name__ == "__main__":
    unittest.main()
