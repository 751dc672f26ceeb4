#!/usr/bin/env bash
# 走错门 · Wrong door. Declined by the first, returned by the second, accepted by the third. The citizen
# notices nothing; one unit is responsible at every moment.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201               # 宁洱县宁洱镇新塘村
county=specialist/wang-min@530821.legal-aid     # 宁洱县法律援助中心
prefecture=specialist/chen-jing@5308.legal-aid  # 普洱市法律援助中心
simao=specialist/yang-fan@530802.legal-aid      # 思茅区法律援助中心

tell '村站登记：交通事故人身损害。' 'At the village station: injured in a traffic accident.'
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic injury \
  --name 岩温 --summary '在思茅区务工时发生交通事故受伤')
onestop case wait "$case" referral.offered

tell '县援助中心拒收：不属本地管辖。再次分流到市援助中心。' \
     'The county declines: not its jurisdiction. Routed again, to the prefecture.'
onestop referral decline "$case" --reason not-in-jurisdiction --by "$county"
onestop case wait "$case" referral.offered --times 2
onestop referral accept "$case" --by "$prefecture"
onestop case wait "$case" legal-aid.received

tell '市援助中心审查后退回：应由思茅区办理。第三次分流。' \
     'The prefecture gives it back, with the reason and the right place. Routed a third time.'
onestop referral return "$case" --reason not-in-jurisdiction --belongs-to 530802 --by "$prefecture"
onestop case wait "$case" referral.offered --times 3
onestop referral accept "$case" --by "$simao"
onestop case wait "$case" legal-aid.received --times 2

tell '每一刻都有人负责：' 'One unit was responsible at every moment:'
onestop referral show "$case"
onestop replay "$case"
