"""The table that `make chaos` ends with."""

from __future__ import annotations

from chaos.rows import Row
from chaos.trial import Trial


def table(rows: list[Row], trials: list[Trial]) -> str:
    lines = [f"{'fault':<28}{'times':>6}{'lost':>6}{'duplicated':>12}{'allowed':>9}{'recovery s':>12}{'longest':>9}  verdict"]
    for row in rows:
        mine = [trial for trial in trials if trial.row == row.name]
        if not mine:
            lines.append(f"{row.name:<28}{0:>6}{'':>48}  not run{'' if row.needs() else ': this machine does not allow it'}")
            continue
        injections = [injection for trial in mine for injection in trial.injections]
        times = sorted(recovery for trial in mine for recovery in trial.recoveries)
        broken = [breach for trial in mine for breach in trial.breaches]
        middle, longest = (times[len(times) // 2], times[-1]) if times else (0.0, 0.0)
        lines.append(
            f"{row.name:<28}{len(injections):>6}{sum(trial.verdict.lost for trial in mine):>6}"
            f"{sum(trial.verdict.duplicated for trial in mine):>12}{sum(injection.allowed for injection in injections):>9}"
            f"{middle:>12.1f}{longest:>9.1f}  {'BROKEN: ' + '; '.join(broken) if broken else 'holds'}{remarks(mine)}"
        )
    return "\n".join(lines)


def remarks(trials: list[Trial]) -> str:
    """Messages that ended otherwise than sent: no fault of the platform, but worth a look."""
    others: dict[str, int] = {}
    for trial in trials:
        for status, count in trial.others.items():
            others[status] = others.get(status, 0) + count
    return f" ({', '.join(f'{count} {status}' for status, count in others.items())})" if others else ""
