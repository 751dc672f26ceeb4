# What the events of a case say besides their titles: the facts that a replay shows at each step.

separator = {", "}
labelled = { $name }: { $text }
paper-remark = { $paper } ({ $remark })
papers-until = { $papers }; { $day } at the latest
moved = { $from } → { $to }

## intake

opened = { $number }, { $about }, { $place }, { $channel }
opened-by-notice = { $opening }; by the letter of an organ: { $notice }
referral-requested = responsible place: { $place }
holder-noted = now with { $holder }
corrected = what was taken down is put right: { $reason }
warned = { $facts }. Please note: { $warnings }
conflict-found = { $person }, told to { $supervisor }
group-reported = { $people } people, told to { $supervisor }
closed-with-needs = { $after }; needs that were open: { $needs }
merged = into { $number }: { $reason }
attachment-added = { $kind }, { $media }, { $size } bytes
volume-exceeded = more than { $limit } times in { $span }

## referral: handoffs

routed = { $chosen } ({ $rule }; { $count } candidates; { $basis })
renewed = { $routed }; applied for anew, after the application received on { $received }, which was over on { $ended } ({ $end })
renewed-unreceived = { $routed }; applied for anew, after an application that was over on { $ended } ({ $end })
candidate = { $verdict } ({ $why })
no-candidate = no unit works it there
unroutable = { $count } candidates, none left: { $reasons }
unroutable-submitted = { $count } candidates, none left: { $reasons }; { $supervisor } is to designate one
licensed = licence { $licence }
offered = to { $to }, to answer by { $until }
belongs-to = { $why }; { $place } is responsible
recalled = no longer to { $to }: { $reason }
expired = { $to } did not answer in time

## referral: disputes, supervision, co-units, external bodies

disputed = { $by }: { $reason } ({ $why }); { $supervisor } designates
to-hand-over = to be handed over to { $to } by the window
external-body-responsible = { $to }; { $holder } keeps the case
designated = { $by } designates { $to }: { $why }
supervision-ordered = { $by } to { $holder }: { $instruction } (answer before { $until })
co-invited = lead { $lead }, co-unit { $unit }: { $task }
lead-finished = { $lead }: { $outcome }, the co-units are not done
handed-over = { $by } → { $to }: { $purpose }; personal data: { $data }; on the ground of { $basis }; record kept until { $until }; { $by } keeps the case
external-body-replied = { $from }: { $answer } ({ $on }, { $letter })

## clocks

clock-started = { $step }, { $days } { $kind }, due { $day } ({ $certainty }; { $basis })
clock-due = { $step }, due { $day } ({ $certainty })
clock-extended = { $until }; reason: { $reason }
clock-corrected = { $step }, { $moved }
