#!/usr/bin/env bash
# 公证复查 · A certificate is reviewed. A party doubts a certificate; another notary reviews it, has a fact
# verified, and corrects its wording.
# 公证程序规则 (2020), on review.
. "$(dirname "$0")/words.sh"

clerk=clerk/li-mei@530821101                 # 宁洱县宁洱镇
office=specialist/he-jun@530821.notarization # 宁洱县公证处
reviewer=specialist/ma-li@530821.notarization # 同一公证处的另一名公证员
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic identity \
  --name 高文 --summary '经历公证')
taken notarization "$office"
onestop notarization tell-consequences "$case" --by "$office"
onestop notarization accept "$case" --by "$office"
onestop notarization issue "$case" --certificate （2026）云宁证字第25号 --by "$office"

tell '一个公证处的一个编号只用一次。' \
     'An office gives a number once.'
first=$case
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic identity \
  --name 高武 --summary '经历公证')
taken notarization "$office"
onestop notarization tell-consequences "$case" --by "$office"
onestop notarization accept "$case" --by "$office"
refused 5 notarization issue "$case" --certificate '(2026)云宁证字 第25号' --by "$office"
case=$first

tell '出证人不得复查。' \
     "Not the one who issued it."
today="$(TZ=Asia/Shanghai date '+%Y-%m-%d 00:00')"
refused 5 notarization ask-review "$case" --applicant party --known-on "$today" --reviewer he-jun --by "$office"
onestop notarization ask-review "$case" --applicant party --known-on "$today" --reviewer ma-li --by "$office"
onestop notarization verify "$case" --verifier own --what 查阅档案 --by "$office"
onestop notarization finish-verification "$case" --result 日期有误 --by "$office"

tell '由指定的复查公证员本人决定。' \
     "The notary who was named for it decides."
refused 6 notarization decide-review "$case" --outcome kept --letter 宁证复〔2026〕1号 --by "$office"
onestop notarization decide-review "$case" --outcome corrected --letter 宁证复〔2026〕1号 --by "$reviewer"
onestop notarization carry-out-review "$case" --by "$office"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
