#!/usr/bin/env bash
# Runs Mailout's processes: servers, services, supervision. `scripts/stack.sh help` lists the commands.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The system's Python, not one from a version manager: Debian's is all that is assumed.
[[ -x /usr/bin/python3 ]] || "$here/install.sh" >&2
export PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$here exec /usr/bin/python3 -m stack "$@"
