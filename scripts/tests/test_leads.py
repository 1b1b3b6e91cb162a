"""The lead fixtures are leads, and what `--fresh` makes of them nobody has had before."""

import json
import unittest

from client import leads
from client.api import Refused


class LeadFixtureTests(unittest.TestCase):
    def test_every_fixture_is_a_lead_under_its_own_name(self):
        self.assertGreaterEqual(len(leads.fixtures()), 3)
        for lead_id in leads.fixtures():
            lead = leads.read(lead_id)
            self.assertEqual(lead["lead_id"], lead_id)
            for field in lead["customer_fields_mapping"].values():
                self.assertEqual(set(field), {"customer_key", "customer_value"})

    def test_the_people_of_fixtures_are_invented(self):
        for lead_id in leads.fixtures():
            mapping = leads.read(lead_id)["customer_fields_mapping"]
            self.assertTrue(mapping["email"]["customer_value"].endswith("@example.com"))
            self.assertTrue(mapping["phone_mobile"]["customer_value"].startswith("063998"))

    def test_a_fresh_lead_is_another_persons(self):
        before = leads.read(leads.fixtures()[0])
        after = leads.freshened(json.loads(json.dumps(before)), 123456789)
        self.assertEqual(after["lead_id"], before["lead_id"] + "-123456789")
        for name in ("email", "phone_mobile"):
            self.assertNotEqual(after["customer_fields_mapping"][name], before["customer_fields_mapping"][name])
        self.assertEqual(after["customer_fields_mapping"]["nom"], before["customer_fields_mapping"]["nom"])

    def test_an_unknown_fixture_is_named(self):
        for lead_id in ("nobody", "../../README", "a/b"):
            with self.assertRaisesRegex(Refused, "there is no fixture"):
                leads.read(lead_id)
