#!/bin/sh
# Writes the secrets and the settings that the manifests name, from what prepare.sh has made:
#
#   deploy/three-nodes/prepare.sh nodes nats-0.nats.onestop.svc nats-1.nats.onestop.svc nats-2.nats.onestop.svc
#   deploy/three-nodes/kubernetes/secrets.sh nodes | kubectl apply -f -
set -eu
[ $# -eq 1 ] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2; }
out=$1

head() {
  printf -- '---\napiVersion: v1\nkind: %s\nmetadata:\n  name: %s\n  namespace: onestop\n' "$1" "$2"
}

secret() {
  head Secret "$1"
  printf 'type: Opaque\ndata:\n'
}

entry() {
  printf '  %s: %s\n' "$1" "$(base64 <"$2" | tr -d '\n')"
}

head ConfigMap onestop
printf 'data:\n  onestop.toml: |\n'
sed 's/^/    /' "$out/n1/onestop.toml"

secret broker
entry ca.pem "$out/tls/ca.pem"
for number in 1 2 3; do
  pod=nats-$((number - 1))
  entry "$pod.conf" "$out/n$number/broker/nats.conf"
  entry "$pod.pem" "$out/n$number/broker/broker.pem"
  entry "$pod.key" "$out/n$number/broker/broker.key"
done

program() {
  secret "$1"
  entry "$1.nk" "$out/keys/$1.nk"
  entry issuers.json "$out/keys/issuers.json"
  entry ca.pem "$out/tls/ca.pem"
}

for service in intake referral legal-aid notarization mediation journal registry; do
  program "$service"
  entry "$service.issuer" "$out/keys/$service.issuer"
  entry signing.key "$out/n1/data/$service/signing.key"
  entry signing.pub "$out/n1/data/$service/signing.pub"
  if [ "$service" = intake ]; then
    entry master.key "$out/keys/master.key"
  fi
done

program gateway
entry gateway.issuer "$out/keys/gateway.issuer"
entry draft.key "$out/keys/draft.key"
for service in intake referral legal-aid notarization mediation journal registry; do
  entry "$service.pub" "$out/n1/data/$service/signing.pub"
done
program operator
