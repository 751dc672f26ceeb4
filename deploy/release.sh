#!/usr/bin/env bash
# Makes a release of the commit that is checked out, in steps that also run alone. What comes out is in
# target/release-files:
#
#   executables   an archive: executables that need nothing of a system, settings, units, reference data
#   package       a Debian package (deploy/debian/package.sh)
#   image         an image for containers, made without an engine, as an OCI archive (deploy/containers/image.sh)
#   components    what the executables are made of (SBOM), as CycloneDX
#   sums          SHA256SUMS of all of these
#
#   ./deploy/release.sh                        every step, in this order
#   ./deploy/release.sh package image sums     these steps, of the executables that are there
#
#   RELEASE_PROFILE=try ./deploy/release.sh    with executables that are built fast and run slowly, to try it
#
# A commit without the tag of its version lies between two releases: the version says the time and the commit then.
# Order, owners and times in archives are the commit's, and paths of this machine are in no executable.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
export LC_ALL=C TZ=UTC
# What is only tried is packed fast.
[ "${RELEASE_PROFILE:-release}" = release ] || export RELEASE_COMPRESSION=${RELEASE_COMPRESSION:-1}

all=(executables package image components sums)
profile=${RELEASE_PROFILE:-release}
# Not glibc: also when it is linked statically, its resolver loads the modules that /etc/nsswitch.conf names, and where
# they are of another version than the one built with, it ends the process (SIGFPE) at the first name that DNS is asked for.
target=$(uname -m)-unknown-linux-musl
files=$PWD/target/release-files
work=$PWD/target/release-work
tools=$PWD/target/tools
built=${CARGO_TARGET_DIR:-$PWD/target}

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
}

say() {
  printf '\n── %s\n' "$*" >&2
}

fail() {
  echo "$*" >&2
  exit 1
}

# Says what is missing, and where it comes from.
need() {
  command -v "$1" >/dev/null || fail "$1 is missing: $2"
}

steps=("$@")
[ $# -gt 0 ] || steps=("${all[@]}")
for step in "${steps[@]}"; do
  case $step in
    executables | package | image | components | sums) ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

# ── what is released

case $target in
  x86_64-*) architecture=amd64 ;;
  aarch64-*) architecture=arm64 ;;
  *) fail "$target: only x86_64 and aarch64 are released, each on a machine of its kind" ;;
esac
need git 'apt-get install git'
commit=$(./deploy/commit.sh)
version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
[ "$commit" != unknown ] || fail 'a release is made from a clone: there is no history here to name a commit'
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
if [ "${commit%+}" != "$commit" ]; then
  [ "$profile" != release ] || fail 'files differ from the commit: a release is what the commit says (RELEASE_PROFILE=try tries it)'
  version=$version+changed
elif ! git tag --points-at HEAD | grep -xF "v$version" >/dev/null; then
  version=$version+git$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M).$commit
fi

