#!/usr/bin/env bash
# Installs what the tests need and runs them, in steps that also run alone. The last line counts the tests.
#
#   ./tests/run.sh                        every step: lint unit e2e browser docs
#   ./tests/run.sh lint unit              these steps
#   ./tests/run.sh stress                 the end-to-end and chaos tests ten times over
#
#   TESTS_SEED=7 ./tests/run.sh         with the random choices of another run
#   TESTS_KILLS=400 ./tests/run.sh      with more crashes
#   TESTS_MACHINES=9 ./tests/run.sh     with more machines lost, each kind once; 300 of them take hours (tests/README.md)
#   TESTS_TAKEOVERS=20 ./tests/run.sh   with more take-overs measured; ./tests/takeovers.sh measures nothing else
#   TESTS_SITES=all ./tests/run.sh      with all sites of the province from one sheet (tests/README.md)
#   TESTS_TIMES=3 ./tests/run.sh stress three times over
#   TESTS_BUSY=1 ./tests/run.sh stress  while something else keeps one core busy
#
# What is installed is kept in target/; sccache is used where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

# The order of continuous integration.
all=(lint unit e2e browser docs)
tools=$PWD/target/tools
reports=$PWD/target/reports
export PATH=$tools/bin:$PATH
export ONESTOP_COMMIT=${ONESTOP_COMMIT:-$(./deploy/commit.sh)}
if [ -z "${RUSTC_WRAPPER:-}" ] && command -v sccache >/dev/null; then
  export RUSTC_WRAPPER=sccache CARGO_INCREMENTAL=0
fi

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
}

say() {
  printf '\n── %s\n' "$*" >&2
}

# Installs a cargo tool in this version. Not optimised: building it takes longer than running it.
tool() {
  local name=$1 version=$2
  case " $("$name" --version 2>/dev/null || true) " in *" $version "*) return ;; esac
  echo "building $name $version …" >&2
  CARGO_TARGET_DIR=$tools/build CARGO_PROFILE_DEV_DEBUG=0 RUSTFLAGS='' \
    cargo install --locked --quiet --debug --root "$tools" "$name" --version "$version"
}

# ── steps

lint() {
  say 'lint: formatting'
  cargo fmt --all --check
  say 'lint: clippy'
  cargo clippy --locked --workspace --all-targets -- --deny warnings
  say 'lint: unused dependencies'
  tool cargo-machete 0.9.2
  cargo-machete proto services tests
  say 'lint: licences, sources, duplicates'
  tool cargo-deny 0.20.2
  cargo-deny --locked check bans licenses sources
  say 'lint: advisories'
  if timeout 20 git ls-remote --quiet --exit-code https://github.com/rustsec/advisory-db HEAD >/dev/null 2>&1; then
    cargo-deny --locked check advisories
  else
    echo 'not checked: the database of advisories cannot be reached from here' >&2
  fi
  say 'lint: spelling'
  "$(dirname "$(./tests/clients/python.sh)")/typos"
}

# Tests of the whole workspace that an expression of nextest selects. It is always built as a whole: a part of it
# would be built with other features, and then again.
tests() {
  local name=$1 expression=$2
  shift 2
  tool cargo-nextest 0.9.143
  say "$name: build"
  cargo build --locked --workspace --all-targets
  TESTS_BUILT=1 cargo nextest run --locked --workspace --no-run
  say "$name: tests"
  mkdir -p "$reports"
  TESTS_BUILT=1 cargo nextest run --locked --workspace --color never -E "$expression" "$@" 2>&1 |
    tee "$reports/$name.txt"
}

# What the tests that start the real executables need.
running() {
  NATS_SERVER_BIN=$(./deploy/nats-server.sh)
  export NATS_SERVER_BIN
  ./tests/faketime.sh >/dev/null
  ./tests/clients/python.sh >/dev/null
}

unit() {
  tests unit 'not package(onestop-tests) | test(/^tidy::/)'
}

e2e() {
  running
  tests e2e 'package(onestop-tests) & not test(/^tidy::|^browser::/)'
}

browser() {
  running
  ./tests/browser.sh >/dev/null
  tests browser 'package(onestop-tests) & test(/^browser::/)'
}

docs() {
  say 'docs: build'
  RUSTDOCFLAGS='--deny warnings' cargo doc --locked --workspace --no-deps --quiet
  say 'docs: examples'
  mkdir -p "$reports"
  cargo test --locked --workspace --doc --quiet 2>&1 | tee "$reports/docs.txt"
}

stress() {
  running
  if [ -n "${TESTS_BUSY:-}" ]; then
    while :; do :; done &
    trap "kill $!" EXIT
  fi
  tests stress 'package(onestop-tests) & not test(/^tidy::|^browser::/)' \
    --stress-count "${TESTS_TIMES:-10}" --no-fail-fast
}

# ── all of it

# Counts tests of this run: "Summary [..] 190 tests run: 189 passed (1 slow), 1 failed, 0 skipped" of nextest,
# "test result: ok. 2 passed; …" of cargo.
count() {
  sed -n -e 's/^ *Summary.*tests run: \(.*\)/\1/p' -e 's/^test result: [a-zA-Z]*\. \(.*\)/\1/p' "$reports"/*.txt 2>/dev/null |
    awk -v what="$1" '
      { while (match($0, "[0-9]+ " what)) { sum += substr($0, RSTART); $0 = substr($0, RSTART + RLENGTH) } }
      END { print sum + 0 }'
}

steps=("$@")
[ $# -gt 0 ] || steps=("${all[@]}")
for step in "${steps[@]}"; do
  case $step in
    lint | unit | e2e | browser | docs | stress) ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

rm -rf "$reports"
code=0
times=()
for step in "${steps[@]}"; do
  began=$SECONDS
  # Not in a condition: there, bash would go on after a command of the step that fails.
  set +e
  (set -e; "$step")
  result=$?
  set -e
  outcome=ok
  if [ "$result" -ne 0 ]; then
    code=1
    outcome=FAILED
  fi
  times+=("$(printf '%-8s %5d s  %s' "$step" $((SECONDS - began)) "$outcome")")
done

say 'time by step'
printf '%s\n' "${times[@]}" >&2
passed=$(count passed)
failed=$(($(count failed) + $(count 'timed out')))
if [ "$code" -ne 0 ]; then
  echo 'not everything is as it should be: see above' >&2
fi
printf '\n%s passed, %s failed\n' "$passed" "$failed"
exit "$code"
