#!/usr/bin/env bash
# 通知辩护 · A defence on notice. The court's letter opens the case, and no application in the defendant's name does; the
# assignment is due three days after the letter was received, the lawyer has three years of practice, and the court is told
# who defends before the aid can end.
# 法律援助法 art. 25, 26, 36; 办理法律援助案件程序规定 art. 24.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhou-ping@530821                 # 宁洱县中心
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
today=$(TZ=Asia/Shanghai date +%F)

tell '窗口不能以被告人名义申请通知辩护。' \
     'No window applies for it in the name of the defendant.'
refused 3 case open --by "$clerk" --item legal-aid --topic defence-notified --name 某被告人

tell '按法院公函登记：文号、收到日期、可能判处的刑罚；不收申请表和经济困难材料。' \
     'It is taken down by the letter of the court: its number, when it was received, how grave the case is.'
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic defence-notified \
  --name 某被告人 --organ court --letter （2026）云0821刑初5号 --received-on "$today" --gravity life-or-death)
taken legal-aid "$agency"
onestop case wait "$case" legal-aid.notified

tell '可能判处无期徒刑、死刑，须由执业三年以上律师承办。' \
     'Three years of practice are needed.'
refused 5 legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --years 2 --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence 15308202010123456 --years 5 --by "$agency"
onestop legal-aid contract "$case" --agreement 2026-33 --by "$agency"

tell '没有告知法院由谁辩护，不能结案。' \
     'The aid does not end before the court knows who defends.'
refused 5 legal-aid conclude "$case" --by "$agency"
onestop legal-aid inform-organ "$case" --letter 宁援函〔2026〕3号 --lawyer 李强 --contact 0879-3230000 --by "$agency"
onestop legal-aid conclude "$case" --by "$agency"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
