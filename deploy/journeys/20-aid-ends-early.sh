#!/usr/bin/env bash
# 终止援助 · Aid ends early. The recipient hires a lawyer of their own; aid is ended, and the window hears it.
# 法律援助法 art. 48.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic injury \
  --name 何志强 --summary '交通事故赔偿')
taken legal-aid "$agency"
onestop legal-aid determine-means "$case" --means pledge --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --by "$agency"
onestop legal-aid terminate "$case" --reason own-lawyer --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
