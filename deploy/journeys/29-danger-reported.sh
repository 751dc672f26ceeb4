#!/usr/bin/env bash
# 纠纷激化 · It may get worse. A dispute about forest land threatens to get worse; the police station is told,
# the parties agree to more time, and then agree.
# 人民调解法 art. 25; one month, extended once.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会
director=specialist/chen-gang@530821101.mediation # 同一委员会主任
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic land \
  --name 两村村民 --summary '争林地，可能动手')
taken mediation "$committee"
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation report-danger "$case" --to 宁洱派出所 --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei li-hua --named-by committee --by "$committee"
onestop mediation draft-extension "$case" --reason 双方同意再谈 --by "$committee"
onestop mediation approve-decision "$case" --by "$director"

tell '只能延长一次。' \
     "Once only."
refused 5 mediation draft-extension "$case" --reason 再延 --by "$committee"
onestop mediation agree-in-writing "$case" --number 宁洱镇调字〔2026〕18号 --by "$committee"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
