# What the events of a case say besides their titles: the facts that a replay shows at each step.

separator = {"、"}
labelled = { $name }：{ $text }
paper-remark = { $paper }（{ $remark }）
papers-until = { $papers }；最迟 { $day }
moved = { $from } → { $to }

## intake

opened = { $number }，{ $about }，{ $place }，{ $channel }
opened-by-notice = { $opening }；办案机关来函：{ $notice }
referral-requested = 管辖地：{ $place }
holder-noted = 现由 { $holder } 负责
corrected = 更正登记内容：{ $reason }
warned = { $facts }。请注意：{ $warnings }
conflict-found = { $person }，已报 { $supervisor }
group-reported = 共 { $people } 人，已报 { $supervisor }
closed-with-needs = { $after }；尚未落实的需求：{ $needs }
merged = 并入 { $number }：{ $reason }
attachment-added = { $kind }，{ $media }，{ $size } 字节
volume-exceeded = { $span }内超过 { $limit } 次

## referral: handoffs

routed = { $chosen }（{ $rule }；候选 { $count } 个；{ $basis }）
renewed = { $routed }；重新申请，前次申请 { $received } 收到，{ $ended } 结束（{ $end }）
renewed-unreceived = { $routed }；重新申请，前次申请 { $ended } 结束（{ $end }）
candidate = { $verdict }（{ $why }）
no-candidate = 当地没有办理该事项的单位
unroutable = 候选 { $count } 个，均不可转：{ $reasons }
unroutable-submitted = 候选 { $count } 个，均不可转：{ $reasons }；由 { $supervisor } 指定
licensed = 执业证号 { $licence }
offered = 转给 { $to }，签收截止 { $until }
belongs-to = { $why }；应由 { $place } 负责
recalled = 不再转给 { $to }：{ $reason }
expired = { $to } 逾期未答复

## referral: disputes, supervision, co-units, external bodies

disputed = { $by }：{ $reason }（{ $why }）；由 { $supervisor } 指定
to-hand-over = 须移送 { $to }，由窗口移送
external-body-responsible = { $to }；责任仍在 { $holder }
designated = { $by } 指定 { $to }：{ $why }
supervision-ordered = { $by } 督办 { $holder }：{ $instruction }（{ $until } 前反馈）
co-invited = 主办 { $lead }，协办 { $unit }：{ $task }
lead-finished = { $lead }：{ $outcome }，待协办单位
handed-over = { $by } → { $to }：{ $purpose }；个人信息：{ $data }；依据：{ $basis }；记录保存至 { $until }；责任仍在 { $by }
external-body-replied = { $from }：{ $answer }（{ $on }，{ $letter }）

## clocks

clock-started = { $step }，{ $days } { $kind }，{ $day } 到期（{ $certainty }；{ $basis }）
clock-due = { $step }，{ $day } 到期（{ $certainty }）
clock-extended = { $until }；理由：{ $reason }
clock-corrected = { $step }，{ $moved }
