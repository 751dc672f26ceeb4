#!/usr/bin/env bash
# 值班律师法律帮助 · A duty lawyer's help. The police ask for a duty lawyer for a suspect without a defender; nothing is reviewed
# or assigned, the help is given and taken down, and the case is closed.
# 法律援助法 art. 30, 37; 刑事诉讼法 art. 174.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhou-ping@530821                 # 宁洱县中心
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
today=$(TZ=Asia/Shanghai date +%F)
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic duty-lawyer-help \
  --name 某犯罪嫌疑人 --organ police --letter 宁公法帮〔2026〕2号 --received-on "$today")
taken legal-aid "$agency"
onestop case wait "$case" legal-aid.help-requested

tell '法律帮助不审查，也不指派：没有“给予”“不予”。' \
     'There is nothing to grant or to refuse.'
refused 5 legal-aid grant "$case" --by "$agency"
onestop legal-aid give-help "$case" --kinds advice --kinds plea \
  --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
