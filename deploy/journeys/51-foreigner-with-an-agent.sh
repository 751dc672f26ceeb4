#!/usr/bin/env bash
# 外国人由代理人陪同 · A foreigner with an agent. A worker from Myanmar is owed wages; she has a passport,
# speaks Burmese, and a friend speaks for her by a letter of attorney. The window notes that an interpreter
# is needed; a slip in the friend's identity number is found while it is typed. 法律援助法 art. 69; GB 11643.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201
agency=specialist/wang-min@530821.legal-aid
who=(--item legal-aid --topic labour-pay --name 'Nang Mo' --document passport --document-number MB123456
  --speaks burmese --interpreter --care migrant-worker --summary '橡胶园欠薪两个月'
  --agent 玉香 --agent-phone 13800138051 --authority '授权委托书')

tell '代理人身份证号码抄错一位：校验码不符，当场发现，不登记。' \
     "One digit of the agent's identity number is wrong: its check digit says so, and nothing is written."
refused 3 case open --by "$clerk" "${who[@]}" --agent-document-number 110105194912310021

tell '核对证件后登记。' 'Compared with the document, and opened.'
case=$(onestop case open --quiet --by "$clerk" "${who[@]}" --agent-document-number 11010519491231002X)
onestop case show "$case" --by "$clerk"

tell '转到县法律援助中心。' "On to the county's agency."
taken legal-aid "$agency"
replayed legal-aid.received
