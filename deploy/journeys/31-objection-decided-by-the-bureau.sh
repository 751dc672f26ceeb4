#!/usr/bin/env bash
# 异议由司法局决定 · The bureau decides. The window has archived the refusal; the applicant objects at a window in another
# county; the officer who refused does not decide on it, and nor does the bureau above; the county's bureau orders a
# correction, and the window that archived the case has it to do again.
# 法律援助法 art. 49.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
elsewhere=clerk/zhao-lin@530822101           # 墨江县联珠镇
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
bureau=supervisor/he-jun@530821.bureau       # 宁洱县司法局
above=supervisor/zhao-lei@5308.bureau        # 普洱市司法局
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic pension \
  --name 李阿兰 --summary '请求发给抚恤金')
taken legal-aid "$agency"
asked household-register "$agency"
onestop legal-aid refuse "$case" --reason not-proven --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"
onestop case archive "$case" --by "$clerk"

tell '申请人在外县窗口提出异议；作出决定的人不得审查自己。' \
     'Objected to at a window elsewhere; no officer judges themselves.'
onestop legal-aid object "$case" --by "$elsewhere"
refused 6 legal-aid decide-objection "$case" --ruling uphold --letter 宁援〔2026〕9号 --by "$agency"
refused 6 legal-aid decide-objection "$case" --ruling uphold --letter 普司异〔2026〕9号 --by "$above"

tell '县司法局责令改正；已归档的窗口重新办理。' \
     'The bureau orders a correction; the window that archived the case has it again.'
onestop legal-aid decide-objection "$case" --ruling correct --letter 宁司异〔2026〕3号 --by "$bureau"
onestop case wait "$case" case.reopened
onestop case refer "$case" --by "$clerk"
onestop case wait "$case" referral.offered --times 2
onestop referral accept "$case" --by "$agency"
onestop case wait "$case" legal-aid.received --times 2

replayed legal-aid.received --times 2
