#!/usr/bin/env bash
# Packs executables for Debian, with a user, units, settings and reference data. deploy/release.sh runs it.
#
#   deploy/debian/package.sh EXECUTABLES LICENCES VERSION ARCHITECTURE FILE
#
# EXECUTABLES is a folder that holds them and nothing else, LICENCES a file with those of what is built in.
# SOURCE_DATE_EPOCH is the time of every file, RELEASE_COMPRESSION how hard xz works, 0 to 9 (6).
set -euo pipefail
[ $# -eq 5 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2; }
executables=$(cd "$1" && pwd)
licences=$(realpath "$2")
version=$3
architecture=$4
mkdir -p "$(dirname "$5")"
file=$(cd "$(dirname "$5")" && pwd)/$(basename "$5")
: "${SOURCE_DATE_EPOCH:?the time of every file, such as that of the commit}"
cd "$(dirname "$0")/../.."
umask 022
export LC_ALL=C TZ=UTC

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

# Puts a file, or several into a folder.
put() {
  local mode=$1 to=$2
  shift 2
  mkdir -p "$root/$to"
  install -m "$mode" -t "$root/$to" "$@"
}

document=usr/share/doc/onestop
put 755 usr/bin "$executables"/*
put 644 etc/onestop deploy/onestop.toml
put 644 usr/share/onestop/directory deploy/directory/*.csv deploy/directory/*.toml
put 644 "$document" README.md README.zh-CN.md SECURITY.md COMPATIBILITY.md deploy/SETTINGS.md \
  deploy/AUDIT.md deploy/RECOVERY.md deploy/RUNBOOKS.md
put 644 "$document/directory" deploy/directory/README.md
put 644 "$document/nats" deploy/nats/README.md
put 644 "$document/proxy" deploy/proxy/*
put 644 "$document/monitoring" deploy/monitoring/*
install -m 644 deploy/debian/README "$root/$document/README.Debian"
install -m 644 deploy/debian/copyright "$root/$document/copyright"
install -D -m 644 deploy/debian/sysusers.conf "$root/usr/lib/sysusers.d/onestop.conf"
install -D -m 644 deploy/debian/tmpfiles.conf "$root/usr/lib/tmpfiles.d/onestop.conf"
install -D -m 644 deploy/debian/lintian-overrides "$root/usr/share/lintian/overrides/onestop"

# A package has nothing in /usr/local.
mkdir -p "$root/usr/lib/systemd/system"
for unit in deploy/systemd/*; do
  sed 's#/usr/local/#/usr/#g' "$unit" >"$root/usr/lib/systemd/system/$(basename "$unit")"
done

# One page for all executables.
mkdir -p "$root/usr/share/man/man8"
gzip -9 --no-name <deploy/debian/onestop.8 >"$root/usr/share/man/man8/onestop.8.gz"
for executable in "$executables"/onestop-*; do
  ln -s onestop.8.gz "$root/usr/share/man/man8/$(basename "$executable").8.gz"
done

gzip -9 --no-name <CHANGELOG.md >"$root/$document/changelog.gz"
gzip -9 --no-name <"$licences" >"$root/$document/third-party.txt.gz"
maintainer=$(sed -n 's/^Maintainer: //p' deploy/debian/control)
gzip -9 --no-name >"$root/$document/changelog.Debian.gz" <<TEXT
onestop ($version) unstable; urgency=medium

  * What changed stands in changelog.gz.

 -- $maintainer  $(date -R -d "@$SOURCE_DATE_EPOCH")
TEXT

mkdir "$root/DEBIAN"
size=$(du --apparent-size --summarize --block-size=1K "$root" | cut -f 1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" \
  deploy/debian/control >"$root/DEBIAN/control"
install -m 755 -t "$root/DEBIAN" deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm
echo /etc/onestop/onestop.toml >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort --zero-terminated | xargs -0 md5sum >DEBIAN/md5sums)

dpkg-deb --root-owner-group --threads-max=1 -Zxz "-z${RELEASE_COMPRESSION:-6}" --build "$root" "$file" >&2
