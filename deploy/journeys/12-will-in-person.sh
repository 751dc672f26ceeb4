#!/usr/bin/env bash
# 遗嘱须本人到场 · A will is made in person. A will cannot be applied for in another's name: the notary does not
# accept it before the testator came.
# 公证法 art. 26.
. "$(dirname "$0")/words.sh"

clerk=clerk/li-mei@530821101                 # 宁洱县宁洱镇
office=specialist/he-jun@530821.notarization # 宁洱县公证处
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic will \
  --name 周福生 --summary '八十岁老人立遗嘱')
taken notarization "$office"
onestop notarization tell-consequences "$case" --by "$office"

tell '本人没有到场，不能受理。' \
     "Not before the testator came."
refused 5 notarization accept "$case" --by "$office"
onestop notarization appear-in-person "$case" --by "$office"
onestop notarization accept "$case" --by "$office"
onestop notarization issue "$case" --certificate （2026）云宁证字第23号 --by "$office"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
