#!/bin/sh
# Makes what three machines need: certificates, keys, the broker's configurations, settings. What is there stays.
#
#   deploy/three-nodes/prepare.sh FOLDER HOST1 HOST2 HOST3 [ARGUMENTS]
#
# A host is an IPv4 address or a name, by which the others reach it; with other ports than 4222 and 6222:
# 10.0.0.1:4222/6222. Further arguments are for 'onestop keys init', such as --operator ACTOR. FOLDER then has
#
#   n1 n2 n3       what belongs on each machine (install.sh puts it there)
#   keys tls       every key and the authority of the brokers: keep them off the three machines
#
# BROKER_FOLDER and BROKER_STORE say where a machine has the broker's files and what it keeps.
set -eu
[ $# -ge 4 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2; }
program=${ONESTOP:-onestop}
broker=${BROKER_FOLDER:-/etc/onestop/broker}
store=${BROKER_STORE:-/var/lib/nats}
out=$1 host1=$2 host2=$3 host3=$4
shift 4
umask 077

onestop() {
  if command -v "$program" >/dev/null 2>&1; then
    "$program" "$@"
  else
    docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:$PWD" --workdir "$PWD" onestop:0.1.0 "$@"
  fi
}

name_of() {
  host=${1%%/*}
  echo "${host%:*}"
}

port_of() {
  host=${1%%/*}
  case $host in *:*) echo "${host##*:}" ;; *) echo 4222 ;; esac
}

# ── certificates: each broker shows clients and the other brokers its own

new_key() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@" 2>/dev/null
}

mkdir -p "$out/tls"
tls=$out/tls
if [ ! -f "$tls/ca.pem" ]; then
  new_key -x509 -days 3650 -subj '/CN=Onestop brokers' -keyout "$tls/ca.key" -out "$tls/ca.new" \
    -addext 'keyUsage=critical,keyCertSign,cRLSign'
  mv "$tls/ca.new" "$tls/ca.pem"
fi

certify() {
  [ ! -f "$tls/$1.pem" ] || return 0
  address=$(name_of "$2")
  case $address in *[!0-9.]*) kind=DNS ;; *) kind=IP ;; esac
  printf 'subjectAltName=%s:%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' \
    "$kind" "$address" >"$tls/$1.ext"
  new_key -subj "/CN=$1" -keyout "$tls/$1.key" -out "$tls/$1.csr"
  openssl x509 -req -in "$tls/$1.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 825 \
    -extfile "$tls/$1.ext" -out "$tls/$1.new" 2>/dev/null
  mv "$tls/$1.new" "$tls/$1.pem"
}

certify n1 "$host1"
certify n2 "$host2"
certify n3 "$host3"

# ── keys

onestop keys init --out "$out/keys" --store "$store" \
  --cluster "n1=$host1" --cluster "n2=$host2" --cluster "n3=$host3" --cluster-ca "$broker/ca.pem" \
  --server-cert "$broker/broker.pem" --server-key "$broker/broker.key" "$@"
keys=$out/keys
[ -f "$keys/master.key" ] || onestop keys new-master --out "$keys/master.key"

# ── what belongs on each machine

addresses=
for host in "$host1" "$host2" "$host3"; do
  addresses="$addresses${addresses:+,}tls://$(name_of "$host"):$(port_of "$host")"
done

node() {
  mkdir -p "$out/$1/broker" "$out/$1/keys" "$out/$1/data"
  cp "$keys/$1.conf" "$out/$1/broker/nats.conf"
  cp "$tls/ca.pem" "$out/$1/broker/ca.pem"
  cp "$tls/$1.pem" "$out/$1/broker/broker.pem"
  cp "$tls/$1.key" "$out/$1/broker/broker.key"
  cp "$keys/issuers.json" "$tls/ca.pem" "$out/$1/keys/"
  cat >"$out/$1/onestop.toml" <<TEXT
# The three brokers: a program goes on with another one when the one that it uses is gone.
nats = "$addresses"
tls_ca = "/etc/onestop/keys/ca.pem"

# An answer waits until the standby has what it confirms on its disk.
standby = "sync"
TEXT
  : >"$out/$1/units"
}

unit() {
  echo "$2" >>"$out/$1/units"
}

program_key() {
  cp "$keys/$2.nk" "$keys/$2.issuer" "$out/$1/keys/"
}

# The log of a service is signed with the same key wherever it runs, and intake opens the same keys of persons.
service() {
  program_key "$1" "$2"
  mkdir -p "$out/$1/data/$2"
  cp "$keys/data/$2/signing.key" "$keys/data/$2/signing.pub" "$out/$1/data/$2/"
  if [ "$2" = intake ]; then
    cp "$keys/master.key" "$out/$1/data/intake/master.key"
  fi
}

for name in n1 n2 n3; do
  node "$name"
  # By which 'onestop doctor' and onestop-backup.service ask.
  program_key "$name" desk
  unit "$name" nats-server.service
done
for name in intake referral legal-aid notarization mediation journal registry; do
  onestop keys signing --service "$name" --data "$keys/data" >/dev/null
  case $name in
  intake | referral | registry | journal) standby=n2 ;;
  *) standby=n3 ;;
  esac
  service n1 "$name"
  unit n1 "onestop@$name.service"
  service "$standby" "$name"
  unit "$standby" "onestop-standby@$name.service"
  # The gateway checks proofs, and so does its standby when it has taken over.
  for node in n2 n3; do
    mkdir -p "$out/$node/data/$name"
    cp "$keys/data/$name/signing.pub" "$out/$node/data/$name/"
  done
done

# The operator's key provides the stream and the leases on all three brokers.
mkdir -p "$out/n2/operator"
cp "$keys/operator.nk" "$out/n2/operator/"
for site in "$keys"/site-*; do
  if [ -d "$site" ]; then
    mkdir -p "$out/n2/operator/$(basename "$site")"
  fi
done
unit n2 onestop-provision.service

# Secrets in the gateway's database are sealed with a key that is never sent: both machines have it.
[ -f "$keys/draft.key" ] || head -c 32 /dev/urandom >"$keys/draft.key"
for node in n3 n2; do
  program_key "$node" gateway
  mkdir -p "$out/$node/data/gateway"
  cp "$keys/draft.key" "$out/$node/data/gateway/"
done
unit n3 onestop@gateway.service
unit n2 onestop-standby@gateway.service
echo "$out/n1 $out/n2 $out/n3"
