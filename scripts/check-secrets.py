#!/usr/bin/python3
"""Looks for credentials in the files given, or in every tracked file: keys, tokens, passwords in URLs.

Exit 1 with file:line of each find and its fingerprint; the find itself is not printed. Published samples that tests need are
listed by fingerprint in check-secrets.allowed, with what they are.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

PATTERNS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*"),
    "private JWK": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"'),
    "JWT": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    "AWS key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "forge token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20,})"),
    "password in a URL": re.compile(r"\b(?:postgres(?:ql)?|amqps?|https?|smtps?)://[^\s:/@'\"`<>{}$]+:(?P<value>[^\s@/'\"`<>]{12,})@"),
    "assigned secret": re.compile(r"(?i)\b(?:password|secret|token|api_?key)\s*[:=]\s*[\"'](?P<value>[A-Za-z0-9+/_-]{24,}={0,2})[\"']"),
}
PLACEHOLDER = re.compile(r"(?i)example|placeholder|password|secret|\*\*\*|[$\\{<(]")
ALLOWED = {line.split()[0] for line in Path(__file__).with_suffix(".allowed").read_text().splitlines() if line and line[0] != "#"}


def finds(path: str):
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                for name, pattern in PATTERNS.items():
                    match = pattern.search(line)
                    if not match or ("value" in pattern.groupindex and PLACEHOLDER.search(match["value"])):
                        continue
                    fingerprint = hashlib.sha256(match[0].encode()).hexdigest()[:16]
                    if fingerprint not in ALLOWED:
                        yield f"{path}:{number}: looks like a {name} ({fingerprint})"
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return


def main() -> int:
    # A checkout of another user's, as in CI, is fine to read.
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    paths = sys.argv[1:] or subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
    found = [find for path in paths if path for find in finds(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
