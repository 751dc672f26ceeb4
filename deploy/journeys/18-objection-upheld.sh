#!/usr/bin/env bash
# 异议不成立 · An objection does not help. Refused as out of scope; the bureau upholds the decision, and the
# window says what remains.
# 法律援助法 art. 49; 行政复议法.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
bureau=supervisor/he-jun@530821.bureau       # 宁洱县司法局
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic other \
  --name 吴大同 --summary '与邻居的面子之争')
taken legal-aid "$agency"
onestop legal-aid refuse "$case" --reason out-of-scope --by "$agency"
onestop case wait "$case" case.result-noted
onestop legal-aid object "$case" --by "$bureau"
onestop legal-aid decide-objection "$case" --ruling uphold --letter 宁司异〔2026〕2号 --by "$bureau"

tell '窗口告知：可以申请行政复议或者提起诉讼。' \
     "Review and suit remain; the window says so and closes."
onestop case close "$case" --by "$clerk"

replayed case.closed
