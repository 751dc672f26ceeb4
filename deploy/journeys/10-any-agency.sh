#!/usr/bin/env bash
# 全城通办 · Any agency will do. The citizen asks at the window of another district; it opens the case for the
# place that is responsible, and the case goes there.
# 大庆市“全城通办”: any agency pre-checks and forwards.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhao-min@530802                  # 思茅区
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心

tell '群众在思茅区提出申请，事由发生地在宁洱县。' \
     "Asked in Simao, responsible is Ning’er."
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic injury \
  --name 罗小妹 --summary '在宁洱县工地受伤' --place 530821101)

tell '直接转到宁洱县法律援助中心。' \
     "It goes straight to the agency of Ning’er."
taken legal-aid "$agency"
onestop legal-aid determine-means "$case" --means pledge --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-31 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
