#!/usr/bin/env bash
# Makes an image for containers without an engine, from an empty root, as an OCI archive that 'podman load' and
# 'docker load' take. deploy/release.sh runs it.
#
#   deploy/containers/image.sh EXECUTABLES LICENCES VERSION ARCHITECTURE FILE
#
# EXECUTABLES is a folder that holds them and nothing else, and they need no library; LICENCES is a file with those of
# what is built in. SOURCE_DATE_EPOCH is the time of every file, RELEASE_COMPRESSION how hard gzip works, 1 to 9 (6).
# The image holds no broker: that is an image of its own.
#
# What makes such images from Debian's packages (umoci) can set no health check and writes the time of day into them.
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

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$folder/root
blobs=$folder/layout/blobs/sha256
mkdir -p "$blobs"

# ── files

# Mozilla's authorities and no others: those that this machine trusts besides are no business of the image.
certificates() {
  local unpacked=target/packages authorities=usr/share/ca-certificates/mozilla
  if [ ! -d "/$authorities" ] && [ ! -d "$unpacked/$authorities" ]; then
    ./deploy/debian-package.sh ca-certificates "$unpacked"
  fi
  [ -d "/$authorities" ] && unpacked=
  cat "$unpacked/$authorities"/*.crt
}

mkdir -p "$root"/{etc/ssl/certs,usr/local/bin,usr/share/onestop/directory,usr/share/doc/onestop,data,tmp}
install -m 755 -t "$root/usr/local/bin" "$executables"/*
install -m 644 -t "$root/usr/share/onestop/directory" deploy/directory/*.csv deploy/directory/*.toml
install -m 644 -t "$root/usr/share/doc/onestop" LICENSE README.md CHANGELOG.md
install -m 644 "$licences" "$root/usr/share/doc/onestop/third-party.txt"
certificates >"$root/etc/ssl/certs/ca-certificates.crt"
cat >"$root/etc/passwd" <<'TEXT'
root:x:0:0:root:/:/sbin/nologin
onestop:x:10001:10001:Onestop:/data:/sbin/nologin
TEXT
cat >"$root/etc/group" <<'TEXT'
root:x:0:
onestop:x:10001:
TEXT
chmod 1777 "$root/tmp"
chmod 700 "$root/data"

# ── layer

# Bytes that depend on the files alone: sorted, numeric owners, one time.
pack() {
  tar --sort=name --format=gnu --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" "$@"
}

# Adds a file to the blobs; says its digest and its size.
add() {
  local digest
  digest=$(sha256sum "$1" | cut -d ' ' -f 1)
  mv "$1" "$blobs/$digest"
  printf '"digest": "sha256:%s", "size": %s' "$digest" "$(stat --format %s "$blobs/$digest")"
}

pack --create --file "$folder/layer.tar" --owner=root:0 --group=root:0 --directory "$root" etc tmp usr
pack --append --file "$folder/layer.tar" --owner=onestop:10001 --group=onestop:10001 --directory "$root" data
content=$(sha256sum "$folder/layer.tar" | cut -d ' ' -f 1)
gzip --no-name "-${RELEASE_COMPRESSION:-6}" "$folder/layer.tar"
layer=$(add "$folder/layer.tar.gz")

# ── image

created=$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
cat >"$folder/config" <<TEXT
{
  "created": "$created",
  "architecture": "$architecture",
  "os": "linux",
  "config": {
    "User": "10001:10001",
    "Env": [
      "PATH=/usr/local/bin", "ONESTOP_DATA=/data", "ONESTOP_HTTP=127.0.0.1:9090", "ONESTOP_LOG=json"
    ],
    "Entrypoint": ["/usr/local/bin/onestop"],
    "Cmd": ["help"],
    "WorkingDir": "/data",
    "Volumes": { "/data": {} },
    "StopSignal": "SIGTERM",
    "Healthcheck": {
      "Test": ["CMD", "/usr/local/bin/onestop", "healthcheck"],
      "Interval": 10000000000, "Timeout": 6000000000, "StartPeriod": 60000000000
    },
    "Labels": {
      "org.opencontainers.image.title": "onestop",
      "org.opencontainers.image.version": "$version",
      "org.opencontainers.image.revision": "$revision",
      "org.opencontainers.image.licenses": "Apache-2.0"
    }
  },
  "rootfs": { "type": "layers", "diff_ids": ["sha256:$content"] },
  "history": [{ "created": "$created", "created_by": "deploy/containers/image.sh" }]
}
TEXT
config=$(add "$folder/config")
cat >"$folder/manifest" <<TEXT
{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": { "mediaType": "application/vnd.oci.image.config.v1+json", $config },
  "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", $layer }]
}
TEXT
manifest=$(add "$folder/manifest")
# A tag has no plus.
cat >"$folder/layout/index.json" <<TEXT
{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.index.v1+json",
  "manifests": [{
    "mediaType": "application/vnd.oci.image.manifest.v1+json", $manifest,
    "platform": { "architecture": "$architecture", "os": "linux" },
    "annotations": { "org.opencontainers.image.ref.name": "onestop:${version//+/-}" }
  }]
}
TEXT
echo '{ "imageLayoutVersion": "1.0.0" }' >"$folder/layout/oci-layout"
pack --create --file "$file" --owner=root:0 --group=root:0 --directory "$folder/layout" blobs index.json oci-layout
