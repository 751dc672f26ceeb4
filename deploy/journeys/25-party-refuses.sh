#!/usr/bin/env bash
# 对方拒绝调解 · The other party refuses. A clear refusal ends mediation at once; the window tells of other ways.
# 人民调解法 art. 17.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic debt \
  --name 普阿三 --summary '借款两万元不还')
taken mediation "$committee"
onestop mediation refuse-by-party "$case" --party respondent --by "$committee"
onestop mediation archive "$case" --file 2026-14 --by "$committee"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
