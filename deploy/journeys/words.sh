# Read by every journey: where the command is, how a step is told, what a refusal must look like.
# A journey runs against the Onestop that ONESTOP_DATA or ONESTOP_NATS names (see 'onestop --help').

set -euo pipefail

# Tells a step, in Chinese and in English.
tell() {
  printf '\n■ %s\n  %s\n' "$1" "$2" >&2
}

# The command line, shown as it is typed.
onestop() {
  printf '  $ onestop %s\n' "$*" >&2
  command "${ONESTOP:-onestop}" "$@"
}

# Expects that a command is refused with an exit code: refused 5 case withdraw …
refused() {
  local wanted=$1 code=0
  shift
  onestop "$@" || code=$?
  if [ "$code" -ne "$wanted" ]; then
    printf 'exit code %s was expected, and it was %s\n' "$wanted" "$code" >&2
    return 1
  fi
}

# A unit takes the case: taken SERVICE ACTOR, the second time taken SERVICE ACTOR 2.
taken() {
  onestop case wait "$case" referral.offered --times "${3:-1}"
  onestop referral accept "$case" --by "$2"
  onestop case wait "$case" "$1.received"
}

# The papers are asked for once, and come: asked PAPER ACTOR.
asked() {
  local last_day
  last_day=$(TZ=Asia/Shanghai date -d '10 days' +%Y-%m-%d)
  onestop legal-aid request-supplement "$case" --missing "$1" --last-day "$last_day" --by "$2"
  onestop legal-aid receive-supplement "$case" --materials "$1" --by "$2"
}

# The whole journey, once its last event has come: replayed case.closed, replayed mediation.archived.
replayed() {
  tell '回放全程。' 'The whole journey, replayed.'
  onestop case wait "$case" "$@"
  onestop replay "$case"
}
