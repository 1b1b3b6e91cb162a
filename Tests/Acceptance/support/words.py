"""The kinds of words that steps are made of."""

from behave import register_type
from parse import with_pattern


@with_pattern(r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")
def method(text: str) -> str:
    return text


@with_pattern(r"/\S*")
def path(text: str) -> str:
    return text


@with_pattern(r"[A-Za-z0-9_-]+")
def word(text: str) -> str:
    return text


@with_pattern(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(?:; ?charset=[A-Za-z0-9-]+)?")
def media(text: str) -> str:
    return text


register_type(Method=method, Path=path, Word=word, Media=media)
