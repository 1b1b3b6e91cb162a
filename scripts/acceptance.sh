#!/usr/bin/env bash
# Runs the acceptance tests: Gherkin features (Tests/Acceptance) against a whole copy of their own, started in
# ACCEPTANCE_STATE (default .build/acceptance-state), or against the one that MAILOUT_ACCEPTANCE_URL names.
# FEATURE narrows them to one file or one line of it: FEATURE=mailing.feature, FEATURE=mailing.feature:12.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYTHONDONTWRITEBYTECODE=1

# The tools, as Tests/Acceptance/requirements.txt pins them; made anew when that file changes.
venv=$(dirname "$(dirname "$(scripts/venv.sh acceptance Tests/Acceptance/requirements.txt)")")
[[ ${1:-} != tools ]] || exit 0

# The settings of a person's own copy must not reach the one that is started here.
while read -r name; do
  [[ $name == MAILOUT_ACCEPTANCE_* ]] || unset "$name"
done < <(compgen -e | grep '^MAILOUT_' || true)
export ACCEPTANCE_STATE=${ACCEPTANCE_STATE:-$PWD/.build/acceptance-state}
remove() { [[ ! -d $ACCEPTANCE_STATE ]] || MAILOUT_STATE=$ACCEPTANCE_STATE scripts/stack.sh remove; }
if [[ -z ${MAILOUT_ACCEPTANCE_URL:-} ]]; then
  trap 'remove || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  remove # what a killed run has left
fi

# The contract run last: it changes whatever may be changed, the admin's password too.
features=("${FEATURE:-}")
[[ -n ${FEATURE:-} ]] ||
  mapfile -t features < <(cd Tests/Acceptance && ls -- *.feature | grep -vx contract.feature; echo contract.feature)
(cd Tests/Acceptance && "$venv/bin/behave" --no-color ${TAGS:+--tags "$TAGS"} "${features[@]}")
