#!/usr/bin/env bash
# 撤销申请 · The papers don't come. Told once of what is missing, and until which day it can be brought; until that day is
# over, the application does not count as withdrawn. The applicant withdraws it. A later application is a new one.
# 法律援助法 art. 43; 办理法律援助案件程序规定.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic pension \
  --name 黄桂花 --summary '抚恤金')
taken legal-aid "$agency"
today=$(TZ=Asia/Shanghai date +%Y-%m-%d)
last_day=$(TZ=Asia/Shanghai date -d '10 days' +%Y-%m-%d)
refused 3 legal-aid request-supplement "$case" --missing household-register --last-day "$today" --by "$agency"
onestop legal-aid request-supplement "$case" --missing household-register \
  --remarks 'household-register: 首页和本人页' --last-day "$last_day" --by "$agency"

tell '只告知一次；截止日未过，不得视为撤销申请。申请人自己撤销申请。' \
     'Told once; before the last day is over, nothing counts as withdrawn. The applicant withdraws.'
refused 5 legal-aid deem-withdrawn "$case" --by "$agency"
onestop legal-aid withdraw-application "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
