#!/usr/bin/env bash
# 一次性告知 · Told once. Everything that is missing is told at once, and not again; the citizen brings it to
# another window, where it is scanned, kept under its hash, and a numbered receipt given. SF/T 0024: 材料接收凭证.
. "$(dirname "$0")/words.sh"

clerk=clerk/zhang-li@530821101201
township=clerk/li-na@530821101
agency=specialist/wang-min@530821.legal-aid

case=$(onestop case open --quiet --by "$clerk" --item legal-aid --topic labour-pay --keep \
  --name 岩叫 --phone 13800138055 --document none --summary '欠薪，有工资表和欠条')
onestop case notify-once "$case" wage-record arrears-note --by "$clerk"
refused 5 case notify-once "$case" identity-card --by "$clerk"

tell '群众把材料交到镇窗口：扫描、收存、开凭证。' 'Brought to the township: scanned, kept, a receipt given.'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '%%PDF-1.7\n工资表 1 月至 3 月\n' > "$folder/工资表.pdf"
hash=$(sha256sum "$folder/工资表.pdf" | cut -d ' ' -f 1)
onestop case attach "$case" "$folder/工资表.pdf" --kind wage-record --by "$township"
onestop case material "$case" wage-record --file "$hash" --by "$township"
onestop case material "$case" arrears-note --by "$township"

tell '转到县法律援助中心；承办单位调阅附件，逐块校验。' 'On to the agency, which fetches the file, verified.'
onestop case refer "$case" --by "$clerk"
taken legal-aid "$agency"
onestop case wait "$case" case.holder-noted
onestop case attachment "$case" "$hash" --out "$folder/copy.pdf" --by "$agency"
cmp "$folder/工资表.pdf" "$folder/copy.pdf"
replayed case.holder-noted
