#!/usr/bin/env bash
# Python tools for tests: `venv.sh NAME REQUIREMENTS` makes .build/NAME-venv with what the file pins, anew when the file
# changes, and prints where its python is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
venv=$PWD/.build/${1:?a name}-venv
wanted=${2:?a requirements.txt}
if ! cmp -s "$wanted" "$venv/requirements.txt"; then
  rm -rf "$venv"
  mkdir -p .build
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$wanted" >&2
  cp "$wanted" "$venv/requirements.txt"
fi
echo "$venv/bin/python"
