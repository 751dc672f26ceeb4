#!/usr/bin/env bash
# 争议指定 · Designated after a dispute. The county declines, the prefecture disputes; the prefecture's justice
# bureau designates the county's agency, which may now neither decline nor return.
# 潍坊市12345热线条例 art. 20-26: disputed, so designated; the designated unit may not return.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201               # 宁洱县宁洱镇新塘村
county=specialist/wang-min@530821.legal-aid     # 宁洱县法律援助中心
prefecture=specialist/chen-jing@5308.legal-aid  # 普洱市法律援助中心
bureau=supervisor/zhao-lei@5308.bureau          # 普洱市司法局

tell '县拒收，市提出争议。' 'The county declines, the prefecture disputes.'
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --name 岩温)
onestop case wait "$case" referral.offered
onestop referral decline "$case" --reason not-in-jurisdiction --by "$county"
onestop case wait "$case" referral.offered --times 2
onestop referral dispute "$case" --reason not-ours --why 用工地在宁洱县 --by "$prefecture"

tell '市司法局指定县援助中心；被指定单位不得拒收、退回。' \
     'The bureau designates the county, which may neither decline nor return.'
onestop case wait "$case" referral.disputed
onestop referral designate "$case" --to 530821.legal-aid --why 用工地在宁洱县 --by "$bureau"
refused 5 referral decline "$case" --reason no-capacity --by "$county"
onestop referral accept "$case" --by "$county"
refused 5 referral return "$case" --reason no-capacity --by "$county"

replayed referral.accepted
