#!/usr/bin/env bash
# 重新办理 · Opened again. A case was closed; new facts come up within thirty days, and it goes on under its
# own number. The citizen asks how far it is, with the query code of the receipt.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201
agency=specialist/wang-min@530821.legal-aid

opened=$(onestop --json case open --by "$clerk" --item legal-aid --topic labour-pay --keep \
  --name 王强 --phone 13800138054 --summary '欠薪，老板答应下周付')
case=$(sed 's/^{"case":"\([^"]*\)".*/\1/' <<<"$opened")
number=$(sed 's/.*"number":"\([^"]*\)".*/\1/' <<<"$opened")
code=$(sed 's/.*"query_code":"\([^"]*\)".*/\1/' <<<"$opened")
onestop case answer "$case" --text '先等下周；不付再来' --by "$clerk"
onestop case close "$case" --by "$clerk"

tell '老板没有付：重新办理，转到县法律援助中心。' 'It was not paid: opened again, and on to the agency.'
onestop case reopen "$case" --reason new-facts --by "$clerk"
onestop case refer "$case" --by "$clerk"
taken legal-aid "$agency"

tell '群众凭编号和查询码查询；查错的不告诉。' 'The citizen asks; a guessed code is told nothing.'
onestop case wait "$case" case.holder-noted
onestop case track "$number" --code "$code"
refused 4 case track "$number" --code 2222-2222
replayed case.holder-noted
