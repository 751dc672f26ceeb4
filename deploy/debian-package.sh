#!/bin/sh
# Gets a Debian package: installed by root, unpacked into the given folder by another user.
#
#   ./deploy/debian-package.sh nats-server target/packages
set -eu
package=$1
unpacked=$2

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
  echo "$package is missing: install it with your system's package manager" >&2
  exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
  echo "installing $package …" >&2
  # A package must not start a server of its own: Onestop runs its own, on loopback.
  (apt-get update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$package") >&2
  exit 0
fi

echo "unpacking $package into $unpacked …" >&2
lists=$unpacked/apt
mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial"
cd "$unpacked"
(
  apt-get -o "Dir::State=$lists/state" -o Dir::State::status=/var/lib/dpkg/status \
    -o "Dir::Cache=$lists/cache" update
  apt-get -o "Dir::State=$lists/state" -o Dir::State::status=/var/lib/dpkg/status \
    -o "Dir::Cache=$lists/cache" download "$package"
  for file in "${package}"_*.deb; do
    dpkg -x "$file" .
  done
) >&2
