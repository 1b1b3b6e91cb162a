"""Values that are code, numbers or files elsewhere: in every field, and in imports and exports."""

import copy
import csv
import gzip
import io
import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from behave import then, when

from support import documents
from support.conversation import Conversation

SQL = ["'; drop table customer.customer; --", "' or '1'='1", "1) union select version() --"]
# What a driver or a database says, which no answer may repeat.
LEAKS = ("syntax error", "PG::", "psql", "relation \"", "SQLSTATE", "PostgreSQL 1")


def places(value, way=()):
    """The way to every text in a JSON value."""
    if isinstance(value, str):
        yield way
    for name, member in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(member, (*way, name))


def changed(value, way, text):
    value = copy.deepcopy(value)
    here = value
    for name in way[:-1]:
        here = here[name]
    here[way[-1]] = text
    return value


def path_of(path: str, text: str | None) -> str:
    """The path with ids that nothing has, and the text in its other places."""
    for place in [part for part in path.split("/") if part.startswith("{")]:
        path = path.replace(place, "999999999" if place.endswith("id}") and "lead" not in place else quote(text or "nothing", safe=""))
    return path


def _try_sql(context, document, place: str, operation: dict) -> int:
    """SQL in every text of one operation; gives how often."""
    talk, (method, path), tried = Conversation(context.copy), place.split(" "), 0
    talk.authorization = context.talk.authorization

    def ask(path: str, body: str | None = None) -> None:
        nonlocal tried
        tried += 1
        answer = talk.send(method, path, body, "application/json" if body is not None else None)
        # The buyer of the description's example is nobody's: a lead for it is a buyer's failure.
        is_buyers = answer.status_code == 502 and answer.request.path_url.startswith(("/send", "/status/"))
        assert answer.status_code < 500 or is_buyers, talk.described()
        assert not any(leak in answer.text for leak in LEAKS), talk.described()

    for text in SQL:
        if "{" in path:
            ask(path_of(path, text), "{}" if "requestBody" in operation else None)
        for parameter in operation.get("parameters", []):
            if "$ref" in parameter:
                parameter = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
            if parameter["in"] == "query" and method == "GET":
                ask(f"{path_of(path, None)}?{parameter['name']}={quote(text)}")
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    for example in documents.examples(content, document) if content else []:
        for number, way in enumerate(places(example)):
            # A name of its own each time: what is made once more is refused for that alone.
            ask(path_of(path, None), json.dumps(changed(example, way, SQL[number % len(SQL)]) if way else SQL[0]))
    talk.close()
    return tried


@then("SQL in every field of every operation is only text")
def sql(context):
    document = context.talk.send("GET", "/openapi.json").json()
    operations = [each for each in documents.operations(document) if each[1]["operationId"] != "followMailout"]
    # Several at once: some answers wait a little for what is not known yet.
    with ThreadPoolExecutor(8) as pool:
        tried = sum(pool.map(lambda each: _try_sql(context, document, *each), operations))
    assert tried > 500, f"only {tried}"


@then("every list can still be read")
def lists(context):
    document = context.talk.send("GET", "/openapi.json").json()
    for place, operation in documents.operations(document):
        method, path = place.split(" ")
        if method == "GET" and operation["operationId"].startswith("list") and path.startswith("/api/"):
            assert context.talk.send("GET", path_of(path, None)).status_code in (200, 404), context.talk.described()


PHONES = [
    "７９１６１２３４５６７", "+٧٩١٦١٢٣٤٥٦٧", "७९१६१२३४५६७", "𝟕𝟗𝟏𝟔𝟏𝟐𝟑𝟒𝟓𝟔𝟕", "7\u200b9161234567", "\u202e76543216197", "7\u00a0916\u00a0123\u00a045\u00a067", "+7 916 123‑45‑67",
    "7️⃣9161234567", "⁷9161234567", "ⅦIX161234567", "79161234567\u0301", "7916123456७", "7" * 10_000, "+" * 100 + "79161234567", "79161234567;ext=1", "七九一六一二三四五六七", "0x126F9A3C7",
]  # fmt: skip


@then("a phone in whatever letters is stored in plain digits, or refused by its name")
def phones(context):
    for phone in PHONES:
        answer = context.talk.send("POST", "/api/customers", json.dumps({"phone": phone}), "application/json")
        if answer.status_code == 422:
            assert "/phone" in [error["pointer"] for error in answer.json()["errors"]], context.talk.described()
        elif answer.status_code == 409:  # a customer has it already: it was understood
            continue
        else:
            assert answer.status_code == 201, context.talk.described()
            stored = answer.json()["phone"]
            assert stored.isascii() and stored.isdigit() and 7 <= len(stored) <= 15, f"{phone!r}: {stored}"
            meant = "".join(str(unicodedata.digit(letter)) for letter in phone if unicodedata.digit(letter, None) is not None)
            assert stored == meant, f"{phone!r}: {stored}"


