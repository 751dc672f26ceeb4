#!/usr/bin/env bash
# Gets what is missing, builds, starts everything, plays the journeys once, and says what to try next.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
./deploy/run.sh [--fresh] [--port PORT] [--all-journeys | --no-journeys]

  --fresh          start over: removes what an earlier start left in ./data
  --port PORT      port of the broker, on loopback (42220); the workbench is 60 above it
  --all-journeys   play every journey of deploy/journeys, not only the first five
  --no-journeys    do not play the journeys

ONESTOP_DATA names another folder than ./data.
TEXT
}

port=42220
fresh=no
journeys=five
while [ $# -gt 0 ]; do
  case $1 in
    --fresh) fresh=yes ;;
    --port) port=${2:?--port needs a number} && shift ;;
    --all-journeys) journeys=all ;;
    --no-journeys) journeys=none ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

data=${ONESTOP_DATA:-$PWD/data}
export ONESTOP_DATA=$data
# The broker is fetched while the compiler works.
./deploy/nats-server.sh >/dev/null &
fetching=$!
echo '编译 · building (some minutes the first time) …' >&2
ONESTOP_COMMIT=$(./deploy/commit.sh) cargo build --locked --profile try --package onestop
export PATH=$PWD/target/try:$PATH
wait "$fetching"
NATS_SERVER_BIN=$(./deploy/nats-server.sh)
export NATS_SERVER_BIN

if [ -f "$data/pid" ] && kill -0 "$(cat "$data/pid")" 2>/dev/null; then
  echo "Onestop already runs on $data (process $(cat "$data/pid")): stop it first" >&2
  exit 1
fi
if [ "$fresh" = yes ] && [ -e "$data" ]; then
  if [ ! -d "$data/nats" ]; then
    echo "$data does not look like Onestop's: it is not removed" >&2
    exit 1
  fi
  rm -r "$data"
fi

mkdir -p "$data"
ready=$data/ready
: >"$ready"
web=()
[ "$port" = 42220 ] || web=(--web "127.0.0.1:$((port + 60))")
onestop up --training --port "$port" "${web[@]}" >"$ready" 2>>"$data/onestop.log" &
server=$!
echo "$server" >"$data/pid"

# Ctrl-C and SIGTERM drain: requests under way are answered, the logs are closed, the broker last.
stop() {
  trap '' INT TERM
  echo >&2
  echo '正在停止 · stopping …' >&2
  kill -TERM "$server" 2>/dev/null || true
  code=0
  wait "$server" || code=$?
  rm -f "$data/pid" "$ready"
  exit "$code"
}
trap stop INT TERM

until [ -s "$ready" ]; do
  if ! kill -0 "$server" 2>/dev/null; then
    echo "it did not start; the end of $data/onestop.log:" >&2
    tail -n 5 "$data/onestop.log" >&2
    rm -f "$data/pid" "$ready"
    exit 1
  fi
  sleep 0.1
done
cat "$ready"

# Four people to sign in as, each with a password of their own: made once, kept where only you can read it.
people=$data/sign-in.txt
if [ ! -e "$people" ]; then
  (
    umask 077
    : >"$people.part"
    sample() {
      password=$(head -c 10 /dev/urandom | base32 | tr -d '=\n' | tr '[:upper:]' '[:lower:]')
      printf '%s\n' "$password" >"$data/password.part"
      onestop staff add "$1" --change --name "$2" --role "$3" --unit "$4" --password-file "$data/password.part" --reason 演示账号 >/dev/null
      printf '  %-12s %-18s %s\n' "$1" "$password" "$5" >>"$people.part"
    }
    sample zhang-li 张丽 clerk 530821101201 '新塘村窗口人员 · clerk at a village window'
    sample wang-min 王敏 specialist 530821.legal-aid '宁洱县法律援助中心 · legal aid officer'
    sample li-qiang 李强 specialist 530821.notarization '宁洱县公证处 · notary'
    sample he-ping 和平 supervisor 5308.bureau '普洱市司法局督办人 · supervisor of Pu’er'
    rm -f "$data/password.part"
    mv "$people.part" "$people"
  )
fi

# Each is played once; all that it says is kept in journeys.log.
played=$data/journeys.log
touch "$played"
play() {
  local journey=$1 began=$SECONDS part=$played.part
  grep -qxF "═══ $journey" "$played" && return
  # Its first comment tells what happens.
  echo
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$journey"
  # In the background, so that Ctrl-C is heard at once.
  "$journey" >"$part" 2>&1 &
  if ! wait $!; then
    cat "$part" >&2
    echo "$journey failed" >&2
    stop
  fi
  printf '  ✓ %s 步 · steps, %s s\n' "$(grep -c '^■' "$part")" $((SECONDS - began))
  { echo "═══ $journey" && cat "$part"; } >>"$played"
  rm "$part"
}
case $journeys in
  none) chosen=() ;;
  five) chosen=(deploy/journeys/0[1-5]-*.sh) ;;
  all) chosen=(deploy/journeys/[0-9]*.sh) ;;
esac
for journey in "${chosen[@]}"; do
  play "$journey"
done
case=$(sed -n 's/^案件 \([0-9a-f-]*\)$/\1/p' "$played" | head -n 1)

cat <<TEXT

一窗正在运行 · Onestop is running. 接下来 · What to do next: open the workbench and sign in (kept in $people):
$(cat "$data/gateway/address")
$(cat "$people")
另开一个终端 · in another terminal:
  export PATH=$PWD/target/try:\$PATH ONESTOP_DATA=$data
  onestop replay ${case:-CASE}   # 回放 · a case, step by step
  onestop help    # 一切命令 · every command; Ctrl-C 在此停止 · here stops Onestop
TEXT
wait "$server" || true
stop
