# Why a directory does not load, and what to do: by the code of the reason.

unreadable = cannot be read. Put the file there, or leave the folder out to use the built-in data
not-utf8 = is not UTF-8 but perhaps GB18030 (GBK), as spreadsheets save it. Save it as 'CSV UTF-8', or convert it: iconv -f GB18030 -t UTF-8
malformed = { $what }. Compare with the built-in file in deploy/directory
header = the first line must be code,name,tier
tier-mismatch = { $code } says '{ $stated }', but its digits say '{ $actual }'. Correct the code or the tier
no-name = { $code } has no name. Give it one
duplicate-division = { $code } is listed twice. Remove one of the two lines
moved-twice = two divisions are said to have moved to { $successor }. Where one became a part of it, write change = "merged"
no-parent = { $code } lies in { $parent }, which is not listed. Add { $parent }, or correct the code
unknown-division = there is no division { $code } in divisions.csv. Correct the code
duplicate-rule = there are two rules for tier '{ $tier }'. Keep one
pattern = '{ $pattern }' is no name pattern here. It needs one of { $known } and no other braces
site-collision = the sites of { $first } and { $second } get the same id { $site }. Report this: ids need more digits
no-site = { $code } has no site, because no rule covers its tier. Add a [[rule]], or remove the entry
empty-period = the period ends on { $until }, before it begins on { $from }. Correct the dates
overlapping-overrides = { $code } has two overrides on { $day }. End one before the other begins
duplicate-site = the site of { $code } is described in line { $first } already. Put both into one [[site]]
overlapping-hosts = the site of { $code } has two hosts on { $day }. Give the earlier one an 'until' before that day
unknown-language = there is no [[language]] '{ $language }'. Add it with its name, or correct the word
unknown-item = there is no item '{ $item }' in items.toml. Correct the word
not-at-tier = '{ $item }' is neither received nor worked at tier '{ $tier }'. Remove it here, or add the tier in items.toml
empty-offer = an offer needs at least one item and one weekday. To close a site, use [[override]]
no-such-kind = there is no [[unit]] '{ $kind }' in items.toml. Correct the word
no-unit-here = there is no '{ $kind }' at tier '{ $tier }'. Remove the entry, or add the tier in items.toml
unsourced-unit = a '{ $kind }' that only some places have needs `source` and `status`. Add them
person-of-no-unit = there is no '{ $kind }' at { $code }. Correct the person's `division` or `kind`
person-twice = '{ $person }' is on this roster twice at the same time. Put both into one [[person]]
no-capacity = '{ $kind }' with a capacity of 0 could take nothing. Leave the line out, or suspend the site
no-phone = '{ $phone }' of '{ $kind }' is no telephone number: write digits, and hyphens between them, as in 0879-3231234
no-site-phone = '{ $phone }' of the site of { $code } is no telephone number: write digits, and hyphens between them, as in 0879-3231234
duplicate-checkpoint = the point '{ $checkpoint }' is in the list already. Give this one another id
blank = '{ $field }' is empty. Write what is known, or leave the line out
told-elsewhere = '{ $kind }' is the bureau's own and reads its worklist here. Remove 'told', or say belongs = "outside"
duplicate-kind = unit kind '{ $kind }' is listed twice. Keep one
no-window = sites of tier '{ $tier }' have no window. List unit kind 'window' with every tier that has a site
no-site-for-unit = unit kind '{ $kind }' is at tier '{ $tier }', where no site is. Remove the tier, or add a [[rule]] to sites.toml
duplicate-item = item '{ $item }' is listed twice. Keep one
duplicate-topic = '{ $item }' has topic '{ $topic }' twice. Keep one
no-topic = item '{ $item }' has no topic. Add at least one [[item.topic]], such as 'other'
unknown-material = '{ $item }' wants '{ $material }', which is no [[material]]. Add it with its name, or correct the word
unknown-kind = item '{ $item }' is worked by '{ $kind }', which is no [[unit]]. Add the kind, or correct the word
no-unit-at-tier = item '{ $item }' is worked by '{ $kind }' at tier '{ $tier }', where there is no such unit. Correct one of the two
received-nowhere = item '{ $item }' is received at tier '{ $tier }', where no site is. Correct the tier
places = 'places' must name at least one kind of place, and each once. Say which place decides by law
no-basis = 'basis' is empty. Name the law and its article
days-out-of-range = '{ $step }' has { $days } days; 1 to 3650 are possible
approval-of-nothing = an [[approval]] names no decision. Name one, such as legal-aid.refuse, or remove it
duplicate-rung = there are two [[rung]] for tier '{ $tier }'. Keep one
rung-days = the [[rung]] of tier '{ $tier }' comes after { $after } days; 1 to 250 are possible
overlapping-standards = '{ $step }' has two limits for the same place on { $day }; the other is in line { $other_line }. Give the older one a valid_to before that day
less-strict = '{ $step }' for { $place } is looser than the limit of the wider place in line { $wider_line }: { $how }. A lower tier may be stricter, never looser: use fewer days, or the same kind of days
years-out-of-range = a retention period of { $years } years; 1 to 100 are possible
duplicate-year = year { $year } is listed twice. Keep one
other-year = { $day } does not belong to { $year }: only days of that year and of the week before it do
long-holiday = '{ $name }' has { $days } days off; more than 15 is a typing error
duplicate-day-off = { $day } is a day off twice. Correct the dates
not-movable = { $day } cannot be a moved working day: it must be a Saturday or Sunday outside all days off
fixed-day-missing = { $day } is a day off by law and missing from year { $year }. Add it to 'off'
no-such-day = { $month }-{ $day } is no day of every year. Correct the month or the day

# How a limit is looser than that of a wider place.

looser-longer = { $days } { $kind }, and there at most { $most } { $most_kind }
looser-pause = it stands still for '{ $reason }', and the wider one does not
looser-longer-pause = it stands still for more than { $wide } month(s) in all
looser-extension = it can be extended by { $narrow } days in all, and there by { $wide }
