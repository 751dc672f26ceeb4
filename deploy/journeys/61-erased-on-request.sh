#!/usr/bin/env bash
# 依申请删除个人信息 · Erased on request. A person withdraws consent: what was answered at the window is erased;
# a legal aid case must be kept for its period, and no date of paper shortens that.
# 个人信息保护法 art. 44-47; 网络数据安全管理条例 art. 12.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201               # 宁洱县宁洱镇新塘村
supervisor=supervisor/he-jun@530821             # 宁洱县

tell '窗口当场答复一件咨询并办结。' 'A question is answered at the window and closed.'
case=$(onestop case open --quiet --keep --by "$clerk" --item consultation --topic family \
  --name 玉香罕 --phone 13908790001 --summary '离婚后孩子的抚养费')
onestop case answer "$case" --text '可以向法院起诉，请带离婚证' --by "$clerk"
onestop case close "$case" --by "$clerk"

tell '按电话可以查到本案；别的乡镇查不到。' \
     'It is found by telephone; not by another township.'
onestop case find --phone 13908790001 --by "$clerk"
onestop case find --phone 13908790001 --by clerk/zhao-min@530822101

tell '督办人查阅须说明理由；谁看过，留有记录。' \
     'A supervisor says why; who looked stays on the record.'
refused 3 case applicant "$case" --by "$supervisor"
onestop case applicant "$case" --reason 本人申请删除，核对材料 --by "$supervisor"
onestop case readings "$case" --by "$supervisor"

tell '本人撤回同意。窗口人员不能删除；督办人删除后，任何人都不能再查阅。' \
     'Consent is withdrawn. A clerk cannot erase; once a supervisor did, it cannot be opened again.'
refused 6 erase "$case" --basis consent-withdrawn --by "$clerk"
onestop erase "$case" --basis consent-withdrawn --note 本人书面申请 --by "$supervisor"
refused 5 case applicant "$case" --by "$clerk"
onestop case show "$case" --by "$clerk"
erased=$case

tell '法律援助案件须依法保存：期限内不能删除。' \
     'A legal aid case must be kept: not before its period has ended.'
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --name 刀建国)
onestop case wait "$case" referral.offered
onestop case withdraw "$case" --by "$clerk"
onestop case close "$case" --by "$clerk"
refused 5 erase "$case" --basis consent-withdrawn --by "$supervisor"

tell '纸质旧案补录有期限：十年前的日期不再采用，不能借补录提前删除。' \
     'Paper is entered within a time: a date of ten years ago is not taken, so that nothing is erased early by one.'
refused 3 case open --by "$clerk" --item legal-aid --topic labour-pay --name 罗扎朵 \
  --channel paper --happened-at '2016-03-05 10:20'

tell '历程仍然完整可查。' 'What happened can still be told, all of it.'
case=$erased
onestop case wait "$case" case.erased
onestop replay "$case"
replayed case.erased
