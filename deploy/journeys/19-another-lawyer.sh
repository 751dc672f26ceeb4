#!/usr/bin/env bash
# 更换承办律师 · Another lawyer. The recipient asks for another lawyer, who does not take calls; the agency
# agrees, and the agreement is signed anew.
# 法律援助法 art. 55.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-relation \
  --name 杨小翠 --summary '确认劳动关系')
taken legal-aid "$agency"
onestop legal-aid determine-means "$case" --means exempt --exempt-group assisted --evidence '低保证' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-35 --by "$agency"

tell '受援人请求更换，机构五日内决定：这次不予更换，说明理由；再次请求后更换。' \
     'The recipient asks for another one, and the agency decides in five days: the lawyer stays first, with a reason; asked again, another one is assigned.'
onestop legal-aid ask-other-lawyer "$case" --why '三次开庭前未与受援人联系' --by "$agency"
refused 5 legal-aid conclude "$case" --by "$agency"
onestop legal-aid keep-lawyer "$case" --why '承办人已说明情况并约定会见时间' --by "$agency"
onestop legal-aid ask-other-lawyer "$case" --why '约定的会见未到场' --by "$agency"
onestop legal-aid reassign "$case" --firm 普洱某某律师事务所 --licence 15308201810654321 --reason recipient-asked --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-36 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
