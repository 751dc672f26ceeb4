#!/bin/sh
# Prints the folder from which the browser tests run, and gets first, if they are missing, Node.js, Chromium
# and Chinese letters from Debian's packages and what package.json names from npm.
set -eu
cd "$(dirname "$0")/.."
folder=$PWD/target/browser

for needed in node:nodejs npm:npm chromium:chromium; do
  command -v "${needed%%:*}" >/dev/null || ./deploy/debian-package.sh "${needed##*:}" target/packages
done
if ! ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1; then
  ./deploy/debian-package.sh fonts-noto-cjk target/packages
fi
mkdir -p "$folder"
cp tests/browser/*.mjs "$folder"
if ! cmp -s tests/browser/package.json "$folder/package.json"; then
  (cd "$folder" && cp ../../tests/browser/package.json . &&
    npm install --no-package-lock --no-audit --no-fund --silent) >&2
fi
echo "$folder"