# The packages whose executables are released: each folder of services with a main.rs.
packages() {
  local main name
  for main in services/*/src/main.rs; do
    name=$(basename "${main%/src/main.rs}")
    [ "$name" = onestop ] || name=onestop-$name
    echo "$name"
  done
}

# The licences of what is built in: who passes the executables on passes them on as well.
licences() {
  local crate licence name version folder text
  cargo tree --locked --edges normal --target "$target" --prefix none --no-dedupe --format '{p}|{l}' "$@" |
    grep -v '(/' | sort --unique | while IFS='|' read -r crate licence; do
      [ -n "$crate" ] || continue
      read -r name version _ <<<"$crate"
      printf '\n════ %s %s: %s\n' "$name" "${version#v}" "$licence"
      for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$name-${version#v}"; do
        find "$folder" -maxdepth 4 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \) -print0 |
          sort --zero-terminated | while IFS= read -r -d '' text; do
            printf '\n── %s\n' "${text#"$folder"/}"
            cat "$text"
          done
      done
    done
}

# An archive of files of a folder; its bytes depend on them alone.
pack() {
  local archive=$1 folder=$2
  tar --create --sort=name --format=gnu --owner=root:0 --group=root:0 --numeric-owner \
    --mode='u=rwX,go=rX' --mtime="@$SOURCE_DATE_EPOCH" --directory "$(dirname "$folder")" "$(basename "$folder")" |
    gzip --no-name >"$archive"
}

# Runs a program with nothing around it but a root of its own; says so where that may not be made.
alone() {
  local root=$1
  shift
  if ! unshare --user --map-root-user true 2>/dev/null; then
    echo 'not tried in an empty root: no user namespaces may be made here' >&2
    return 0
  fi
  unshare --user --map-root-user chroot "$root" "$@" >&2
}

# Fails unless the executables are there, and are those of this commit.
executables_of_this_commit() {
  [ -x "$work/executables/onestop" ] || fail 'there are no executables: ./deploy/release.sh executables'
  "$work/executables/onestop" --version | grep -F "($commit)" >/dev/null ||
    fail 'the executables are those of another commit: ./deploy/release.sh executables'
}

# ── steps

executables() {
  local package maps map folder rust=-Ctarget-feature=+crt-static c='' chosen=()
  need cargo 'https://rustup.rs'
  need cc 'apt-get install gcc libc6-dev'
  need strip 'apt-get install binutils'
  [ -d "$(rustc --print target-libdir --target "$target")" ] ||
    fail "the standard library of $target is missing: rustup target add $target"
  need musl-gcc 'apt-get install musl-tools'

  say "executables: $version, profile $profile, $target"
  cargo fetch --locked --quiet --target "$target"
  maps=("$PWD=/onestop" "$built=/onestop/target")
  for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    maps+=("${folder%/}=/crates")
  done
  for map in "${maps[@]}"; do
    rust+=$'\x1f'--remap-path-prefix=$map
    c+="${c:+ }-ffile-prefix-map=$map"
  done
  for package in $(packages); do
    chosen+=(--package "$package")
  done
  CARGO_ENCODED_RUSTFLAGS=$rust CFLAGS=$c ONESTOP_COMMIT=$commit \
    cargo build --locked --profile "$profile" --target "$target" --bins "${chosen[@]}"

  mkdir -p "$work"
  licences "${chosen[@]}" >"$work/third-party.txt"

  say 'executables: nothing of the system'
  rm -rf "$work/executables" "$work/root"
  mkdir -p "$work/executables" "$work/root"
  folder=$built/$target/$profile
  [ "$profile" != dev ] || folder=$built/$target/debug
  for package in $(packages); do
    install -m 755 "$folder/$package" "$work/executables/$package"
    strip --strip-debug "$work/executables/$package"
    case $(ldd "$work/executables/$package" 2>&1 || true) in
      *'statically linked'* | *'not a dynamic executable'*) ;;
      *) fail "$package wants libraries of the system: $(ldd "$work/executables/$package")" ;;
    esac
    ln "$work/executables/$package" "$work/root/$package"
    alone "$work/root" "/$package" --version
  done
  archive
}

# The archive for systems that have no package: executables, and what is said in the documents to be beside them.
archive() {
  local folder=$work/onestop-$version-$target
  rm -rf "$folder"
  mkdir -p "$folder/bin" "$folder/deploy" "$files"
  rm -f "$files"/onestop-*.tar.gz
  cp "$work"/executables/* "$folder/bin"
  cp ./*.md LICENSE "$work/third-party.txt" "$folder"
  cp -r deploy/onestop.toml deploy/SETTINGS.md deploy/directory deploy/monitoring deploy/nats deploy/proxy \
    deploy/AUDIT.md deploy/RECOVERY.md deploy/RUNBOOKS.md \
    deploy/systemd deploy/three-nodes "$folder/deploy"
  pack "$files/onestop-$version-$target.tar.gz" "$folder"
}

package() {
  local file=$files/onestop_$version-1_$architecture.deb
  need dpkg-deb 'apt-get install dpkg, on Debian'
  say "package: $file"
  executables_of_this_commit
  mkdir -p "$files"
  rm -f "$files"/*.deb
  ./deploy/debian/package.sh "$work/executables" "$work/third-party.txt" "$version-1" "$architecture" "$file"
  if command -v lintian >/dev/null; then
    lintian --fail-on error,warning --tag-display-limit 0 "$file" >&2
  else
    echo 'not checked: lintian is missing (apt-get install lintian)' >&2
  fi
}

image() {
  local file=$files/onestop-$version-$architecture.oci.tar root=$work/image-root blob
  say "image: $file"
  executables_of_this_commit
  mkdir -p "$files"
  rm -f "$files"/*.oci.tar
  ./deploy/containers/image.sh "$work/executables" "$work/third-party.txt" "$version" \
    "$architecture" "$file"
  rm -rf "$root" "$work/layout"
  mkdir -p "$root" "$work/layout"
  tar --extract --file "$file" --directory "$work/layout"
  for blob in "$work"/layout/blobs/sha256/*; do
    # The layer is the one that is compressed.
    ! gzip --test "$blob" 2>/dev/null || tar --extract --gzip --no-same-owner --file "$blob" --directory "$root"
  done
  alone "$root" /usr/local/bin/onestop --version
  if command -v skopeo >/dev/null; then
    skopeo inspect "oci-archive:$file" >&2
  else
    echo 'not read by another program: skopeo is missing (apt-get install skopeo)' >&2
  fi
}

components() {
  local source=$work/source file=$files/onestop-$version.cdx.json wanted=0.5.9
  say "components: $file"
  need cargo 'https://rustup.rs'
  if [ "$("$tools/bin/cargo-cyclonedx" cyclonedx --version 2>/dev/null)" != "cargo-cyclonedx-cyclonedx $wanted" ]; then
    echo "building cargo-cyclonedx $wanted …" >&2
    CARGO_TARGET_DIR=$tools/build CARGO_PROFILE_DEV_DEBUG=0 \
      cargo install --locked --quiet --debug --root "$tools" cargo-cyclonedx --version "$wanted"
  fi
  # It writes beside each manifest: into a copy of the sources.
  rm -rf "$source" "$files"/*.cdx.json
  mkdir -p "$source" "$files"
  git archive HEAD | tar --extract --directory "$source"
  (cd "$source" && "$tools/bin/cargo-cyclonedx" cyclonedx --quiet --format json --spec-version 1.5 \
    --target "$target" --no-build-deps --override-filename components)
  sed "s#$source#/onestop#g" "$source/services/onestop/components.json" >"$file"
  grep -F '"pkg:cargo/tokio@' "$file" >/dev/null || fail "$file does not name what every service is built on"
}

sums() {
  say 'sums'
  [ -d "$files" ] || fail 'there is nothing to sum up: ./deploy/release.sh'
  (
    cd "$files"
    rm -f SHA256SUMS
    sha256sum -- * >"$work/SHA256SUMS"
    mv "$work/SHA256SUMS" SHA256SUMS
  )
}

# ── all of it

[ $# -gt 0 ] || rm -rf "$files"
for step in "${steps[@]}"; do
  # Sums of what was there before say nothing any more.
  rm -f "$files/SHA256SUMS"
  "$step"
done
[ ! -e "$files/SHA256SUMS" ] || cat "$files/SHA256SUMS"
