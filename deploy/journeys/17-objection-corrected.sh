#!/usr/bin/env bash
# 异议成立 · An objection helps. Refused, objected to, ordered to be corrected: the window refers the case
# again, and aid is granted.
# 法律援助法 art. 49.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
bureau=supervisor/he-jun@530821.bureau       # 宁洱县司法局
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic maintenance \
  --name 石阿玉 --summary '请求支付赡养费')
taken legal-aid "$agency"
asked household-register "$agency"
onestop legal-aid refuse "$case" --reason not-proven --by "$agency"
onestop case wait "$case" case.result-noted

tell '向司法局提出异议；司法局责令改正。' \
     "Objected to at the justice bureau, which orders a correction."
onestop legal-aid object "$case" --by "$clerk"
onestop legal-aid decide-objection "$case" --ruling correct --letter 宁司异〔2026〕1号 --by "$bureau"
onestop case wait "$case" case.reopened

tell '窗口再次转办，援助机构改正。' \
     "The window refers it again; the agency grants."
onestop case refer "$case" --by "$clerk"
onestop case wait "$case" referral.offered --times 2
onestop referral accept "$case" --by "$agency"
onestop case wait "$case" legal-aid.received --times 2
onestop legal-aid determine-means "$case" --means shared-data --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-34 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted --times 2
onestop case close "$case" --by "$clerk"

replayed case.closed
