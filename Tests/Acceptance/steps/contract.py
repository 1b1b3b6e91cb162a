"""schemathesis: requests of every kind to every operation, right ones and wrong ones, each answer held against /openapi.json."""

import time
from itertools import count

from behave import given, then, when

from support import documents, links
from support.schemathesis_run import SEED, Report, run_all

# These are asked beside the others, and take about as long: statistics wait a little for what they do not know yet.
HALF = ("Messages", "Statistics", "Leads", "Buyers")

# So often the chains are gone over, each time with other dice, for the sake of links that were not followed to a success;
# more often, and longer each time, only on a machine that is too slow to get anywhere.
ROUNDS = 8

# Seconds, beyond which nobody goes on.
PATIENCE = 900


@given("the description of the API")
def description(context):
    context.openapi = context.talk.send("GET", "/openapi.json").json()


@when("schemathesis asks every operation for what it allows and what it does not")
def ask(context):
    """All checks; in each phase all that it makes of an operation, but of the random ones a few."""
    phases = ["--phases", "examples,coverage,fuzzing", "--max-examples", "5"]
    half = [option for tag in HALF for option in ("--include-tag", tag)]
    others = [option for tag in HALF for option in ("--exclude-tag", tag)]
    # Left out unless it is named: it is what is read first.
    half += ["--include-path", "/openapi.json"]
    context.report = run_all(context.copy.url, context.talk.authorization, {"half": phases + half, "others": phases + others})


@then("it has found nothing")
def nothing(context):
    """No 5xx, no status and no header that is not described, no body of another shape, nothing refused that is allowed or
    taken that is not, nothing open without a credential, nothing there that was deleted, nothing gone that was made."""
    assert not context.report.complaints, "\n".join(context.report.complaints)


@then("every phase went to its end")
def ended(context):
    bad = {f"{phase}: {status}" for phase, status in context.report.phases if status not in ("success", "skip")}
    assert not bad, sorted(bad)


@then("every operation was asked in coverage and in fuzzing, and in examples if it takes a body")
def every_operation(context):
    """No phase was short of time, no operation left out."""
    report, all_operations = context.report, dict(documents.operations(context.openapi))
    missing = [f"{phase}: {label}" for phase in ("coverage", "fuzzing") for label in all_operations if label not in report.operations(phase)]
    given = {label for label, operation in all_operations.items() if "requestBody" in operation}
    missing += [f"examples: {label}" for label in given - report.operations("examples")]
    assert not missing, f"not asked: {sorted(missing)}"
    print(f"{sum(report.asked.values())} requests to {len(all_operations)} operations")


@given("whatever can be made has links to all that can be done with it")
def whole_links(context):
    """Otherwise no chain would go there."""
    missing = links.missing(context.openapi)
    assert not missing, f"no link: {missing}"


@when("schemathesis goes from everything that can be made wherever its answer leads, but for success not by")
def chains(context):
    """Each kind of thing by itself, for as long as its links are many; what did not succeed is gone over again."""
    groups, wanted = links.groups(context.openapi), links.names(context.openapi)
    context.excepted = {row["link"] for row in context.table}
    assert context.excepted <= wanted, f"there is no such link: {sorted(context.excepted - wanted)}"
    context.report = Report()
    deadline = time.monotonic() + PATIENCE
    for round in count():
        left = {root: group for root, group in groups.items() if any(not _done(context, name) for name in group.links)}
        if not left or time.monotonic() > deadline:
            return
        longer = 1 + round // ROUNDS
        jobs = {root: _chain(group, longer * (3 + len(group.links) // 2)) for root, group in left.items()}
        context.report.add(run_all(context.copy.url, context.talk.authorization, jobs, SEED + round, infers=False))


def _done(context, name: str) -> bool:
    return bool(context.report.followed[name] if name in context.excepted else context.report.arrived[name])


def _chain(group: links.Group, seconds: int) -> list[str]:
    """In so many seconds there are chains over and over, each another."""
    options = ["--phases", "stateful", "--max-time", str(seconds), "--max-examples", "50"]
    return options + [option for id in sorted(group.operations) for option in ("--include-operation-id", id)]


@then("every other link was followed to a success, and those at all")
def every_link(context):
    wanted, report = links.names(context.openapi), context.report
    never = sorted(name for name in wanted if not report.followed[name])
    assert not never, f"never followed: {never}"
    failed = sorted(name for name in wanted if not _done(context, name))
    assert not failed, f"never to a success: {failed}"
    print(f"{sum(report.followed.values())} steps along {len(wanted)} links")


@when("it goes on along the links that it guesses too")
def guess(context):
    """Every id in an answer that could be one elsewhere."""
    _guess(context, SEED)


def _guess(context, seed: int) -> None:
    jobs = {root: _chain(group, 4) for root, group in links.groups(context.openapi).items()}
    context.report.add(run_all(context.copy.url, context.talk.authorization, jobs, seed))


@then("it has followed at least {number:d} links")
def followed(context, number):
    """On a slow machine it takes more than one round."""
    deadline = time.monotonic() + PATIENCE
    for round in count(1):
        if len(context.report.followed) >= number or time.monotonic() > deadline:
            break
        _guess(context, SEED + round)
    nothing(context)
    assert len(context.report.followed) >= number, f"only {len(context.report.followed)}"
