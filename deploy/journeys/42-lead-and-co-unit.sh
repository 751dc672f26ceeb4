#!/usr/bin/env bash
# 主办与协办 · Lead and co-unit. Legal aid leads and asks the notary office for its part; the case is completed
# when both are done, and the lead answers for it all the while.
# 潍坊市12345热线条例 art. 20-26: several units, one of them the lead (主办), the others help (协办).
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201             # 宁洱县宁洱镇新塘村
lead=specialist/wang-min@530821.legal-aid     # 宁洱县法律援助中心
notary=specialist/he-jun@530821.notarization  # 宁洱县公证处
bureau=supervisor/zhao-lei@530821.bureau      # 宁洱县司法局

case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --name 岩温)
taken legal-aid "$lead"

tell '援助中心主办，邀请公证处协办；司法局督办一次。' \
     'Legal aid leads and invites the notary; the bureau asks once how it stands.'
onestop referral invite "$case" --unit 530821.notarization --task 保全工资凭证 --by "$lead"
onestop referral join "$case" --by "$notary"
refused 5 referral complete "$case" granted --by "$lead"
onestop referral supervise "$case" --instruction 说明进展 --by "$bureau"
onestop referral answer-supervision "$case" --answer 协办单位正在保全证据 --by "$lead"
onestop referral report-part "$case" --report 凭证已保全 --by "$notary"
onestop referral show "$case"

replayed referral.co-reported
