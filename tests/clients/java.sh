#!/bin/sh
# Prints a Java that compiles what it runs, and installs Debian's JDK first if there is none.
set -eu

if ! command -v javac >/dev/null; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "a JDK is missing: install one with your system's package manager" >&2
    exit 1
  fi
  (apt-get update && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends default-jdk-headless) >&2
fi
command -v java
