#!/usr/bin/env bash
# 自行委托辩护人 · A defender of one's own. The family of a defendant hires a lawyer: the notified defence ends, on a ground that
# fits it and no other, and the court is told within three days.
# 法律援助法 art. 27, 48; 关于刑事诉讼法律援助工作的规定（司发通〔2013〕18号） art. 22.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhou-ping@530821                 # 宁洱县中心
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
today=$(TZ=Asia/Shanghai date +%F)
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic defence-notified \
  --name 某被告人 --organ court --letter （2026）云0821刑初8号 --received-on "$today")
taken legal-aid "$agency"
onestop case wait "$case" legal-aid.notified
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid inform-organ "$case" --letter 宁援函〔2026〕5号 --lawyer 李强 --contact 0879-3230000 --by "$agency"

tell '应当通知辩护的，不因经济状况变化终止，也不因受援人要求终止。' \
     'Changed means do not end a defence that the organ has to notify, nor does a request.'
refused 3 legal-aid terminate "$case" --reason means-changed --by "$agency"
refused 3 legal-aid terminate "$case" --reason on-request --by "$agency"
onestop legal-aid terminate "$case" --reason own-lawyer --by "$agency"

tell '将终止告知法院。' 'The court is told of the end.'
onestop legal-aid inform-organ "$case" --letter 宁援函〔2026〕6号 --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
