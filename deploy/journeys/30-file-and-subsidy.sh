#!/usr/bin/env bash
# 卷宗与补贴 · File and subsidy. After the case is closed for the citizen, the lawyer hands in the file; it is
# mended once, found in order, and the subsidy set.
# 怒江州法律援助服务指南: 30 days each.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay \
  --name 李四 --summary '欠薪')
taken legal-aid "$agency"
onestop legal-aid determine-means "$case" --means exempt --exempt-group migrant-worker --evidence '工资卡流水' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-38 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

tell '卷宗退回补正一次，审核合格，核定补贴。' \
     "The file is mended once; the subsidy is set."
onestop legal-aid submit-file "$case" --file 2026-38 --by "$agency"
onestop legal-aid return-file "$case" --why 缺结案报告 --by "$agency"
onestop legal-aid submit-file "$case" --file 2026-38 --by "$agency"
onestop legal-aid archive "$case" --subsidy 1500 --by "$agency"

replayed legal-aid.archived
