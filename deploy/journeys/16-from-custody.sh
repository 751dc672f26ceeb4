#!/usr/bin/env bash
# 看守所转交申请 · Passed on from custody. A place of custody passes an application on within 24 hours, and that is
# taken down.
# 法律援助法 art. 39.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhou-ping@530821                 # 宁洱县中心
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic other \
  --name 某在押人员 --summary '看守所转交申请')
taken legal-aid "$agency"
onestop legal-aid record-forwarding "$case" --from custody --applied-at "$(TZ=Asia/Shanghai date -d '5 hours ago' '+%Y-%m-%d %H:%M')" --by "$agency"
onestop legal-aid determine-means "$case" --means exempt --exempt-group no-fixed-income --evidence '监管场所出具的证明' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"

replayed legal-aid.assigned
