"""What nobody honest sends: always a clear refusal or a closed connection, in bounded memory, with nothing half-written."""

import json
import resource
import time
from pathlib import Path

from behave import given, then, when

from support import documents, raw

MEGABYTE = 1 << 20


def gateway_memory(context) -> int:
    """Resident memory of the gateway, in bytes."""
    if context.copy.state is None:
        context.scenario.skip("the gateway's memory can be read only of a copy that was started here")
    processes = json.loads(context.copy.stack("status", "--json"))
    pid = next(process["pid"] for process in processes if process["name"] == "gateway")
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096


def customers(context) -> int:
    count, cursor = 0, ""
    while cursor is not None:
        page = context.talk.send("GET", f"/api/customers?limit=1000{cursor and '&after=' + cursor}").json()
        count, cursor = count + len(page["items"]), page["next"]
    return count


def request(context, method: str, target: str, headers: str, body: bytes = b"") -> bytes:
    credential = f"Authorization: {context.talk.authorization}\r\n" if context.talk.authorization else ""
    return f"{method} {target} HTTP/1.1\r\nHost: mailout\r\nConnection: close\r\n{credential}{headers}\r\n".encode() + body


@given("I note the gateway's memory and its customers")
def note(context):
    context.memory, context.customers = gateway_memory(context), customers(context)


@then("the gateway's memory has grown by less than {megabytes:d} MB")
def memory(context, megabytes):
    grown = gateway_memory(context) - context.memory
    assert grown < megabytes * MEGABYTE, f"by {grown // MEGABYTE} MB"


@then("there are as many customers as before")
def as_many(context):
    now = customers(context)
    assert now == context.customers, f"{context.customers} before, {now} now"


@then("it is refused with {codes}, or the connection closed")
def refused(context, codes):
    for received in context.received:
        status = raw.status(received)
        assert status is None or str(status) in codes.replace(",", " ").split(), received[:500]


@then("others are served meanwhile")
def served(context):
    """Soon, or on a busy machine at least while those who are slow are still there: nobody has waited for their end."""
    for _ in range(5):
        began = time.monotonic()
        answer = context.talk.send("GET", "/api/customers?limit=1")
        took = time.monotonic() - began
        assert answer.status_code == 200, context.talk.described()
        slow = getattr(context, "slow", [])
        assert took < 5 or any(raw.waits(each) for each in slow) or (not slow and took < 60), f"it took {took:.0f} s"