@when("somebody posts {what}")
def repetition(context, what):
    """Small on the way, or dull, and large for whoever believes it."""
    zeros = gzip.compress(bytes(64 << 20))
    phone = context.talk.filled("${new phone}")
    bodies = {
        "64 MB of nothing, packed": ("/api/customers/import", "text/csv", zeros, {"Content-Encoding": "gzip"}),
        "a customer of nothing, packed": ("/api/customers", "application/json", zeros, {"Content-Encoding": "gzip"}),
        "the same tag 50,000 times": ("/api/customers", "application/json", {"phone": phone, "tags": ["a"] * 50_000}, {}),
        "50,000 attributes": ("/api/customers", "application/json", {"phone": phone, "attributes": {f"a{n}": "x" for n in range(50_000)}}, {}),
        "the same member 50,000 times": ("/api/customers", "application/json", b"{" + b'"phone":"x",' * 50_000 + b'"phone":"x"}', {}),
        "a text of 200,000 escapes": ("/api/customers", "application/json", b'{"first_name":"' + b"\\u0041" * 150_000 + b'"}', {}),
        "300 placeholders": ("/api/mailouts", "application/json", {"text": "{{first_name}}" * 290, "end_at": "x"}, {}),
        "20,000 opening braces": ("/api/mailouts", "application/json", {"text": "{{" * 20_000, "end_at": "x"}, {}),
        "a header of 20,000 columns": ("/api/customers/import", "text/csv", "phone," + ",".join(f"c{n}" for n in range(20_000)) + "\n", {}),
        "20,000 times the same quote": ("/api/customers/import", "text/csv", "phone,first_name\n" + '"' * 40_001, {}),
        "2,000,000 empty lines": ("/api/customers/import", "text/csv", "phone\n" + "\n" * 2_000_000, {}),
    }  # fmt: skip
    path, media, body, headers = bodies[what]
    context.talk.headers |= headers
    context.talk.send("POST", path, json.dumps(body) if isinstance(body, dict) else body, media)


@then("it is refused, or nothing comes of it")
def refused_or_nothing(context):
    status = context.talk.answer.status_code
    assert 400 <= status < 500 or status == 200 and context.talk.body.get("created") == 0, context.talk.described()


TRAPS = [
    ("a quote that is not closed", 'phone,first_name\n{phone},"Anna\n'), ("a quote in the middle", 'phone,first_name\n{phone},An"na\n'),
    ("a quote and more behind it", 'phone,first_name\n{phone},"Anna"x\n'), ("a line end in quotes", 'phone,first_name\n{phone},"An\r\nna"\n'),
    ("lone carriage returns", "phone,first_name\r{phone},Anna\r"), ("semicolons", "phone;first_name\n{phone};Anna\n"), ("a column twice", "phone,phone\n{phone},1\n"),
    ("no header", "{phone},Anna\n"), ("more cells than columns", "phone\n{phone},Anna,x,y\n"), ("fewer cells than columns", "phone,first_name,tags\n{phone}\n"),
    ("a mark of byte order", "\ufeffphone,first_name\n{phone},Anna\n"), ("a header alone", "phone,first_name"), ("nothing", ""), ("a column without a name", "phone,\n{phone},x\n"),
    ("a NUL", "phone,first_name\n{phone},A\x00\n"), ("a separator of sheets", "sep=;\nphone;first_name\n{phone};Anna\n"),
]  # fmt: skip


@then("an import with a trap in its quotes, lines or columns goes in as it reads, or is refused by the line")
def traps(context):
    for title, text in TRAPS:
        phone = context.talk.filled("${new phone}")
        answer = context.talk.send("POST", "/api/customers/import", text.replace("{phone}", phone), "text/csv")
        assert answer.status_code in (200, 400, 422), f"{title}: {context.talk.described()}"
        found = context.talk.send("GET", f"/api/customers?phone={phone}").json()["items"]
        if answer.status_code != 200:
            assert not found, f"{title}: {found}"
            continue
        report = answer.json()
        assert report["created"] == len(found), f"{title}: {report}, {found}"
        assert report["rejected"] == 0 or report["errors"], f"{title}: {report}"
        for customer in found:
            assert customer["phone"] == phone, f"{title}: {customer}"


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "'=1", '=HYPERLINK("http://x")', "＝1+1", "=1\n=2"]


@then("no cell of an export is a formula to a sheet, and all of it can be imported again")
def formulas(context):
    talk = context.talk
    tag = talk.filled("${new word}")
    sent = {}
    for text in FORMULAS:
        phone = talk.filled("${new phone}")
        body = {"phone": phone, "first_name": text, "attributes": {"note": text}, "tags": [tag]}
        answer = talk.send("POST", "/api/customers", json.dumps(body), "application/json")
        if answer.status_code == 201:
            sent[phone] = text
        else:
            assert answer.status_code == 422, talk.described()
    exported = talk.send("GET", f"/api/customers/export?format=csv&tag={tag}").content
    for row in csv.reader(io.StringIO(exported.decode(), newline="")):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"{cell!r}"
    report = talk.send("POST", "/api/customers/import", exported, "text/csv").json()
    assert report["updated"] == len(sent) and report["rejected"] == 0, report
    for phone, text in sent.items():
        [customer] = talk.send("GET", f"/api/customers?phone={phone}").json()["items"]
        assert customer["first_name"] == text and customer["attributes"]["note"] == text, f"{text!r}: {customer}"
