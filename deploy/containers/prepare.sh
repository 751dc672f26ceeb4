#!/bin/sh
# Makes what the containers of compose.yaml mount: keys, a folder for each service, the public keys of the logs. What is
# there stays. Further arguments are for 'onestop keys init', such as --operator ACTOR.
set -eu
cd "$(dirname "$0")"
program=${ONESTOP:-onestop}

onestop() {
  if command -v "$program" >/dev/null 2>&1; then
    "$program" "$@"
  else
    docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:$PWD" --workdir "$PWD" onestop "$@"
  fi
}

umask 077
# The broker is reached on the network of these containers alone.
onestop keys init --out keys --listen 0.0.0.0:4222 --insecure --store /store "$@"
for service in intake referral legal-aid notarization mediation journal registry; do
  mkdir -p "data/$service" "data/gateway/$service"
  onestop keys signing --service "$service" --data "data/$service"
  cp "data/$service/$service/signing.pub" "data/gateway/$service/signing.pub"
done
printf 'RUN_AS_UID=%s\nRUN_AS_GID=%s\n' "$(id -u)" "$(id -g)" >.env
