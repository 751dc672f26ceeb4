#!/usr/bin/env bash
# 看守所工作站 · A post in the detention centre. The place of custody asks for a duty lawyer: the post there is asked first, and
# works nothing else; what the court asks for goes to the county's agency.
# 法律援助法 art. 30, 37, 39.
. "$(dirname "$0")/words.sh"

clerk=clerk/luo-mei@530828                       # 澜沧县中心
post=specialist/tao-yu@530828.legal-aid-detention # 澜沧县看守所法律援助工作站
agency=specialist/li-qiang@530828.legal-aid      # 澜沧县法律援助中心
today=$(TZ=Asia/Shanghai date +%F)
ask_for_help() {
  onestop case open --quiet --by "$clerk" --item legal-aid --topic duty-lawyer-help \
    --name "$1" --organ "$2" --letter "$3" --received-on "$today"
}

tell '法院来函请求法律帮助：由县法律援助中心办理，不转看守所工作站。' \
     'The court asks for help: the county agency has it, and not the post.'
case=$(ask_for_help 某被告人 court 澜法帮〔2026〕1号)
taken legal-aid "$agency"

tell '看守所来函：先转看守所工作站，由值班律师提供法律帮助。' \
     'The place of custody asks: its post is asked first, and the lawyer on duty helps.'
case=$(ask_for_help 某犯罪嫌疑人 custody 澜看帮〔2026〕2号)
taken legal-aid "$post"
onestop case wait "$case" legal-aid.help-requested
onestop legal-aid give-help "$case" --kinds advice \
  --firm 云南某某律师事务所 --licence 15308202010123456 --by "$post"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
