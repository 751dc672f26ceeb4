#!/bin/sh
# Puts what prepare.sh has made for a machine in its place: run there, as root, with the Debian package 'onestop' and any
# nats-server installed. What is there is written anew, and data that a service has made stays.
#
#   ./install.sh n1
#   systemctl enable --now $(cat n1/units)
#
# ROOT puts it under another folder, with the owner who runs it.
set -eu
[ $# -eq 1 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
node=$1
root=${ROOT:-}
umask 077

own() {
  if [ -z "$root" ]; then
    chown -R "$@"
  fi
}

# A package of nats-server that is not Debian's may bring neither a user nor a unit, and puts the program elsewhere.
broker=$(command -v nats-server || echo /usr/sbin/nats-server)
if [ -z "$root" ] && ! getent passwd nats >/dev/null; then
  useradd --system --user-group --no-create-home --home-dir /var/lib/nats --shell /usr/sbin/nologin nats
fi

etc=$root/etc/onestop
mkdir -p "$etc/broker" "$etc/keys" "$root/var/lib/nats" "$root/var/lib/onestop"
cp "$node"/broker/* "$etc/broker/"
own nats:nats "$etc/broker" "$root/var/lib/nats"
cp "$node"/keys/* "$etc/keys/"
own onestop:onestop "$etc/keys"
cp "$node/onestop.toml" "$etc/onestop.toml"
chmod 644 "$etc/onestop.toml"
# Others read which folders are there, and nothing in them.
chmod 755 "$etc"
if [ -d "$node/operator" ]; then
  mkdir -p "$etc/operator"
  cp -r "$node"/operator/* "$etc/operator/"
  # It trusts the same authority of the brokers, and may not look among the services' keys.
  cp "$node/keys/ca.pem" "$etc/operator/ca.pem"
  own onestop-operator:onestop-operator "$etc/operator"
fi
for service in "$node"/data/*; do
  mkdir -p "$root/var/lib/onestop/$(basename "$service")"
  for file in "$service"/*; do
    to=$root/var/lib/onestop/$(basename "$service")/$(basename "$file")
    # A key that the service has already stays.
    [ -e "$to" ] || cp "$file" "$to"
  done
done
own onestop:onestop "$root/var/lib/onestop"
# Drop-ins hold no secret.
umask 022
mkdir -p "$root/etc/systemd/system"
cp -r "$here"/systemd/* "$root/etc/systemd/system/"
sed -i "s|^ExecStart=/usr/sbin/nats-server |ExecStart=$broker |" "$root/etc/systemd/system/nats-server.service" \
  "$root/etc/systemd/system/nats-server.service.d/onestop.conf"
