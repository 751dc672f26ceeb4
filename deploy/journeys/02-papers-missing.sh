#!/usr/bin/env bash
# 材料不全 · Papers missing. A township centre opens a notarization of a gift of a house; it goes to the
# notary office where the house lies; the clock stands still until the missing paper is there.
. "$(dirname "$0")/words.sh"

clerk=clerk/li-na@530821101                 # 宁洱县宁洱镇
office=specialist/zhao-gang@530802.notarization # 思茅区公证处

tell '宁洱镇中心登记：把思茅区的房子赠与女儿，申请公证。' \
     'At a township centre: a house in another county is to be given to a daughter.'
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic gift-real-estate \
  --place 530802 --name 刀玉兰 --summary '思茅区住房一套，赠与女儿')

tell '按不动产所在地分流到思茅区公证处。' 'Routed by where the house lies.'
onestop case wait "$case" referral.offered
onestop referral accept "$case" --by "$office"
onestop case wait "$case" notarization.received

tell '缺权属证书：一次性告知，停止计时。' 'The title is missing: told once, and the clock stands still.'
onestop notarization request-supplement "$case" --missing property-title --by "$office"
refused 5 notarization issue "$case" --certificate '(2026)云思证字第1号' --by "$office"

tell '申请人就近把材料交到乡镇窗口，继续计时。' 'The paper is handed in at the nearest window; the clock goes on.'
onestop case material "$case" property-title --by "$clerk"
onestop case wait "$case" notarization.clock-resumed

tell '受理，出证；结果回到窗口。' 'Accepted; the certificate is issued; the window is told.'
onestop notarization appear-in-person "$case" --by "$office"
onestop notarization tell-consequences "$case" --by "$office"
onestop notarization accept "$case" --by "$office"
onestop notarization issue "$case" --certificate '(2026)云思证字第1号' --by "$office"
onestop case wait "$case" case.result-noted
onestop case close "$case" --by "$clerk"

onestop case wait "$case" case.closed
onestop replay "$case"
