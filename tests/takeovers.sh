#!/usr/bin/env bash
# Measures how soon a command is accepted elsewhere after a kill, and prints one table: of the process of a service alone
# (bound: ten seconds), and of a whole node with its broker (thirty).
#
#   ./tests/takeovers.sh         twenty of each; about half an hour
#   ./tests/takeovers.sh 3       three of each
#
#   --profile NAME   how cargo builds (release)
#
# Nothing else should run on the machine. The table is kept in target/takeovers.md; the exit code is not 0 where one took
# longer than its bound.
set -euo pipefail
cd "$(dirname "$0")/.."

times=20
profile=release
while [ $# -gt 0 ]; do
  case $1 in
    --profile) profile=${2:?--profile needs a name} && shift ;;
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" && exit 0 ;;
    [1-9]*) times=$1 ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
  esac
  shift
done

NATS_SERVER_BIN=$(./deploy/nats-server.sh)
export NATS_SERVER_BIN
mkdir -p target
log=target/takeovers.log
: >"$log"
code=0
for test in standby::killed:: three_nodes::a_lost_machine; do
  printf '── %s, %s times\n' "$test" "$times" >&2
  TESTS_TAKEOVERS=$times cargo test --locked --profile "$profile" -p onestop-tests --test it "$test" \
    -- --nocapture --test-threads 1 >>"$log" 2>&1 || code=$?
done
{
  echo '| What is killed | Times | Median | Worst | Bound |'
  echo '|---|---|---|---|---|'
  grep '^| ' "$log" || true
  echo
  grep '^each of ' "$log" || true
} | tee target/takeovers.md
if [ "$(grep -c '^| ' "$log")" -ne 3 ] || [ "$code" -ne 0 ]; then
  echo "not all of it was measured, or it took too long: $log says more" >&2
  exit 1
fi
