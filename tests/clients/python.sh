#!/bin/sh
# Prints a Python that has what the clients need, and makes one in target/ first if it is missing.
set -eu
cd "$(dirname "$0")/../.."
environment=$PWD/target/python
ready=$environment/requirements.txt

if ! cmp -s tests/clients/requirements.txt "$ready"; then
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
      echo "Python 3 with venv is missing: install it with your system's package manager" >&2
      exit 1
    fi
    (apt-get update && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends python3 python3-venv) >&2
  fi
  rm -rf "$environment"
  python3 -m venv "$environment" >&2
  "$environment/bin/pip" install --quiet --disable-pip-version-check \
    --requirement tests/clients/requirements.txt >&2
  cp tests/clients/requirements.txt "$ready"
fi
echo "$environment/bin/python"
