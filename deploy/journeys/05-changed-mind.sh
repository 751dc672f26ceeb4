#!/usr/bin/env bash
# 改变主意 · Changed mind. The citizen withdraws while the case is offered; and, another time, in the same
# instant as the agency accepts: one of them is first, and the other is told who.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201               # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid     # 宁洱县法律援助中心

open() {
  onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --name 岩温
}

tell '待签收时撤回：对方的签收被拒绝，并说明是谁先办的。' \
     'Withdrawn while offered: the agency that comes later is told who was first.'
case=$(open)
onestop case wait "$case" referral.offered
handoff=$(command "${ONESTOP:-onestop}" --json referral show "$case" | sed 's/.*"handoff":"\([^"]*\)".*/\1/')
onestop case withdraw "$case" --by "$clerk"
refused 5 referral accept "$case" --handoff "$handoff" --by "$agency"
onestop case close "$case" --by "$clerk"

tell '同一时刻：一边撤回，一边签收。只有一方办成。' \
     'In the same instant: one withdraws, the other accepts. One of them is first.'
case=$(open)
onestop case wait "$case" referral.offered
onestop case withdraw "$case" --by "$clerk" &
window=$!
onestop referral accept "$case" --by "$agency" &
unit=$!
withdrawn=0
accepted=0
wait "$window" || withdrawn=$?
wait "$unit" || accepted=$?
case "$withdrawn/$accepted" in
  0/5) tell '窗口先撤回。' 'The window was first.' ;;
  5/0) tell '援助中心先签收，案件由其继续办理。' 'The agency was first, and goes on with the case.' ;;
  *)
    printf 'one must be first and the other refused; the exit codes were %s\n' "$withdrawn/$accepted" >&2
    exit 1
    ;;
esac
onestop replay "$case"
