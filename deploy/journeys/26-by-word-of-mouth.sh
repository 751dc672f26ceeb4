#!/usr/bin/env bash
# 口头协议 · By word of mouth. A small matter: the parties agree by word of mouth, the mediator writes it down,
# and it is performed on the spot.
# 人民调解法 art. 28, 30, 31.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic neighbours \
  --name 白大妈 --summary '鸡吃了邻居的菜')
taken mediation "$committee"
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei --named-by committee --by "$committee"
onestop mediation agree-orally "$case" --by "$committee"
onestop mediation perform "$case" --by "$committee"
onestop mediation archive "$case" --file 2026-15 --by "$committee"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
