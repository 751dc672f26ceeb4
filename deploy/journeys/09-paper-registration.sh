#!/usr/bin/env bash
# 断网纸质登记 · Registered on paper. The network is down; the village registers on paper and enters it later,
# with both times.
# 保山市法律援助: if the network is down or poor, register on paper (shidian.gov.cn).
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心

tell '断网时先在纸上登记，恢复后补录：发生时间与录入时间都保留。' \
     "Entered later: when it happened and when it was entered are both kept."
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay \
  --name 李扎拉 --summary '断网，纸质登记后补录' --happened-at "$(TZ=Asia/Shanghai date -d yesterday +%Y-%m-%d) 10:20")
taken legal-aid "$agency"
onestop legal-aid determine-means "$case" --means exempt --exempt-group migrant-worker --evidence '工资卡流水' --by "$agency"
onestop legal-aid grant "$case" --by "$agency"

tell '时间不能写到将来。' \
     "Nothing is entered before it happens."
refused 3 case open --by "$clerk" --item legal-aid --topic labour-pay --name 李扎拉 \
  --happened-at "$(TZ=Asia/Shanghai date -d tomorrow +%Y-%m-%d) 10:20"

tell '补录超过期限的，须说明事由，并由另一人审批；自己不能审批自己。' \
     'Entered later than the limits, it says why, and another person approved it, because no one approves their own entry.'
long_ago="$(TZ=Asia/Shanghai date -d '20 days ago' +%Y-%m-%d) 10:20"
refused 3 case open --by "$clerk" --item consultation --topic labour --name 李扎拉 --channel paper \
  --happened-at "$long_ago"
refused 3 case open --by "$clerk" --item consultation --topic labour --name 李扎拉 --channel paper \
  --happened-at "$long_ago" --late-reason outage
refused 3 case open --by "$clerk" --item consultation --topic labour --name 李扎拉 --channel paper \
  --happened-at "$long_ago" --late-reason outage --late-approver zhang-li

tell '只填审批人姓名不算批准：审批人本人批准这一次录入及其内容，批准写进事件。' \
     'A name that is typed is no approval: the approver approves this one entry with these contents, and the record has that.'
key=$(cat /proc/sys/kernel/random/uuid)
late=(case open --key "$key" --by "$clerk" --item consultation --topic labour --name 李扎拉 --channel paper --keep
  --happened-at "$long_ago" --late-reason outage --late-approver li-hua)
refused 3 "${late[@]}"
content=$({ onestop --json "${late[@]}" || true; } 2>&1 | sed -n 's/.*"content":"\([0-9a-f]*\)".*/\1/p')
approval=$(onestop approve-late-entry --key "$key" --act intake.open --of "$clerk" --content "$content" --happened-at "$long_ago" \
  --late-reason outage --by clerk/li-hua@530821101201)
refused 3 "${late[@]}" --summary '批准之后改动的内容' --late-approval "$approval"
onestop --quiet "${late[@]}" --late-approval "$approval" > /dev/null

replayed legal-aid.granted
