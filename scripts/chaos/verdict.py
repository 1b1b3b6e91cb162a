"""What the evidence of a mailout means: who was lost, who was called twice, what does not add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from chaos.evidence import Evidence
from client.running import FINAL


@dataclass
class Verdict:
    lost: int  # customers without a final row
    duplicated: int  # calls beyond the first for a message
    differences: list[str] = field(default_factory=list)  # everything that must agree and does not

    def breaches(self, allowed: int) -> list[str]:
        found = [f"{self.lost} lost"] if self.lost else []
        if self.duplicated > allowed:
            found.append(f"{self.duplicated} duplicated, {allowed} allowed")
        return found + self.differences


def examine(evidence: Evidence, only_accepted: bool = False) -> Verdict:
    """`only_accepted`: the provider failed calls, which are then made again by design; accepted ones alone count."""
    final = Counter(customer for _, customer, status in evidence.rows if status in FINAL)
    rows = Counter(customer for _, customer, _ in evidence.rows)
    statuses = Counter(status for _, _, status in evidence.rows)
    messages = {message: (customer, status) for message, customer, status in evidence.rows}
    lost = sum(1 for customer in evidence.customers if not final[customer])
    duplicated = sum(max(0, (accepted if only_accepted else count) - 1) for _, count, accepted in evidence.calls.values())

    differences: dict[str, int] = {
        "customers with two messages": sum(1 for count in rows.values() if count > 1),
        "messages for strangers": sum(1 for customer in rows if customer not in evidence.customers),
        "calls without a row": sum(1 for message in evidence.calls if message not in messages),
        "calls to a wrong phone": 0,
        "sent but not accepted": 0,
        "accepted but not sent": 0,
    }
    for message, (customer, status) in messages.items():
        phone, _, accepted = evidence.calls.get(message, (None, 0, 0))
        if phone is not None and phone != evidence.customers.get(customer):
            differences["calls to a wrong phone"] += 1
        if status in ("sent", "delivered") and not accepted:
            differences["sent but not accepted"] += 1
        if status not in ("sent", "delivered") and accepted:
            differences["accepted but not sent"] += 1
    found = [f"{number} {what}" for what, number in differences.items() if number]
    if evidence.counters != dict(statuses):
        found.append(f"counters {evidence.counters} instead of {dict(statuses)}")
    if evidence.reported != dict(statuses):
        found.append(f"statistics {evidence.reported} instead of {dict(statuses)}")
    found += [f"{number} {what} left" for what, number in evidence.leftovers.items()]
    return Verdict(lost, duplicated, found)
