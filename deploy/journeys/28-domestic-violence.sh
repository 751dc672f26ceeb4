#!/usr/bin/env bash
# 家庭暴力，不查经济困难 · Domestic violence. No means test for a victim of violence; the court's protection cannot
# wait, so a lawyer acts at once.
# 法律援助法 art. 32, 44.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic domestic-violence \
  --name 某女士 --summary '遭受家庭暴力，申请人身安全保护令')
taken legal-aid "$agency"
onestop legal-aid provide-first "$case" --reason preservation --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid determine-means "$case" --means not-tested --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-37 --by "$agency"

replayed legal-aid.contracted
