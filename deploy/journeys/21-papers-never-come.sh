#!/usr/bin/env bash
# 视为撤回申请 · The papers never come. Told once of what is missing; it does not come, and the application counts
# as withdrawn. A later application is a new one.
# 法律援助法 art. 43.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic pension \
  --name 黄桂花 --summary '抚恤金')
taken legal-aid "$agency"
onestop legal-aid request-supplement "$case" --missing household-register --by "$agency"

tell '只告知一次。' \
     "Told once."
onestop legal-aid deem-withdrawn "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
