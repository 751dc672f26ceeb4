#!/usr/bin/env bash
# Installs what the tests need, and runs all of them: formatting, lints, unit, property and end-to-end
# tests, documentation. The last line counts them.
#
#   ./tests/run.sh                        everything
#   ONESTOP_SEED=7 ./tests/run.sh         with the random choices of another run
#   ONESTOP_KILLS=400 ./tests/run.sh      with more crashes
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  printf '\n── %s\n' "$*" >&2
}

step 'what the tests need'
NATS_SERVER_BIN=$(./deploy/nats-server.sh)
export NATS_SERVER_BIN
./tests/faketime.sh >/dev/null
./tests/clients/python.sh
./tests/browser.sh >/dev/null
if ! cargo nextest --version >/dev/null 2>&1; then
  echo 'building cargo-nextest …' >&2
  cargo install --locked --quiet cargo-nextest --version 0.9.143
fi

step 'formatting'
cargo fmt --all --check

step 'lints'
cargo clippy --locked --workspace --all-targets -- --deny warnings

step 'executables'
cargo build --locked --workspace --bins

step 'tests'
report=target/nextest.txt
code=0
TESTS_BUILT=1 cargo nextest run --locked --workspace --color never 2>&1 | tee "$report" || code=$?

step 'documentation'
examples=target/examples.txt
if ! RUSTDOCFLAGS='--deny warnings' cargo doc --locked --workspace --no-deps --quiet; then
  echo 'the documentation does not build: see above' >&2
  code=1
fi
cargo test --locked --workspace --doc --quiet 2>&1 | tee "$examples" || code=1

# "Summary [..] 190 tests run: 189 passed (1 slow), 1 failed, 0 skipped", "test result: ok. 2 passed; …"
count() {
  {
    sed -n 's/^ *Summary.*tests run: \(.*\)/\1/p' "$report"
    sed -n 's/^test result: [a-zA-Z]*\. \(.*\)/\1/p' "$examples"
  } | awk -v what="$1" '
    { while (match($0, "[0-9]+ " what)) { sum += substr($0, RSTART); $0 = substr($0, RSTART + RLENGTH) } }
    END { print sum + 0 }'
}
passed=$(count passed)
failed=$(($(count failed) + $(count 'timed out')))
if [ "$passed" -eq 0 ]; then
  code=1
fi
if [ "$code" -ne 0 ]; then
  echo 'not everything is as it should be: see above' >&2
fi
printf '\n%s passed, %s failed\n' "$passed" "$failed"
exit "$code"
