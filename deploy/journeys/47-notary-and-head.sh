#!/usr/bin/env bash
# 公证审批 · The notary and the head. The notary who works a matter writes the report; that it is not handled is the head's
# decision, before acceptance as after it, and so is more time for the examination.
# 公证法 art. 31; 公证程序规则 art. 49, 51.
. "$(dirname "$0")/words.sh"

clerk=clerk/wu-xia@530829101                     # 西盟县勐梭镇
notary=specialist/bao-lin@530829.notarization    # 西盟县公证处
head=specialist/yang-fan@530829.notarization     # 同一公证处负责人
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic contract \
  --name 娜海 --summary '合同内容有争议')
taken notarization "$notary"

tell '受理审查须再等几天：拟延长，由负责人批准。' \
     'The examination takes some days more: that is drafted, and the head approves it.'
refused 5 notarization extend "$case" --reason 向登记机构核对档案 --approved-by yang-fan --by "$notary"
onestop notarization draft-extension "$case" --reason 向登记机构核对档案 --by "$notary"
onestop notarization approve-decision "$case" --by "$head"

tell '承办公证员不能一人决定不予办理；拟办后由负责人审批。' \
     'The notary who works it does not decide it alone: it is drafted, and the head approves.'
refused 5 notarization refuse "$case" --reason dispute --by "$notary"
onestop notarization draft-refusal "$case" --reason not-proven --by "$notary"
refused 6 notarization approve-decision "$case" --by "$notary"
onestop notarization send-back-decision "$case" --why '应为当事人之间有争议' --by "$head"
onestop notarization draft-refusal "$case" --reason dispute --by "$notary"
onestop notarization approve-decision "$case" --by "$head"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
