#!/usr/bin/env bash
# 讨薪 · Wages. A village station opens a request for unpaid wages; the county's legal aid agency takes
# it, grants aid and assigns a lawyer; the result comes back to the village window, where it is rated,
# closed and archived.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201               # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid     # 宁洱县法律援助中心

tell '村民岩温到新塘村公共法律服务站：工地欠薪三个月。' \
     'At the village station: three months of wages are owed. One request, made once.'
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay \
  --name 岩温 --phone 13800138000 --summary '工地欠薪三个月，共一万八千元')

tell '分流到县法律援助中心，并记录理由。村站仍然负责，直到有人签收。' \
     "Routed to the county's agency, with the reason kept. The station stays responsible until a unit accepts."
onestop case wait "$case" referral.offered
onestop referral list --by "$agency"

tell '县法律援助中心签收，责任转移。' 'The agency accepts; custody moves.'
onestop referral accept "$case" --by "$agency"
onestop case wait "$case" legal-aid.received

tell '追索劳动报酬，免予核查经济困难状况；决定援助；指派律师；结案。' \
     'Wages: exempt from the means check. Granted, a lawyer assigned, concluded.'
onestop legal-aid determine-means "$case" --means exempt --exempt-group migrant-worker --evidence '工资卡流水' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-17 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"

tell '结果回到窗口；群众评价；办结；归档。' 'The window is told; the citizen rates; closed; archived.'
onestop case wait "$case" case.result-noted
onestop case rate "$case" very-satisfied --by "$clerk"
onestop case close "$case" --by "$clerk"
onestop case archive "$case" --by "$clerk"

tell '回放全程。' 'The whole journey, replayed.'
onestop case wait "$case" case.archived
onestop replay "$case"
