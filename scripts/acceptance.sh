#!/usr/bin/env bash
# Runs the acceptance tests: Gherkin features (Tests/Acceptance) against a whole copy of their own, started in
# ACCEPTANCE_STATE (default .build/acceptance-state), or against the one that MAILOUT_ACCEPTANCE_URL names.
# FEATURE narrows them to one file or one line of it: FEATURE=mailing.feature, FEATURE=mailing.feature:12. All of them run
# in two rows, each on a copy of its own: the contract, and the others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYTHONDONTWRITEBYTECODE=1

# The tools, as Tests/Acceptance/requirements.txt pins them; made anew when that file changes.
venv=$(dirname "$(dirname "$(scripts/venv.sh acceptance Tests/Acceptance/requirements.txt)")")
[[ ${1:-} != tools ]] || exit 0

# The settings of a person's own copy must not reach the one that is started here.
while read -r name; do
  [[ $name == MAILOUT_ACCEPTANCE_* || $name == MAILOUT_BUILD ]] || unset "$name"
done < <(compgen -e | grep '^MAILOUT_' || true)
export ACCEPTANCE_STATE=${ACCEPTANCE_STATE:-$PWD/.build/acceptance-state}
# The contract run changes whatever may be changed, the admin's password too: where a copy is started for it, one of its own.
contract_state=${ACCEPTANCE_STATE%-state}-contract-state
remove() {
  local state
  for state in "$ACCEPTANCE_STATE" "$contract_state"; do
    [[ ! -d $state ]] || MAILOUT_STATE=$state scripts/stack.sh remove
  done
}
contract=
if [[ -z ${MAILOUT_ACCEPTANCE_URL:-} ]]; then
  trap '[[ -z $contract ]] || kill "$contract" 2>/dev/null || true; remove || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  remove # what a killed run has left
fi

features() { cd Tests/Acceptance && exec "$venv/bin/behave" --no-color ${TAGS:+--tags "$TAGS"} "$@"; }
if [[ -n ${FEATURE:-} ]]; then
  (features "$FEATURE")
  exit
fi
mapfile -t others < <(cd Tests/Acceptance && ls -- *.feature | grep -vx contract.feature)
if [[ -n ${MAILOUT_ACCEPTANCE_URL:-} || -n ${TAGS:-} ]]; then
  (features "${others[@]}" contract.feature)
  exit
fi
# Beside the others, since either waits most of the time; what it says comes after what they say.
MAILOUT_BUILD=${MAILOUT_BUILD:-debug} scripts/stack.sh build
(ACCEPTANCE_STATE=$contract_state features contract.feature) >.build/acceptance-contract.log 2>&1 &
contract=$!
failed=0
(features "${others[@]}") || failed=1
wait "$contract" || failed=1
contract=
cat .build/acceptance-contract.log
exit $failed
