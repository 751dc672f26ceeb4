#!/bin/sh
# Prints where libfaketime is, with which a process can be given another wall clock, and gets it first, from
# Debian's packages, if it is missing.
set -eu
cd "$(dirname "$0")/.."
unpacked=$PWD/target/packages

find_it() {
  for library in /usr/lib/*/faketime/libfaketimeMT.so.1 \
    "$unpacked"/usr/lib/*/faketime/libfaketimeMT.so.1; do
    if [ -f "$library" ]; then
      echo "$library"
      return 0
    fi
  done
  return 1
}

if find_it; then exit 0; fi
./deploy/debian-package.sh libfaketime "$unpacked"
find_it
