#!/usr/bin/env bash
# What a team would write instead of Onestop's log, outbox and relay, on the same disk: PostgreSQL, and one durable
# transaction for each case that writes its row and two rows of an outbox. Prints the figures as JSON, or says why
# there are none.
#
#   tests/pipeline/postgres.sh FOLDER [SECONDS]
set -euo pipefail
folder=${1:?a folder for its data}
seconds=${2:-20}

programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ] && [ "$(id -u)" = 0 ]; then
  echo 'installing PostgreSQL …' >&2
  DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq postgresql >&2 || true
  programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
fi
if [ -z "$programs" ] || [ ! -x "$programs/initdb" ]; then
  echo 'PostgreSQL is skipped: it is not installed, and cannot be from here' >&2
  exit 1
fi
if ! pgbench=$(command -v pgbench || ls "$programs/pgbench" 2>/dev/null); then
  echo 'PostgreSQL is skipped: there is no pgbench (Debian: postgresql-contrib)' >&2
  exit 1
fi

rm -rf "$folder"
mkdir -p "$folder"
folder=$(realpath "$folder")
# The server refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  if ! "${as[@]}" test -w "$folder"; then
    echo "PostgreSQL is skipped: its user cannot reach $folder" >&2
    exit 1
  fi
fi
cd "$folder"
# The socket's path has a short limit.
socket=$(mktemp -d)
[ ${#as[@]} -eq 0 ] || chown postgres "$socket"
server="$folder/data"
stop() {
  "${as[@]}" "$programs/pg_ctl" --pgdata "$server" --mode fast --silent stop >&2 || true
  rm -rf "$socket" "$folder"
}
trap stop EXIT
"${as[@]}" "$programs/initdb" --pgdata "$server" --auth trust --encoding UTF8 >"$folder/initdb.log"
"${as[@]}" "$programs/pg_ctl" --pgdata "$server" --wait --silent --log "$folder/server.log" \
  --options "-c listen_addresses= -c unix_socket_directories=$socket" start >&2
ask() {
  "${as[@]}" psql --host "$socket" --dbname postgres --quiet --tuples-only --no-align --command "$1"
}
ask 'create table cases (id uuid primary key default gen_random_uuid(), number text not null, item text not null,
       place text not null, sealed bytea not null, opened_at timestamptz not null default now());
     create table outbox (position bigserial primary key, subject text not null, event jsonb not null);' >&2
# The sizes are those of Onestop's two events of an opened case.
cat >"$folder/open.sql" <<'SQL'
\set number random(1, 1000000000)
begin;
insert into cases (number, item, place, sealed)
  values ('s4k2m9qxa-261128-' || :number, 'legal-aid', '530821101201', decode(repeat('5e', 250), 'hex'));
insert into outbox (subject, event)
  values ('evt.intake.opened.legal-aid.53.08.21.101.201.main',
    jsonb_build_object('number', :number, 'data', repeat('x', 900)));
insert into outbox (subject, event)
  values ('evt.intake.referral-requested.legal-aid.53.08.21.101.201.main',
    jsonb_build_object('number', :number, 'data', repeat('x', 500)));
commit;
SQL
chmod a+r "$folder/open.sql"

# One row: the measure of ours that does the same, the rate, and the latencies' quantiles in milliseconds.
row() {
  local measure=$1 clients=$2 rate
  echo "PostgreSQL: $clients clients, $seconds s …" >&2
  rm -f "$folder"/times.*
  rate=$("${as[@]}" "$pgbench" --host "$socket" --no-vacuum --file "$folder/open.sql" --client "$clients" \
    --jobs 2 --time "$seconds" --log --log-prefix "$folder/times" postgres 2>/dev/null |
    sed -n 's/^tps = \([0-9.]*\).*/\1/p')
  cat "$folder"/times.* | awk '{ print $3 / 1000 }' | sort -n >"$folder/sorted"
  awk -v measure="$measure" -v rate="$rate" '
    { time[NR] = $1 }
    function at(share, place) { place = int(NR * share); if (place < NR * share) place++; return time[place < 1 ? 1 : place] }
    END { printf "{\"measure\":\"%s\",\"per_second\":%s,\"p50\":%.4f,\"p99\":%.4f,\"p999\":%.4f}",
            measure, rate, at(0.5), at(0.99), at(0.999) }' "$folder/sorted"
}
alone=$(row 'open, 1 at a time, filled' 1)
many=$(row 'open, 64 at once, filled' 64)
version=$(ask 'show server_version' | cut -d ' ' -f 1)
printf '{"version":"%s","rows":[%s,%s]}\n' "$version" "$alone" "$many"
