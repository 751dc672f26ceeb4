#!/usr/bin/env bash
# 协议不履行 · An agreement is not kept. Payment does not come: the committee tells the party of the court.
# 人民调解法 art. 31, 32.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic injury \
  --name 刀志华 --summary '被狗咬伤，赔偿医药费')
taken mediation "$committee"
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei --named-by committee --by "$committee"
onestop mediation agree-in-writing "$case" --number 宁洱镇调字〔2026〕16号 --by "$committee"
onestop mediation break "$case" --told court legal-aid --by "$committee"
onestop mediation archive "$case" --file 2026-16 --by "$committee"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
