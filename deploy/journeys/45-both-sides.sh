#!/usr/bin/env bash
# 双方当事人 · Both sides. Wife and husband both ask for legal aid in one dispute: both have the agency of their place, and
# one lawyer does not act for both. Nor does the notary of one side mediate for the other.
# 法律援助法 art. 38; 律师法 art. 39.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201            # 宁洱县宁洱镇新塘村
agency=specialist/wang-min@530821.legal-aid  # 宁洱县法律援助中心
lawyer=15308202010123456
another=15308202010654321

tell '一方申请，指派律师。' 'One side asks and has a lawyer.'
first=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic maintenance --name 李阿兰)
case=$first
taken legal-aid "$agency"
onestop legal-aid determine-means "$case" --means shared-data --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence "$lawyer" --by "$agency"

tell '对方也来申请：由同一机构受理，不得指派同一律师。' \
     'The other side asks too: the same agency has it, and not the same lawyer.'
case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic maintenance --name 石大山 \
  --opposed-to "$first")
taken legal-aid "$agency"
onestop case wait "$case" legal-aid.opposing-party-noted
onestop case wait "$first" legal-aid.opposing-party-noted
onestop legal-aid determine-means "$case" --means shared-data --by "$agency"
onestop legal-aid grant "$case" --by "$agency"
refused 5 legal-aid assign "$case" --firm 云南某某律师事务所 --licence "$lawyer" --by "$agency"
onestop legal-aid assign "$case" --firm 云南某某律师事务所 --licence "$another" --by "$agency"
refused 5 legal-aid reassign "$first" --firm 云南某某律师事务所 --licence "$another" --reason unable --by "$agency"

replayed legal-aid.assigned

notary=specialist/li-hua@530821.notarization      # 宁洱县公证处
committee=specialist/yang-mei@530821101.mediation # 宁洱镇人民调解委员会

tell '一方在公证处办理，对方申请调解：同一人不得两边承办。' \
     'One side is with the notary, and the other asks for mediation: one person does not act in both.'
case=$(onestop case open --quiet --by "$clerk" --item notarization --topic kinship --name 李阿兰)
first=$case
taken notarization "$notary"
onestop notarization tell-consequences "$case" --by "$notary"
onestop case wait "$case" referral.engaged
case=$(onestop case open --quiet --by "$clerk" --item mediation --topic neighbours --name 石大山 \
  --opposed-to "$first")
taken mediation "$committee"
onestop mediation consent "$case" --party respondent --by "$committee"
onestop mediation accept "$case" --by "$committee"
refused 5 mediation name-mediators "$case" --mediators li-hua --named-by parties --by "$committee"
onestop mediation name-mediators "$case" --mediators yang-mei --named-by parties --by "$committee"

replayed mediation.mediators-named
