#!/usr/bin/env bash
# 邻里调解 · Neighbours agree. Two neighbours dispute a plot's border; the township's mediation committee
# takes it, both agree to be mediated, sign an agreement, and ask the court to confirm it.
# 人民调解法 art. 17, 19, 28, 29, 33.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201                 # 宁洱县宁洱镇新塘村
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会

tell '村民为宅基地边界与邻居相争，到村站求助。' 'A dispute about a border between two plots, brought to the village station.'
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic land \
  --name 白玉兰 --summary '邻居砌墙占了半米')

tell '先到镇人民调解委员会。' "The township's committee comes first."
onestop case wait "$case" referral.offered
onestop referral accept "$case" --by "$committee"
onestop case wait "$case" mediation.received

tell '对方还没有同意，不能受理。' 'A dispute is not mediated before the other party has agreed.'
refused 5 mediation accept "$case" --by "$committee"
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei li-hua --named-by parties --by "$committee"

tell '达成书面协议，结果回到村站；双方共同申请司法确认。' \
     'A written agreement; the result goes back to the window; both ask the court to confirm it.'
onestop mediation agree-in-writing "$case" --number 宁洱镇调字〔2026〕12号 --by "$committee"
onestop case wait "$case" case.result-noted
onestop mediation ask-court "$case" --court 宁洱县人民法院 --by "$committee"
onestop mediation confirm "$case" --ruling （2026）云0821民特1号 --by "$committee"

tell '督促履行；履行后归档。窗口评价、办结。' 'Performed, and filed; rated and closed at the window.'
onestop mediation perform "$case" --by "$committee"
onestop mediation archive "$case" --file 2026-12 --by "$committee"
onestop case rate "$case" very-satisfied --by "$clerk"
onestop case close "$case" --by "$clerk"

tell '回放全程。' 'The whole journey, replayed.'
onestop case wait "$case" case.closed
onestop replay "$case"
