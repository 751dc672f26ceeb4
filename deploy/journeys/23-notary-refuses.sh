#!/usr/bin/env bash
# 不予办理公证 · Not handled. The heirs do not agree: the notary does not handle it, and the same case goes on to
# mediation.
# 公证法 art. 31; 人民调解法.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
office=specialist/he-jun@530821.notarization # 宁洱县公证处
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic inheritance \
  --name 段家三兄弟 --summary '继承份额有争议')
taken notarization "$office"

tell '当事人之间有争议，不予办理。' \
     "The parties do not agree."
onestop notarization refuse "$case" --reason dispute --by "$office"
onestop case wait "$case" case.result-noted

tell '同一案件转人民调解。' \
     "The same case goes on to mediation."
onestop case refer "$case" --item mediation --topic family --by "$clerk"
taken mediation "$committee" 2
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei li-hua --named-by parties --by "$committee"
onestop mediation agree-in-writing "$case" --number 宁洱镇调字〔2026〕13号 --by "$committee"
onestop case wait "$case" case.result-noted --times 2
onestop case close "$case" --by "$clerk"

replayed case.closed
