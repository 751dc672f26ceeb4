#!/usr/bin/env bash
# Gets what is missing, builds, starts everything, plays the journeys once, and says what to try next.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
./deploy/run.sh [--fresh] [--port PORT] [--no-journeys]

  --fresh         start over: removes what an earlier start left in ./data
  --port PORT     port of the broker, on loopback (42220); the workbench is 60 above it
  --no-journeys   do not play the journeys

ONESTOP_DATA names another folder than ./data.
TEXT
}

port=42220
fresh=no
journeys=yes
while [ $# -gt 0 ]; do
  case $1 in
    --fresh) fresh=yes ;;
    --port) port=${2:?--port needs a number} && shift ;;
    --no-journeys) journeys=no ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

data=${ONESTOP_DATA:-$PWD/data}
export ONESTOP_DATA=$data
NATS_SERVER_BIN=$(./deploy/nats-server.sh)
export NATS_SERVER_BIN

echo '编译 · building (some minutes the first time) …' >&2
cargo build --locked --release --package onestop
export PATH=$PWD/target/release:$PATH

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
onestop up --port "$port" "${web[@]}" >"$ready" 2>>"$data/onestop.log" &
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
      onestop staff add "$1" --name "$2" --role "$3" --unit "$4" --password-file "$data/password.part" >/dev/null
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

# Played once: what was shown is kept in journeys.log.
played=$data/journeys.log
if [ "$journeys" = yes ] && [ ! -e "$played" ]; then
  for journey in deploy/journeys/[0-9]*.sh; do
    printf '\n═══ %s\n' "$journey"
    # In the background, so that Ctrl-C is heard at once.
    "$journey" > >(tee -a "$played.part") &
    wait $! || { echo "$journey failed" >&2 && stop; }
  done
  mv "$played.part" "$played"
fi
case=CASE
if [ -e "$played" ]; then
  case=$(sed -n 's/^案件 \([0-9a-f-]*\)$/\1/p' "$played" | head -n 1)
fi

cat <<TEXT

工作台 · the workbench: $(cat "$data/gateway/address")
账号与密码（保存在 $people）· who can sign in:
$(cat "$people")

一窗正在运行，数据在 $data。另开一个终端试试：
Onestop is running, its data is in $data. In another terminal, try:

  export PATH=$PWD/target/release:\$PATH ONESTOP_DATA=$data
  onestop replay $case   # 回放 · a case, step by step
  onestop directory sites --find 宁洱    # 站点目录 · who does what where
  onestop referral list --unit 530802.legal-aid   # 待办清单 · a worklist
  onestop tail                           # 事件流 · events as they happen
  onestop verify                         # 核验日志 · every log, read again
  ./deploy/journeys/01-wages.sh           # 再走一遍 · a journey again

Ctrl-C 停止 · stops.
TEXT
wait "$server" || true
stop
