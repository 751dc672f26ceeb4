#!/usr/bin/env bash
# 多方调解 · Several neighbours. Three neighbours share a path that washed away; the village's own committee mediates. Two agree,
# one refuses and is not bound. The mediators are of the village's roster, and one who is kin stands back. The agreement is
# recorded and watched term by term.
# 人民调解法 art. 8, 10, 17, 19, 29, 31; names and telephones stand, sealed, in the case's file alone.
. "$(dirname "$0")/words.sh"

clerk=clerk/wu-xia@530829101201                 # 西盟县勐梭镇勐梭村
committee=specialist/yan-na@530829101201.mediation # 勐梭村人民调解委员会
day() { TZ=Asia/Shanghai date -d "$1" +%Y-%m-%d; }

tell '登记时写明三名被申请人；姓名、电话、住址加密保存，以后只称第几人。' \
     'Three other parties are taken down; names, telephones and addresses are sealed, and others say which one by its place.'
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic land \
  --name 岩罕 --respondent 李岩 --respondent 王五 --respondent 赵六 \
  --respondent-phone 13800138000 --respondent-address 勐梭村三组 --summary '共用的田埂被冲毁，各家不愿出工出钱')
taken mediation "$committee"
onestop case applicant "$case" --by "$committee"

tell '三人各自表态：两人同意，一人拒绝，调解在其余各方之间进行。人数随案转来，不再询问。' \
     'Each answers for itself: two agree, one refuses, and mediation goes on with the others. How many they are came with the case.'
refused 3 mediation consent "$case" --party respondent --by "$committee"
onestop mediation consent "$case" --party respondent --person 1 --by "$committee"
refused 5 mediation accept "$case" --by "$committee"
onestop mediation consent "$case" --party respondent --person 2 --by "$committee"
onestop mediation refuse-by-party "$case" --party respondent --person 3 --by "$committee"
onestop mediation accept "$case" --by "$committee"

tell '调解员从名册中选：任期届满的不行，同一人不能写两次；是近亲属的回避。' \
     'Mediators are of the roster: not whose term is over, no person twice; and who is kin stands back.'
refused 5 mediation name-mediators "$case" --mediators zhao-gui --named-by committee --by "$committee"
refused 3 mediation name-mediators "$case" --mediators yan-na yan-na --named-by committee --by "$committee"
onestop mediation name-mediators "$case" --mediators yan-na li-shan --named-by parties --by "$committee"
onestop mediation challenge-mediator "$case" --mediator li-shan --challenge kin --by "$committee"
refused 5 mediation name-mediators "$case" --mediators yan-na li-shan --named-by parties --by "$committee"

tell '书面协议逐项登记：谁、做什么、多少钱、到哪天；拒绝的人不受约束。' \
     'The agreement, term by term: who, what, how much, until when; the party that refused is not bound.'
onestop mediation agree-in-writing "$case" --number 勐梭村调字〔2026〕3号 --by "$committee"
onestop case wait "$case" case.result-noted
onestop mediation add-term "$case" --party respondent --person 1 --obligation pay --amount 3000 --until "$(day '30 days')" --by "$committee"
onestop mediation add-term "$case" --party respondent --person 2 --obligation restore --until "$(day '60 days')" --by "$committee"
refused 5 mediation add-term "$case" --party respondent --person 3 --obligation pay --amount 500 --by "$committee"
refused 3 mediation add-term "$case" --party applicant --obligation pay --by "$committee"

tell '逐项记录履行；没有全部履行，不能记为已履行。' \
     'Each is recorded as it is performed; the whole is performed when every term is.'
onestop mediation record-term "$case" --term 1 --performance performed --on "$(day today)" --by "$committee"
refused 5 mediation perform "$case" --by "$committee"
onestop mediation record-term "$case" --term 2 --performance performed --on "$(day today)" --by "$committee"
onestop mediation perform "$case" --by "$committee"
onestop mediation archive "$case" --file 2026-3 --by "$committee"
onestop case close "$case" --by "$clerk"

replayed case.closed
