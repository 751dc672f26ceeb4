#!/usr/bin/env bash
# 重复登记合并 · A duplicate is merged. The same matter was opened in the morning and again in the afternoon:
# the later case is merged into the earlier, and the earlier goes on. 首问负责: the window that was asked first stays
# responsible.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201
about=(--item legal-aid --topic injury --keep --by "$clerk" --name 岩罕 --phone 13800138052)

tell '上午登记；下午又登记一次。' 'Opened in the morning, and once more in the afternoon.'
case=$(onestop case open --quiet "${about[@]}" --summary '工地受伤')
again=$(onestop case open --quiet "${about[@]}" --summary '在工地摔伤' --related "$case")

tell '先登记的不能并入后登记的。' 'The earlier is not merged into the later.'
refused 5 case merge "$case" --into "$again" --by "$clerk"

tell '后登记的并入先登记的，不再办理。' 'The later goes into the earlier, and nothing more is done there.'
onestop case merge "$again" --into "$case" --by "$clerk"
refused 5 case close "$again" --by "$clerk"

onestop case answer "$case" --text '先申请工伤认定' --by "$clerk"
onestop case close "$case" --by "$clerk"
replayed case.closed
