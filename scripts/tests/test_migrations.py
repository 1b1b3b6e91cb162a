"""Every file in a service's Migrations/ is in the list that the service runs, and none besides."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
LISTED = re.compile(r'\("(\w+)", PackageResources\._(\w+)_sql\)')


class MigrationTests(unittest.TestCase):
    def test_every_file_is_run(self):
        folders = sorted(ROOT.glob("Services/*/Migrations"))
        self.assertEqual(len(folders), 4)
        for folder in folders:
            with self.subTest(folder.parent.name):
                sources = (source.read_text() for source in folder.parent.glob("*.swift"))
                entries = [entry for source in sources for entry in LISTED.findall(source)]
                self.assertEqual(sorted(name for name, _ in entries), sorted(file.stem for file in folder.glob("*.sql")))
                for name, resource in entries:
                    # The resource is named after the file, its first digit left out.
                    self.assertEqual(resource, name[1:])
