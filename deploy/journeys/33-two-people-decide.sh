#!/usr/bin/env bash
# 审批 · Two people decide. Where the bureau asks for it, the officer who drafts a refusal does not make it: another person
# of the agency sends the draft back, and approves the second one. The seven days run on all the while.
# 法律援助法 art. 43; SF/T 0024-2017, form of approval (审批表).
. "$(dirname "$0")/words.sh"

clerk=clerk/wu-xia@530829101              # 西盟县勐梭镇
drafter=specialist/luo-min@530829.legal-aid   # 西盟县法律援助中心
approver=specialist/peng-tao@530829.legal-aid # 同一中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic pension \
  --name 罗阿明 --summary '请求发给抚恤金')
taken legal-aid "$drafter"
asked household-register "$drafter"

tell '一人不能决定；拟办后由他人审批。' 'One person does not decide: it is drafted, and another person approves it.'
refused 5 legal-aid refuse "$case" --reason not-proven --by "$drafter"
onestop legal-aid draft-refusal "$case" --reason not-proven --by "$drafter"
refused 6 legal-aid approve-decision "$case" --by "$drafter"

tell '退回重拟；再拟后批准，批准之时才生效。' \
     'Sent back and drafted again; only the approval has effect.'
onestop legal-aid send-back-decision "$case" --why '请先核对户口簿' --by "$approver"
onestop legal-aid draft-refusal "$case" --reason not-proven --by "$drafter"
onestop legal-aid approve-decision "$case" --by "$approver"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
