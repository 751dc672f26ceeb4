#!/usr/bin/env bash
# 曲靖转办单 · The referral slip of Qujing. A township centre hands a case to the county's notary, who issues
# within the hour; in the pilot of 2017 the citizen carried a paper slip (服务事项转办单), here the case goes by
# itself.
# Legal Daily, 2017-08-12, on the pilot in Qujing.
. "$(dirname "$0")/words.sh"

clerk=clerk/li-mei@530821101                 # 宁洱县宁洱镇
office=specialist/he-jun@530821.notarization # 宁洱县公证处

tell '镇中心受理，转县公证处；群众不用自己拿着转办单跑。' \
     "At the township centre; the citizen carries no slip."
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic mandate \
  --name 王春兰 --summary '在外务工，委托亲属办理房屋手续')
taken notarization "$office"

tell '告知、受理、出证。' \
     "Told, accepted, issued."
onestop notarization appear-in-person "$case" --by "$office"
onestop notarization tell-consequences "$case" --by "$office"
onestop notarization accept "$case" --by "$office"
onestop notarization issue "$case" --certificate （2026）云宁证字第21号 --by "$office"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
