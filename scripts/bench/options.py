"""What a person asks of `make bench` by environment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stack.settings import Mistakes


@dataclass
class Options:
    count: int = 100_000
    runs: int = 3
    sizes: list[int] = field(default_factory=list)  # a mailout of each, to see that a message costs the same
    lists: int = 0  # message rows to fill in before pages are timed; 0: not timed
    senders: int = 1  # measured again with so many


def read(environment: dict[str, str]) -> Options:
    """Raises Mistakes with everything that is wrong."""
    mistakes: list[str] = []

    def number(name: str, default: int, low: int, high: int) -> int:
        text = environment.get(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            mistakes.append(f"{name}={text}: must be a whole number from {low} to {high}")
            return default
        return int(text)

    options = Options(number("COUNT", 100_000, 1, 5_000_000), number("RUNS", 3, 1, 50))
    options.senders = number("MAILOUT_SENDERS", 1, 1, 64)
    lists = number("LISTS", 0, 0, 100_000_000)
    options.lists = 10_000_000 if lists == 1 else lists
    for text in re.split(r"[,\s]+", (environment.get("SIZES") or "").strip()):
        if re.fullmatch(r"[0-9]{1,7}", text) and 100 <= int(text) <= 5_000_000:
            options.sizes.append(int(text))
        elif text:
            mistakes.append(f"SIZES: {text} must be a whole number from 100 to 5000000")
    options.sizes.sort()
    if mistakes:
        raise Mistakes(mistakes)
    return options
