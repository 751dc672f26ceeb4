#!/usr/bin/env bash
# 先行提供援助 · Aid first. A limitation period ends in a few days: a lawyer acts at once, and means and grant
# follow.
# 法律援助法 art. 44.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic injury \
  --name 赵老四 --summary '工伤赔偿，时效只剩四天')
taken legal-aid "$agency"

tell '时效将届满，先行提供援助。' \
     "It cannot wait."
onestop legal-aid provide-first "$case" --reason period-ends --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"

tell '补办手续。' \
     "The formalities follow."
onestop legal-aid determine-means "$case" --means exempt --exempt-group migrant-worker --evidence '工伤认定申请、工资卡流水' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-32 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
