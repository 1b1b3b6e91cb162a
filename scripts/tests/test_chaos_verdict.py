"""What the evidence of a mailout means."""

import unittest

from chaos.evidence import Evidence
from chaos.verdict import examine


def evidence(**changes) -> Evidence:
    """Two customers, each sent one message; with changes."""
    whole = {
        "customers": {1: "7001", 2: "7002"},
        "rows": [(11, 1, "sent"), (12, 2, "sent")],
        "calls": {11: ("7001", 1, 1), 12: ("7002", 1, 1)},
        "counters": {"sent": 2},
        "reported": {"sent": 2},
    }
    return Evidence(**(whole | changes))


class VerdictTests(unittest.TestCase):
    def test_all_is_well(self):
        self.assertEqual(examine(evidence()).breaches(0), [])

    def test_a_customer_without_a_row_is_lost(self):
        found = examine(evidence(rows=[(11, 1, "sent")], calls={11: ("7001", 1, 1)}, counters={"sent": 1}, reported={"sent": 1}))
        self.assertEqual(found.breaches(0), ["1 lost"])

    def test_a_message_that_is_not_final_is_lost(self):
        rows = [(11, 1, "sent"), (12, 2, "queued")]
        counts = {"sent": 1, "queued": 1}
        self.assertEqual(examine(evidence(rows=rows, calls={11: ("7001", 1, 1)}, counters=counts, reported=counts)).breaches(0), ["1 lost"])

    def test_duplicates_are_held_against_the_bound(self):
        found = examine(evidence(calls={11: ("7001", 3, 2), 12: ("7002", 1, 1)}))
        self.assertEqual(found.duplicated, 2)
        self.assertEqual(found.breaches(2), [])
        self.assertEqual(found.breaches(1), ["2 duplicated, 1 allowed"])

    def test_repeats_of_failed_calls_are_by_design(self):
        self.assertEqual(examine(evidence(calls={11: ("7001", 3, 1), 12: ("7002", 3, 2)}), only_accepted=True).duplicated, 1)

    def test_two_messages_to_one_customer(self):
        found = examine(evidence(rows=[(11, 1, "sent"), (12, 2, "sent"), (13, 2, "sent")], calls=evidence().calls | {13: ("7002", 1, 1)}, counters={"sent": 3}, reported={"sent": 3}))
        self.assertEqual(found.breaches(9), ["1 customers with two messages"])

    def test_a_call_that_nobody_recorded(self):
        self.assertEqual(examine(evidence(calls=evidence().calls | {99: ("7009", 1, 1)})).breaches(0), ["1 calls without a row"])

    def test_a_wrong_phone(self):
        self.assertEqual(examine(evidence(calls={11: ("7002", 1, 1), 12: ("7002", 1, 1)})).breaches(0), ["1 calls to a wrong phone"])

    def test_sent_must_have_been_accepted_and_the_reverse(self):
        self.assertEqual(examine(evidence(calls={11: ("7001", 1, 1)})).breaches(0), ["1 sent but not accepted"])
        counts = {"sent": 1, "failed": 1}
        found = examine(evidence(rows=[(11, 1, "sent"), (12, 2, "failed")], counters=counts, reported=counts))
        self.assertEqual(found.breaches(0), ["1 accepted but not sent"])

    def test_counters_and_statistics_agree_with_the_rows(self):
        self.assertEqual(len(examine(evidence(counters={"sent": 3})).breaches(0)), 1)
        self.assertEqual(len(examine(evidence(reported={"sent": 1, "queued": 1})).breaches(0)), 1)

    def test_leftovers_are_named(self):
        self.assertEqual(examine(evidence(leftovers={"claims": 3})).breaches(0), ["3 claims left"])


if __name__ == "__main__":
    unittest.main()
