#!/usr/bin/env bash
# 调解不成转援助 · Mediation fails, legal aid follows. The employer does not move; the committee ends
# mediation and tells of other ways; the same case goes on to legal aid, with the same number.
# 人民调解法 art. 26; 法律援助法 art. 31, 42.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201
committee=specialist/yang-mei@530821101.mediation
agency=specialist/wang-min@530821.legal-aid

tell '先申请调解。' 'Mediation first.'
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic labour \
  --name 岩温 --summary '老板拖欠工资')
onestop case wait "$case" referral.offered
onestop referral accept "$case" --by "$committee"
onestop case wait "$case" mediation.received
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei --named-by committee --by "$committee"

tell '调解不成，终止调解，告知其他途径；案件回到窗口。' 'It fails; other ways are told; the case is back at the window.'
refused 2 mediation fail "$case" --by "$committee"
onestop mediation fail "$case" --told court legal-aid --by "$committee"
onestop case wait "$case" case.result-noted

tell '同一案件、同一编号，转申请法律援助。' 'The same case, with the same number, goes on to legal aid.'
onestop case refer "$case" --item legal-aid --topic labour-pay --by "$clerk"
onestop case wait "$case" referral.offered --times 2
onestop referral accept "$case" --by "$agency"
onestop case wait "$case" legal-aid.received
onestop legal-aid determine-means "$case" --means exempt --exempt-group migrant-worker --evidence '工资卡流水' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-17 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted --times 2
onestop case close "$case" --by "$clerk"

tell '回放全程。' 'The whole journey, replayed.'
onestop case wait "$case" case.closed
onestop replay "$case"
