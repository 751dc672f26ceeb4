#!/usr/bin/env bash
# 移送与反馈 · Handed over, and heard back. The agency tells the police of a danger: it keeps the case, takes
# down what was given away and on what ground, and what the police answered.
# 网络数据安全管理条例 art. 12: the record of personal data given away is kept for three years and more.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心

case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic domestic-violence --name 岩温)
taken legal-aid "$agency"

tell '向公安机关通报；责任仍在援助中心。' 'The police are told; the agency keeps the case.'
onestop referral hand-over "$case" --to 530821.police --purpose report --kinds identity,facts \
  --law 反家庭暴力法第十四条 --by "$agency"
onestop referral hear-back "$case" --answer taken --by "$agency"
onestop referral hear-back "$case" --answer done --letter 宁公函〔2026〕8号 --by "$agency"
onestop referral show "$case"

replayed referral.heard-back --times 2
