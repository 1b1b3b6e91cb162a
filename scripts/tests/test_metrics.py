"""docs/operations.md lists every metric that the code declares, and none besides."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECLARED = re.compile(r'\.(?:counter|gauge|histogram)s?\(\s*"([a-z_]+)",\s*"(?:[^"\\\\]|\\\\.)*"(?:,\s*labels: \[([^\]]*)\])?')
LISTED = re.compile(r"`([a-z_]+)(?:\{([a-z_,]+)\})?`")


def declared() -> dict[str, tuple[str, ...]]:
    """Name to labels, from the sources."""
    found = {}
    for folder in ("Services", "Shared"):
        for source in (ROOT / folder).rglob("*.swift"):
            for name, labels in DECLARED.findall(source.read_text()):
                found[name] = tuple(re.findall(r"\w+", labels))
    return found


def listed() -> dict[str, tuple[str, ...]]:
    """Name to labels, from the first column of the table of metrics."""
    text = (ROOT / "docs/operations.md").read_text()
    table = text.split("| metric | of | meaning |\n")[1].split("\n\n")[0]
    found = {}
    for row in table.splitlines()[1:]:
        for name, labels in LISTED.findall(row.split("|")[1]):
            found[name] = tuple(labels.split(",")) if labels else ()
    return found


class MetricsTests(unittest.TestCase):
    maxDiff = None

    def test_the_list_is_whole_and_true(self):
        self.assertGreater(len(declared()), 20)
        self.assertEqual(listed(), declared())
