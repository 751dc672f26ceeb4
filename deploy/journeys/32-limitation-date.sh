#!/usr/bin/env bash
# 关键期限 · The most dangerous date. A limitation and the last day of an appeal are kept with the file: reckoned by the term of
# the law or named, warned of, corrected with a reason. The lawyer cannot conclude while one is open.
# 民法典 art. 188, 195; 民事诉讼法 art. 171; 法律援助法 art. 46.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
day() { TZ=Asia/Shanghai date -d "$1" +%Y-%m-%d; }
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic injury \
  --name 罗建国 --summary '工地受伤，赔偿未付')
taken legal-aid "$agency"

tell '审查时登记诉讼时效：自知道权利受到损害之日起三年。举证期限由法院指定，没有法定期间，填写最后一日。' \
     'The limitation is kept at the review: three years from when the harm was known. The court sets the time for evidence.'
onestop legal-aid set-critical-date "$case" --kind limitation --basis harm-known \
  --runs-from "$(day '3 years ago 20 days')" --by "$agency"
refused 3 legal-aid set-critical-date "$case" --kind evidence --basis day-set --runs-from "$(day today)" --by "$agency"
onestop legal-aid show "$case"
# It is less than a month away: the unit is warned at once.
onestop case wait "$case" legal-aid.critical-date-near

tell '对方部分履行，时效中断，重新计算；原日期留痕。起诉后了结。' \
     'The other side pays a part: the limitation begins again, and the former day stays on record. The suit closes it.'
onestop legal-aid correct-critical-date "$case" --kind limitation --reason interrupted --runs-from "$(day today)" --by "$agency"
onestop legal-aid determine-means "$case" --means exempt --exempt-group migrant-worker --evidence '劳动合同' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-41 --by "$agency"
onestop legal-aid close-critical-date "$case" --kind limitation --outcome filed --on "$(day today)" --by "$agency"

tell '一审判决送达：上诉期限未了结，不能结案。' \
     'The judgment is served: while the appeal is open, the aid is not concluded.'
onestop legal-aid set-critical-date "$case" --kind civil-appeal --basis document-served --runs-from "$(day today)" --by "$agency"
refused 5 legal-aid conclude "$case" --by "$agency"
onestop legal-aid close-critical-date "$case" --kind civil-appeal --outcome not-pursued --on "$(day today)" --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
