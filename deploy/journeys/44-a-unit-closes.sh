#!/usr/bin/env bash
# 机构撤并 · A unit closes. One case is with the agency and one is offered to it; its supervisor reassigns both,
# with one command, and one unit answers for each of them at every moment.
# 法律援助法 art. 5, 12: the justice bureaux set the agencies up, and supervise their work.
. "$(dirname "$0")/words.sh"

clerk=clerk/yu-fang@530824101                   # 景谷县威远镇
closing=specialist/dao-yun@530824.legal-aid     # 景谷县法律援助中心
bureau=supervisor/bai-xue@530824.bureau         # 景谷县司法局
prefecture=specialist/chen-jing@5308.legal-aid  # 普洱市法律援助中心

tell '一件在办，一件待签收。' 'One case is at work, one is offered.'
offered=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --name 玉罕)
onestop case wait "$offered" referral.offered
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --name 岩温)
taken legal-aid "$closing"

tell '只有上级能改派；改派后两件都转往市援助中心。' \
     'Only the supervisor reassigns; both cases go to the prefecture.'
refused 6 referral reassign "$case" --from 530824.legal-aid --why 机构撤并 --by "$closing"
onestop referral reassign-all --from 530824.legal-aid --why 机构撤并 --by "$bureau"
onestop case wait "$offered" referral.offered --times 2
onestop case wait "$case" referral.offered --times 2
onestop referral list --by "$closing"

tell '市援助中心签收，继续办理。' 'The prefecture takes them, and goes on.'
onestop referral accept "$offered" --by "$prefecture"
onestop referral accept "$case" --by "$prefecture"
onestop referral show "$offered"

replayed legal-aid.received --times 2
