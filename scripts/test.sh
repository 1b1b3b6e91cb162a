#!/usr/bin/env bash
# Runs the tests: `unit` without servers; `all` on private PostgreSQL and RabbitMQ of their own; `coverage` all, measured.
# TEST_STATE names the folder of the servers (default .build/test-state); FILTER narrows `all` to matching tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:?unit, all or coverage}
read -ra swift <<<"${SWIFT:-swift}"
build_options=()
[[ $what != coverage ]] || build_options+=(--enable-code-coverage)

# The settings of a person's own copy must not reach the copies that tests start.
while read -r name; do
  [[ $name == MAILOUT_TEST_CUSTOMERS || $name == MAILOUT_TEST_WAITING || $name == MAILOUT_TEST_VERBOSE ]] || unset "$name"
done < <(compgen -e | grep '^MAILOUT_' || true)
failed=0
# A crash ends a run at once: the backtracer has been seen to hang, and everything with it.
export SWIFT_BACKTRACE=enable=no
# Each integration test may have a database and several connections of its own: hundreds at once starve each other.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-12}

"${swift[@]}" build --build-tests "${build_options[@]}"
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m unittest discover -q -s scripts/tests -t scripts || failed=1

# Compiled already: from here on plain swift, whatever SWIFT does round a build.
run() { swift test --skip-build --disable-xctest "${build_options[@]}" "$@" || failed=1; }

if [[ $what == unit ]]; then
  run --skip IntegrationTests --skip EndToEndTests
  exit $failed
fi

# An OpenID Connect provider that is none of ours.
MAILOUT_TEST_OIDC_PYTHON=$(scripts/venv.sh oidc Tests/IntegrationTests/OpenID/requirements.txt)
export MAILOUT_TEST_OIDC_PYTHON
# A mail server that is none of ours.
MAILOUT_TEST_SMTP_PYTHON=$(scripts/venv.sh smtp Tests/IntegrationTests/SMTP/requirements.txt)
export MAILOUT_TEST_SMTP_PYTHON
state=${TEST_STATE:-$PWD/.build/test-state}
# The whole copy that the end-to-end tests start; built now, because SwiftPM lets nobody build while it runs tests.
export MAILOUT_TEST_STACK=${state%-state}-stack-state
stack() { MAILOUT_STATE=$state MAILOUT_BUILD=debug scripts/stack.sh "$@"; }
MAILOUT_STATE=$state MAILOUT_BUILD=debug scripts/stack.sh build
trap 'stack remove || true; MAILOUT_STATE=$MAILOUT_TEST_STACK scripts/stack.sh remove || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
stack remove 2>/dev/null # what a killed run has left
stack servers
environment=$(stack env)
eval "$environment"

if [[ $what == coverage ]]; then
  # Processes that the end-to-end tests start write their counts here.
  rm -rf coverage .build/debug/codecov && mkdir coverage
  LLVM_PROFILE_FILE=$PWD/coverage/%m-%p.profraw run
  scripts/coverage.py || failed=1
elif [[ -n ${FILTER:-} ]]; then
  run --filter "$FILTER"
else
  # One after the other, so that the many do not slow down the few that wait for real processes.
  run --skip IntegrationTests --skip EndToEndTests
  run --filter IntegrationTests
  run --filter EndToEndTests
fi
exit $failed
