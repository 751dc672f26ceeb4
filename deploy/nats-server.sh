#!/bin/sh
# Prints where nats-server is, and gets it first, from Debian's packages, if it is missing.
set -eu
cd "$(dirname "$0")/.."
unpacked=$PWD/target/packages

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
if ! ./deploy/debian-package.sh nats-server "$unpacked"; then
  echo 'or set NATS_SERVER_BIN' >&2
  exit 1
fi
find_it
