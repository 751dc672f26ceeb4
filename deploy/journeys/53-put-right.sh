#!/usr/bin/env bash
# 差评整改 · Put right after a bad rating. A citizen is dissatisfied: a clock of fifteen working days runs
# until it was put right, nothing is archived before; called back, the citizen rates once more. 好差评.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201

case=$(onestop case open --quiet --by "$clerk" --item consultation --topic family --keep \
  --name 李秀英 --phone 13800138053 --summary '离婚后孩子的抚养费')
onestop case answer "$case" --text '可以起诉' --by "$clerk"

tell '群众不满意：开始整改计时。' 'Dissatisfied: the clock of the redo begins.'
onestop case rate "$case" dissatisfied --by "$clerk"
onestop case close "$case" --by "$clerk"
refused 5 case archive "$case" --by "$clerk"

tell '整改、回访、再次评价、归档。' 'Put right, called back, rated again, archived.'
onestop case redo "$case" --measure '当面详细说明起诉流程，并协助写诉状' --by "$clerk"
onestop case follow-up "$case" settled --by "$clerk"
onestop case rate "$case" satisfied --by "$clerk"
onestop case archive "$case" --by "$clerk"
replayed case.archived
