#!/usr/bin/env bash
# How long pages take while fifty people work and twenty events a second come in, with a journal of so many
# cases; prints a table, keeps it in target/load.md, and fails where a page is slower or heavier than wanted
# (median 100 ms, p99 300 ms, 60 KB compressed).
#
#   ./tests/load.sh [CASES] [SECONDS]      200000 cases, 60 seconds
set -euo pipefail
cd "$(dirname "$0")/.."
cases=${1:-200000}
seconds=${2:-60}
people=50

NATS_SERVER_BIN=$(./deploy/nats-server.sh)
export NATS_SERVER_BIN
browser=$(./tests/browser.sh)
cargo build --locked --release --package onestop
cargo build --locked --release --package onestop-load
export PATH=$PWD/target/release:$PATH
data=$(mktemp -d)
server=
opening=
clean() {
  for process in $opening $server; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$data"
}
trap clean EXIT

echo "filling a journal with $cases cases …" >&2
target/release/load-fill "$data" "$cases" >&2
export ONESTOP_DATA=$data
port=$((20000 + RANDOM % 20000))
onestop up --port "$port" --web 127.0.0.1:0 >"$data/ready" 2>"$data/onestop.log" &
server=$!
until grep -qs http "$data/ready"; do
  kill -0 "$server" || { tail -n 5 "$data/onestop.log" >&2 && exit 1; }
  sleep 0.2
done

echo 'signing up fifty people …' >&2
echo 'a-password-of-the-load' >"$data/password"
crowd=
for number in $(seq "$people"); do
  case $((number % 10)) in
    0) role=supervisor unit=$([ "$number" -gt 25 ] && echo 5308.bureau || echo 530821.bureau) ;;
    1 | 2 | 3 | 4) role=specialist unit=5308$((21 + number % 8)).legal-aid ;;
    *) role=clerk unit=53082110$((number % 3 + 1)) ;;
  esac
  onestop staff add "person-$number" --name "第$number位" --role "$role" --unit "$unit" \
    --password-file "$data/password" --reason load >/dev/null
  crowd+="{\"staff\":\"person-$number\",\"password\":\"a-password-of-the-load\",\"role\":\"$role\"},"
done

# Lists are answered once they have been made from the journal.
onestop ledger wait >&2
come_in() { onestop ledger wait --json | sed 's/.*"position":\([0-9]*\).*/\1/'; }

(
  while :; do
    onestop case open --quiet --by clerk/zhang-li@530821101201 --item legal-aid --topic labour-pay \
      --name 岩温 >/dev/null || true
    sleep 0.1
  done
) &
opening=$!

bounds=$([ "$cases" -ge 200000 ] && echo true || echo false)
given="{\"address\":\"$(cat "$data/gateway/address")\",\"seconds\":$seconds,\"bounds\":$bounds,\"crowd\":[${crowd%,}]}"
echo "$people people, $cases cases, $seconds seconds …" >&2
before=$(come_in)
began=$(date +%s)
slow=0
(cd "$browser" && TESTS_BROWSER=$given node load.mjs) | tee target/load.md || slow=1
rate=$((($(come_in) - before) / ($(date +%s) - began)))
echo "$rate events a second came in" | tee -a target/load.md
[ "$rate" -ge 20 ] || { echo '✗ that is less than 20' >&2 && exit 1; }
exit "$slow"
