#!/usr/bin/env bash
# 协作函 · Asked of another agency. The agency asks another one to look into something; the clock of the review
# stands still until the answer.
# 办理法律援助案件程序规定.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic maintenance \
  --name 李光明 --summary '被告在思茅区')
taken legal-aid "$agency"
onestop legal-aid ask-cooperation "$case" --agency 思茅区法律援助中心 --letter 宁援协〔2026〕2号 --by "$agency"
onestop case wait "$case" legal-aid.clock-paused
onestop legal-aid receive-cooperation "$case" --letter 思援函〔2026〕8号 --by "$agency"
onestop legal-aid determine-means "$case" --means shared-data --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"

replayed legal-aid.assigned
