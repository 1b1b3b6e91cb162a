"""The goals, and how a figure stands against them."""

from __future__ import annotations

# key: (what, unit, must, aim, more is better)
GOALS = {
    "end_to_end_share": ("end to end, share of the libcurl limit", "", 0.35, 0.60, True),
    "first_call_future_ms": ("first call after start_at, start in the future", "ms", 200, 50, False),
    "first_call_past_ms": ("first call after creation, start already past", "ms", 200, 50, False),
    "cost_spread": ("CPU a message, largest mailout to smallest, orders apart", "x", 1.15, 1.05, False),
    "cost_spread_at_once": ("the same, many of the smallest at once (SIZES)", "x", 1.15, 1.05, False),
    "memory_peak_mb": ("memory of the largest service, at its peak", "MB", 150, 60, False),
    "memory_idle_mb": ("memory of the largest service, idle", "MB", None, 30, False),
    "read_per_second": ("gateway: read one customer, 32 clients", "/s", 3000, 5000, True),
    "create_per_second": ("gateway: create a customer, 32 clients", "/s", 1500, 3000, True),
    "read_alone_ms": ("gateway: read one customer, one client, p50", "ms", 3, 1, False),
    "create_alone_ms": ("gateway: create a customer, one client, p50", "ms", 3, 1, False),
    "import_per_second": ("import of customers, CSV upload", "/s", 20000, 50000, True),
    "p99_growth": ("API p99 while the provider hangs, against a healthy one", "x", 1.25, 1.10, False),
    "beside_extra_seconds": ("100 customers beside the largest mailout, against alone", "s", 2.0, 0.5, False),
    "senders_gain": ("several senders (MAILOUT_SENDERS), against one", "x", None, 1.0, True),
    "list_ms": ("statistics and list pages, the slowest (LISTS)", "ms", 200, 50, False),
}


def verdict(value, must, aim, more: bool) -> str:
    if value is None:
        return "not measured"
    reached = (lambda goal: value >= goal) if more else (lambda goal: value <= goal)
    if reached(aim):
        return "aim reached"
    if must is None or reached(must):
        return "must reached" if must is not None else "short of the aim"
    return f"must missed: {value / must:.2f} of it" if more else f"must missed: {value / must:.2f} times it"


def table(figures: dict) -> str:
    lines = [f"{'what':<58}{'measured':>14}{'must':>9}{'aim':>9}  verdict"]
    for key, (what, unit, must, aim, more) in GOALS.items():
        value = figures.get(key)
        lines.append(f"{what:<58}{number(value) + ' ' + unit if value is not None else '-':>14}{number(must):>9}{number(aim):>9}  {verdict(value, must, aim, more)}")
    return "\n".join(lines)


def number(value) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
