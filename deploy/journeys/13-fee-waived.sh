#!/usr/bin/env bash
# 受援人减免公证费 · The fee is waived. A recipient of legal aid needs a certificate; the notary waives the fee.
# 公证法 art. 34; 法律援助法 art. 53.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
office=specialist/he-jun@530821.notarization # 宁洱县公证处
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic kinship \
  --name 岩温 --summary '法律援助案件需要亲属关系公证')
taken notarization "$office"

tell '受援人，公证费全免。' \
     "A recipient of legal aid: nothing to pay."
onestop notarization reduce-fee "$case" --basis aid-recipient --percent 100 --by "$office"
onestop notarization tell-consequences "$case" --by "$office"
onestop notarization accept "$case" --by "$office"
onestop notarization issue "$case" --certificate （2026）云宁证字第24号 --by "$office"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

replayed case.closed
