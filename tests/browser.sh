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
# Tests that start at the same time get it once.
exec 9>"$folder/.lock"
flock 9
# A script that another test runs at this moment is never half written: it is replaced whole, and only when it changed.
for script in tests/browser/*.mjs tests/browser/*.ts; do
  there=$folder/${script##*/}
  cmp -s "$script" "$there" || { cp "$script" "$there.new" && mv "$there.new" "$there"; }
done
if ! cmp -s tests/browser/package.json "$folder/package.json"; then
  # It is there when all of it is: package.json is what tells.
  (cd "$folder" && rm -rf package.json new && mkdir new && cp ../../tests/browser/package.json new &&
    npm install --prefix new --no-package-lock --no-audit --no-fund --silent &&
    rm -rf node_modules && mv new/node_modules . && mv new/package.json . && rm -r new) >&2
fi
echo "$folder"
