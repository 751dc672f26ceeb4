#!/usr/bin/env bash
# 调解中的时效 · A limitation while people talk. The committee keeps the limitation with the file and is warned of it; more time
# is drafted by one person and approved by another; when mediation fails, what is still open is told by its day.
# 人民调解法 art. 26; 民法典 art. 188, 195.
. "$(dirname "$0")/words.sh"

clerk=clerk/wu-xia@530829101                     # 西盟县勐梭镇
committee=specialist/yan-hong@530829101.mediation # 勐梭镇人民调解委员会
director=specialist/ai-sai@530829101.mediation   # 同一委员会主任
day() { TZ=Asia/Shanghai date -d "$1" +%Y-%m-%d; }
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic land \
  --name 岩嘎 --respondent 岩江 --summary '三年前占用承包地，一直未还')
taken mediation "$committee"

tell '登记诉讼时效，临近时提醒。' 'The limitation is kept, and warned of.'
onestop mediation set-critical-date "$case" --kind limitation --basis harm-known \
  --runs-from "$(day '3 years ago 20 days')" --by "$committee"
onestop case wait "$case" mediation.critical-date-near
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation name-mediators "$case" --mediators yan-hong --named-by committee --by "$committee"

tell '延长期限由一人拟、另一人批。' 'More time is drafted by one person and approved by another.'
refused 5 mediation extend "$case" --reason '双方同意再谈一次' --approved-by ai-sai --by "$committee"
onestop mediation draft-extension "$case" --reason '双方同意再谈一次' --by "$committee"
refused 6 mediation approve-decision "$case" --by "$committee"
onestop mediation approve-decision "$case" --by "$director"

tell '调解不成：告知其他途径，并写明未了结的时效。' \
     'It fails: the parties are told of other ways, and of the limitation that is still open.'
onestop mediation fail "$case" --told court legal-aid --by "$committee"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
