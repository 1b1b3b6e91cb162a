"""How an expected JSON text is compared with what came: by its meaning, with placeholders for what nobody can know before."""

from __future__ import annotations

import re
import uuid
from datetime import datetime


def _is_time(value) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_uuid(value) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


PLACEHOLDERS = {
    "<any>": lambda value: True,
    "<integer>": lambda value: type(value) is int,
    "<number>": lambda value: type(value) in (int, float),
    "<string>": lambda value: isinstance(value, str),
    "<list>": lambda value: isinstance(value, list),
    "<object>": lambda value: isinstance(value, dict),
    "<time>": _is_time,
    "<uuid>": _is_uuid,
}


def differences(expected, actual, at: str = "", whole: bool = True, lists: bool = False) -> list[str]:
    """What differs, each with its JSON pointer. Not `whole`: an object may have further members, and a list further elements
    unless `lists` says that these are whole."""
    if isinstance(expected, str) and expected in PLACEHOLDERS:
        return [] if PLACEHOLDERS[expected](actual) else [f"{at or '/'}: expected {expected}, got {actual!r}"]
    if isinstance(expected, str) and expected.startswith("<matches ") and expected.endswith(">"):
        found = isinstance(actual, str) and re.fullmatch(expected[9:-1], actual)
        return [] if found else [f"{at or '/'}: expected {expected}, got {actual!r}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _objects(expected, actual, at, whole, lists)
    if isinstance(expected, list) and isinstance(actual, list):
        return _lists(expected, actual, at, whole, lists)
    same = type(expected) is type(actual) or {type(expected), type(actual)} == {int, float}
    return [] if same and expected == actual else [f"{at or '/'}: expected {expected!r}, got {actual!r}"]


def _objects(expected: dict, actual: dict, at: str, whole: bool, lists: bool) -> list[str]:
    found = [f"{at}/{name}: is missing" for name in expected if name not in actual]
    if whole:
        found += [f"{at}/{name}: is not expected, got {actual[name]!r}" for name in actual if name not in expected]
    for name in expected.keys() & actual.keys():
        found += differences(expected[name], actual[name], f"{at}/{name}", whole, lists)
    return found


def _lists(expected: list, actual: list, at: str, whole: bool, lists: bool) -> list[str]:
    if not whole and not lists:
        missing = [each for each in expected if not any(not differences(each, other, whole=False) for other in actual)]
        return [f"{at or '/'}: has no element like {each!r}; it is {actual!r}" for each in missing]
    if len(expected) != len(actual):
        return [f"{at or '/'}: expected {len(expected)} elements, got {len(actual)}: {actual!r}"]
    found = []
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        found += differences(one, other, f"{at}/{index}", whole, lists)
    return found


def member(value, pointer: str):
    """What a JSON pointer names; raises AssertionError where there is nothing."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise AssertionError(f"there is no {pointer} in {value!r}") from None
    return value
