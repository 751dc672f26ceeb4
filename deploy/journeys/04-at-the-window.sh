#!/usr/bin/env bash
# 当场办结 · At the window. A question, answered on the spot and closed.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201               # 宁洱县宁洱镇新塘村

tell '村民咨询：继承房子要带哪些材料？窗口当场解答。' \
     'Which papers does one need to inherit a house? Answered at the window.'
case=$(onestop case open --quiet --keep --by "$clerk" --item consultation --topic family \
  --name 玉罕 --summary '继承老房子要带哪些材料')
onestop case answer "$case" --by "$clerk" \
  --text '请带身份证、户口簿、死亡证明和不动产权证书；也可以在本站直接申请公证。'
onestop case rate "$case" satisfied --by "$clerk"
onestop case close "$case" --by "$clerk"
onestop case archive "$case" --by "$clerk"

onestop case wait "$case" case.archived
onestop replay "$case"
