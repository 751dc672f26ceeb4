#!/usr/bin/env bash
# Measures the whole pipeline: fills every service's log with years of cases, starts Onestop on them, drives windows
# and units over a real broker, and prints one table. PostgreSQL comes after it, never beside it, with what a team
# would write instead: one durable transaction that writes a case's row and two of an outbox.
#
#   ./tests/pipeline.sh                          a million cases, 10,000 of them open
#   ./tests/pipeline.sh --cases 20000 --quick    a trial: each step is short
#   ./tests/pipeline.sh --cases 5000000          where the disk has room
#   ./tests/pipeline.sh --before COMMIT          that commit too, built in target/, in a column beside this one
#   ./tests/pipeline.sh --standby                instead of all that: what standbys cost, on empty folders: none, async and
#                                                sync, with one broker and with three, the second node on this machine too
#   ./tests/pipeline.sh --standby --quick        a trial of that
#   ./tests/pipeline.sh --needs                  what a province and a nation need, by what was measured last (target/pipeline/now.json)
#
#   --sustained SECONDS   of the sustained load (60)
#   --open SHARE          of the cases that are open at the end (0.01)
#   --seed NUMBER         of the cases (1)
#   --profile NAME        how cargo builds (release)
#   --no-peer             without PostgreSQL
#   --keep                leave the data in target/pipeline
#
# Nothing else should run on the machine. The table is kept in target/pipeline.md, that of --standby in target/standby.md.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
}

cases=1000000
open=0.01
seed=1
sustained=60
profile=release
parts=()
before=
peer=yes
keep=no
needs=no
pace=()
peer_seconds=20
while [ $# -gt 0 ]; do
  case $1 in
    --cases) cases=${2:?--cases needs a number} && shift ;;
    --open) open=${2:?--open needs a share} && shift ;;
    --seed) seed=${2:?--seed needs a number} && shift ;;
    --sustained) sustained=${2:?--sustained needs seconds} && shift ;;
    --profile) profile=${2:?--profile needs a name} && shift ;;
    --before) before=${2:?--before needs a commit} && shift ;;
    --quick) pace=(--short 3 --idle 6 --backlog 5000 --patience 300) && sustained=10 && peer_seconds=5 ;;
    --standby) parts=(--parts standby) && peer=no ;;
    --needs) needs=yes ;;
    --no-peer) peer=no ;;
    --keep) keep=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

work=$PWD/target/pipeline
mkdir -p "$work"
nats_server=$(./deploy/nats-server.sh)
say() {
  printf '── %s\n' "$*" >&2
}

# Builds the executables of a tree; the folder that they are in.
build() {
  local tree=$1
  say "building $tree ($profile)"
  (cd "$tree" && CARGO_TARGET_DIR=$tree/target cargo build --locked --profile "$profile" --workspace \
    --exclude onestop-load --bins) >&2 || return 1
  echo "$tree/target/$profile"
}

# The commit to compare with, in a tree of its own, with this tool in it if it builds there: logs are best filled by the
# code that will read them. What an earlier release stored is read by every later one, not always the other way round.
build_before() {
  local commit=$1 tree=$work/tree-$1
  rm -rf "$tree/tests/pipeline"
  mkdir -p "$tree"
  git archive "$commit" | tar --extract --directory "$tree"
  rm -rf "$tree/tests/pipeline"
  cp -r tests/pipeline "$tree/tests/pipeline"
  grep -q '"tests/pipeline"' "$tree/Cargo.toml" ||
    sed -i 's#"tests/load"\]#"tests/load", "tests/pipeline"]#' "$tree/Cargo.toml"
  # Its Cargo.lock learns of the tool; what that needs is fetched already.
  (cd "$tree" && cargo metadata --offline --format-version 1 >/dev/null)
  if ! build "$tree"; then
    say 'this tool does not build there: the logs are filled by the one of today'
    rm -rf "$tree/tests/pipeline" "$tree/target/$profile/load-pipeline"
    git archive "$commit" | tar --extract --directory "$tree"
    build "$tree"
  fi
}

# Measures the executables of a folder; the report is target/pipeline/<label>.json.
run() {
  local label=$1 title=$2 folder=$3 data=$work/$1 filler=$3/load-pipeline
  [ -x "$filler" ] || filler=$tool
  rm -rf "$data"
  "$tool" measure --name "$title" --programs "$folder" --filler "$filler" \
    --nats-server "$nats_server" --work "$data" --report "$work/$label.json" \
    --cases "$cases" --open "$open" --seed "$seed" --sustained "$sustained" "${pace[@]}" "${parts[@]}"
  [ "$keep" = yes ] || rm -rf "$data"
}

folder=$(build "$PWD")
if [ "$needs" = yes ]; then
  exec "$folder/load-pipeline" needs "$work/now.json"
fi
load=$(cut -d ' ' -f 1 /proc/loadavg)
tool=$folder/load-pipeline
reports=()
if [ -n "$before" ]; then
  commit=$(git rev-parse --short "$before")
  earlier=$(build_before "$commit")
  run before "before ($commit)" "$earlier"
  reports+=("$work/before.json")
fi
label=now
[ ${#parts[@]} -eq 0 ] || label=standby
run "$label" "now ($(./deploy/commit.sh))" "$folder"
reports+=("$work/$label.json")

theirs=()
if [ "$peer" = yes ] && ./tests/pipeline/postgres.sh "$work/postgres" "$peer_seconds" >"$work/postgres.json"; then
  theirs=(--peer "$work/postgres.json")
fi

what="$cases cases, $open of them open"
table=target/pipeline.md
if [ ${#parts[@]} -gt 0 ]; then
  what='without cases of before; open: so many a second, p50 / p99 / p99.9, share of the rate with none'
  theirs=(--by-standby)
  table=target/standby.md
fi
{
  echo "$what; seed $seed; profile $profile; $(nproc) cores; load average at the start $load"
  echo
  "$tool" table "${theirs[@]}" "${reports[@]}"
} | tee "$table"
