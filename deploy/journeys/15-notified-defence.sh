#!/usr/bin/env bash
# 通知辩护 · A defence on notice. The court notifies the agency of a defendant without a defender who may be
# sentenced to life; the lawyer has three years of practice, and the court is told who defends.
# 法律援助法 art. 25, 26, 36.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhou-ping@530821                 # 宁洱县中心
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic other \
  --name 某被告人 --summary '法院通知辩护')
taken legal-aid "$agency"
onestop legal-aid take-notice "$case" --organ court --notice （2026）云0821刑初5号 --gravity life-or-death --by "$agency"

tell '可能判处无期徒刑、死刑，须由执业三年以上律师承办。' \
     "Three years of practice are needed."
refused 5 legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --years 2 --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --years 8 --by "$agency"
onestop legal-aid inform-organ "$case" --letter 宁援函〔2026〕3号 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-33 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
