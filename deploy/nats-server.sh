#!/bin/sh
# Prints where nats-server is, and gets it first if it is missing: from Debian's packages, installed by
# root, unpacked into target/ by anybody else.
set -eu
cd "$(dirname "$0")/.."
unpacked=$PWD/target/nats-server

find_it() {
  for program in "${NATS_SERVER_BIN:-}" "$(command -v nats-server || true)" \
    /usr/sbin/nats-server "$unpacked/usr/sbin/nats-server"; do
    if [ -n "$program" ] && [ -x "$program" ]; then
      echo "$program"
      return 0
    fi
  done
  return 1
}

if find_it; then exit 0; fi

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
  echo "nats-server is missing: install it with your system's package manager, or set NATS_SERVER_BIN" >&2
  exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
  echo 'installing nats-server …' >&2
  # The package must not start a broker of its own: Onestop runs its own, on loopback.
  (apt-get update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends nats-server) >&2
else
  echo "unpacking nats-server into $unpacked …" >&2
  lists=$unpacked/apt
  mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial"
  (
    cd "$unpacked"
    apt-get -o "Dir::State=$lists/state" -o Dir::State::status=/var/lib/dpkg/status \
      -o "Dir::Cache=$lists/cache" update
    apt-get -o "Dir::State=$lists/state" -o Dir::State::status=/var/lib/dpkg/status \
      -o "Dir::Cache=$lists/cache" download nats-server
    for package in nats-server_*.deb; do
      dpkg -x "$package" .
    done
  ) >&2
fi
find_it
