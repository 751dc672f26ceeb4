#!/usr/bin/env bash
# 异地核实 · Verified elsewhere. A notary office in Kunming is entrusted with verifying kinship; the clock of
# fifteen working days stands still meanwhile.
# 公证法 art. 29, 30.
. "$(dirname "$0")/words.sh"

clerk=clerk/li-mei@530821101                 # 宁洱县宁洱镇
office=specialist/he-jun@530821.notarization # 宁洱县公证处
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic kinship \
  --name 陈建国 --summary '办理亲属关系公证')
taken notarization "$office"
onestop notarization tell-consequences "$case" --by "$office"
onestop notarization accept "$case" --by "$office"

tell '委托昆明市公证机构核实，停止计时。' \
     "Entrusted to an office in Kunming; the clock stands still."
onestop notarization verify "$case" --verifier entrusted --what 昆明市某公证处核实亲属关系 --by "$office"
onestop case wait "$case" notarization.clock-paused

tell '核实期间不能出证。' \
     "Nothing is issued meanwhile."
refused 5 notarization issue "$case" --certificate （2026）云宁证字第22号 --by "$office"
onestop notarization finish-verification "$case" --result 属实 --by "$office"
onestop notarization issue "$case" --certificate （2026）云宁证字第22号 --by "$office"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