@when("I {method:Method} {path:Path} as {media:Media} with a body of {megabytes:d} MB {manner}")
def large(context, method, path, media, megabytes, manner):
    """`at once` with its length, `in chunks` without."""
    chunk = b"a" * MEGABYTE
    chunked = manner == "in chunks"
    length = "Transfer-Encoding: chunked\r\n" if chunked else f"Content-Length: {megabytes * MEGABYTE}\r\n"
    connection = raw.connect(context.copy.url)
    raw.send(connection, request(context, method, path, f"Content-Type: {media}\r\n{length}"))
    for _ in range(megabytes):
        raw.send(connection, f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" if chunked else chunk)
    raw.send(connection, b"0\r\n\r\n" if chunked else b"")
    context.received = [raw.answer(connection)]


@when("{count:d} clients send their header one byte at a time")
def slow_headers(context, count):
    context.slow = [raw.connect(context.copy.url) for _ in range(count)]
    context.add_cleanup(lambda: [each.close() for each in context.slow])
    for each in context.slow:
        raw.send(each, b"GET /api/customers HTTP/1.1\r\nHost: m")
    for byte in (b"a", b"i", b"l"):
        for each in context.slow:
            raw.send(each, byte)


@when("{count:d} clients send half of a body and stop")
def slow_bodies(context, count):
    head = request(context, "POST", "/api/customers", "Content-Type: application/json\r\nContent-Length: 100\r\n", b'{"phone": "7916')
    context.slow = [raw.connect(context.copy.url) for _ in range(count)]
    for each in context.slow:
        raw.send(each, head)


@then("each of them is refused with {codes}, or closed, within {seconds:d} seconds")
def all_refused(context, codes, seconds):
    deadline = time.monotonic() + seconds
    context.received = []
    for each in context.slow:
        each.settimeout(max(1, deadline - time.monotonic()))
        context.received.append(raw.answer(each))
    refused(context, codes)


@when("{count:d} clients connect and say nothing")
def idle(context, count):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most == resource.RLIM_INFINITY or most > count + 100, f"this machine lets a process have {most} files: too few for {count} connections"
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    context.slow = [raw.connect(context.copy.url) for _ in range(count)]
    context.add_cleanup(lambda: [each.close() for each in context.slow])


@when("I send JSON that is {depth:d} deep in {opening}")
def deep(context, depth, opening):
    body = {"arrays": b"[" * depth, "objects": b'{"a":' * depth}[opening]
    headers = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    context.received = [raw.exchange(context.copy.url, request(context, "POST", "/api/customers", headers, body))]


@when("I send {count:d} headers of {length:d} bytes")
def flood(context, count, length):
    headers = "".join(f"X-Flood-{number}: {'f' * length}\r\n" for number in range(count))
    context.received = [raw.exchange(context.copy.url, request(context, "GET", "/api/customers", headers))]


@when("I ask for {count:d} query parameters")
def parameters(context, count):
    target = "/api/customers?" + "&".join(["tag=a"] * count)
    context.received = [raw.exchange(context.copy.url, request(context, "GET", target, ""))]


@when("I ask for the raw target {target}")
def target(context, target):
    context.received = [raw.exchange(context.copy.url, request(context, "GET", target, ""))]


@then("nothing of the machine is in the answer")
def nothing(context):
    for received in context.received:
        for trace in (b"root:", b"[Unit]", b"secrets", b"passwd:"):
            assert trace not in received, received[:500]


@when("I send the bytes {escaped} as {media:Media} to {path:Path}")
def bytes_to(context, escaped, media, path):
    """`\\x00` and the like stand for bytes."""
    body = escaped.encode("latin-1").decode("unicode_escape").encode("latin-1")
    headers = f"Content-Type: {media}\r\nContent-Length: {len(body)}\r\n"
    context.received = [raw.exchange(context.copy.url, request(context, "POST", path, headers, body))]


@when("I send the header bytes {escaped}")
def header_bytes(context, escaped):
    data = request(context, "GET", "/api/customers", "")
    line = escaped.encode("latin-1").decode("unicode_escape").encode("latin-1")
    context.received = [raw.exchange(context.copy.url, data[:-2] + line + b"\r\n\r\n")]


SHAPES = ["", "null", "true", "1", '"text"', "[]", "[[]]", "[null]", '{"": 1}', '{"nonsense": 1}', "{", "}", '{"a": 1, "a": 2}', '{"a": 1e999}', "NaN", "\ufeff{}"]


@then("no operation answers a body of a wrong shape with a failure of its own")
def shapes(context):
    """Every operation that reads JSON, every shape: a 4xx, or a success where the shape happens to be right."""
    document = context.talk.send("GET", "/openapi.json").json()
    tried = 0
    for place, operation in documents.operations(document):
        if not any(kind.endswith("json") for kind in operation.get("requestBody", {}).get("content", {})):
            continue
        method, path = place.split(" ")
        for parameter in ("{id}", "{tag_id}"):
            path = path.replace(parameter, "999999999")
        if "{" in path:
            path = path[: path.index("{")] + "nothing"
        for shape in SHAPES:
            answer = context.talk.send(method, path, shape, "application/json")
            tried += 1
            assert 200 <= answer.status_code < 500, f"{shape!r}: {context.talk.described()}"
    assert tried > 100, f"only {tried}"


@then("text that is code elsewhere is only text")
def only_text(context):
    """SQL, formulas, markup and format strings in every field of a customer come back as they went in."""
    texts = [
        "'; drop table customer.customer; --", '" or 1=1 --', "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{first_name}}", "%s%n%x", "$(id)", "\\", "\U0001f600", "e\u0301",
        "\u202egnp.exe",
    ]  # fmt: skip
    for text in texts:
        phone = context.talk.filled("${new phone}")
        sent = {"phone": phone, "first_name": text, "last_name": text, "attributes": {"note": text}, "tags": [text.replace(";", ",").strip()]}
        answer = context.talk.send("POST", "/api/customers", json.dumps(sent), "application/json")
        assert answer.status_code == 201, context.talk.described()
        stored = context.talk.send("GET", f"/api/customers/{answer.json()['id']}").json()
        for field, value in sent.items():
            assert stored[field] == value, f"{field}: {stored[field]!r} is not {value!r}"
        for name in ("tag", "q", "email", "timezone"):
            found = context.talk.session.get(f"{context.talk.copy.url}/api/customers", params={name: text}, headers={"Authorization": context.talk.authorization}, timeout=300)
            assert found.status_code in (200, 422), f"{name}={text}: {found.status_code} {found.text[:300]}"
