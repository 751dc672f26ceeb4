# What each service rejects: one message for each code, named <list>-<code>. Fields are those of the rejection.

## any service

common-malformed = the field '{ $field }' is invalid: { $problem }. Correct it and send it again
common-not-proven = this request does not prove who acts: { $why }. Send it with a key that is enrolled here: 'onestop keys init' makes and enrols what is missing
common-approval-not-proven = the approval of this late entry does not prove to be its approver's: { $why }. An approval is good for the one entry that it names, with what was filled in then, for seven days. Have the approver give it again
common-not-permitted = a { $role } does not do this. It is for: { $permitted }
common-unknown-case = there is no case { $case } here. Check the number on the receipt
common-stale-revision = the case has moved on: you decided on revision { $expected }, it stands at { $actual }. Look again, then decide
common-key-reused = this key was used for another request. Take a new key; on a page, open the form again
common-nothing-to-do = nothing is to be done: the case is already in the requested state
common-contradicted = { $who } takes nothing in: from position { $position } on, its log lacks what { $by } has heard of it. It was rolled back to an older copy, or copied, and would give numbers twice. Put the newest copy of its data folder back and start it again; if that is lost, make a new incarnation with 'onestop log export --offline' and 'onestop log import', then 'onestop source follow'
common-unavailable = { $who } does not answer right now. Nothing was changed; try again with the same key
common-outcome-unknown = { $who } did not answer in time, after it was sent. It is not known whether it was carried out. Send it again with the same key: then it is carried out once, or what was done is answered
common-not-ready = { $who } is getting ready: { $percent } % of what it answers from is built. Nothing was changed; try again with the same key in { $seconds } seconds
common-storage-full = the disk of { $who } is full. Nothing was changed, and what is there can be read. Once the operator has made room, send it again with the same key
common-too-much = '{ $field }' has { $found } { $unit }; at most { $most } are taken. Shorten it, or divide it

## intake

intake-unknown-division = there is no division { $division } in the directory. Look it up by its name
intake-unknown-window = { $unit } is not a window in the directory. Check the unit
intake-site-closed = { $name } is closed on { $day } ({ $why }). { $next }Send the citizen to the next site up: { $instead }
intake-item-not-offered = no unit offers '{ $item }' for { $place }. Items offered: { $names }. Choose another item or place; the page Sites says what is offered where
intake-unknown-topic = '{ $item }' has no topic '{ $topic }'. Topics: { $names }. Choose one of them
intake-notice-missing = '{ $topic }' comes from the letter of an organ ({ $organs }), and from no window in the person's name (法律援助法 art. 36). Say which organ, the letter's number and when it was received; if the person asks, choose a topic that is applied for
intake-notice-unfit = '{ $topic }' is applied for; no organ's letter opens it. If an organ notified, choose one of: { $topics }; if the person asks, leave the letter out
intake-organ-unfit = '{ $topic }' is not notified by this organ ({ $organ }), but by: { $organs }. Check the letter
intake-incomplete = { $field }: { $problem }. Fill it in and send again
intake-several = These are to be corrected: { $problems }
intake-impossible-time = { $occurred } cannot be when it happened: it is { $now } now. Check the date
intake-before-basis = { $occurred } cannot be when it happened: what it rests on happened on { $earlier }. Check the date
intake-entered-too-late = what happened on { $occurred } could be entered until { $day } ({ $basis }). Enter it with the date of today, and write the date of the paper into the file
intake-late-reason-missing = what happened on { $occurred } needs a reason when it is entered after { $day } ({ $basis }). Choose one
intake-late-approval-missing = what happened on { $occurred } needs the approval of another person of the unit, or of the bureau above it, when it is entered after { $day } ({ $basis }). Name that person, who signs in and approves it; an office of one person is named as one by its bureau, and says so
intake-approved-by-oneself = { $approver } enters it late and cannot approve that. Have another person approve it
intake-late-approval-not-given = { $approver } has not approved this late entry: a name that is typed approves nothing. Ask that person to sign in and approve it under “Late entries”, then send it again from the same form or with the same key
intake-not-an-approver = { $approver } is neither of the unit nor a supervisor or administrator of a bureau above it, and cannot approve this late entry. Have a colleague of the unit or the bureau above approve it
intake-no-one-person-office = { $unit } is not named as an office of one person. Have another person approve it; if there is none, have the bureau name the office
intake-not-your-case = the case belongs to { $window }; you act for { $unit }. Ask that window
intake-not-now = that cannot be done: the case is { $stage } (held by { $holder }). Look at the case
intake-already-rated = the case was rated already ({ $grade })
intake-wrong-identity-number = the { $field } is wrong: { $fault }. Compare it with the document and type it again
intake-without-number = { $field }: a number goes with every document, and none where none is at hand. Fill it in, or choose none at hand
intake-no-such-event = what is corrected is no record of this case. Open the case again
intake-nothing-corrected = the correction says nothing that should have been otherwise. Name the applicant, the needs, the place or the topic
intake-cannot-merge = this case cannot be merged into { $into }: { $why }
intake-notice-given-before = the citizen was told on an earlier day what is missing ({ $missing }); the law lets a window tell it once
intake-no-such-attachment = the case has no such file. Add it first
intake-too-large = the file has { $size } bytes; from 1 to 33554432 are taken. Divide it, or scan it more coarsely
intake-too-many-files = the case has { $count } files, which is the most. Put several pages into one file
intake-attached-before = the case has this file already
intake-other-media-type = the file does not begin like { $media_type }: it may be damaged, or was renamed. Open it, and choose the file again
intake-other-piece = piece { $wanted } of the file is wanted next. Send the pieces in order, each of 512 KiB but the last
intake-other-hash = the pieces do not make the file that was named. Send it again from the beginning
intake-uploads-full = { $count } files are being sent at the moment. Try again in a few minutes
intake-attachment-unreadable = the file cannot be read: it was damaged, or erased by law. Contact the operator
intake-reopen-late = the case could be opened again until { $until }. Open a new one, and name this one as related
intake-reopened-before = the case was opened again { $times } times, which is the most. Open a new one, and name this one as related
intake-nothing-to-redo = no bad rating of this case waits to be put right
intake-to-hand-over = { $to } takes this case: referred again it would come back here. Hand it over; where the matter or the place is wrong, correct that first
intake-already-urgent = This case is marked as urgent already. Look at it anew
intake-not-urgent = This case is not marked as urgent: there is nothing to take back. Look at it anew
intake-no-such-need = This case has no open need of this kind: { $need }. Look at it anew
intake-needs-open = Needs of the citizen are open: { $needs }. Record first that each was met, was not wanted, or could not be met
intake-redo-pending = a bad rating waits to be put right until { $day }. Do that first
intake-no-such-receipt = the number and the query code do not belong together. Look at the receipt again
intake-tried-too-often = too many wrong codes. Try again in { $minutes } minutes, or ask at the window

## personal data

persons-may-not-open = { $unit } may not open this: the persons of the case are known to its window { $window } and to { $holder }, which has custody; with a reason, to supervisors and auditors of their division. Ask one of them
persons-reason-missing = a reason is required, and is recorded. Add a reason and ask again
persons-names-the-person = '{ $field }' names the person, and it stays for ever. Say it without name or number
persons-erased = 已删除: the persons of this case were erased ({ $basis }). Their data can no longer be read
persons-key-gone = the key of this case is not here: it was erased after the backup that this log is from, or it is lost. Contact the keeper of the backups
persons-not-your-division = { $unit } may not do this: the case belongs to { $window } and is with { $holder }. Ask a supervisor of their division
persons-not-over = nothing is erased before the case is closed: it is { $stage } (held by { $holder }). Close it first
persons-not-put-right = a bad rating of this case waits to be put right, by { $day }: the persons must stay known until then. Put it right first, then ask again
persons-supervised = { $by } supervises this case and waits for an answer by { $until }: the persons must stay known until then. Have the instruction answered first, then ask again
persons-retained = it must be kept until { $last_day }: { $years } years from { $from } ({ $basis }). Until then it is stored and protected, and nothing else is done with it (PIPL art. 47). Ask again after that day
persons-retention-unconfirmed = how long it must be kept is not confirmed: { $years } years from { $from } are taken as a start ({ $basis }). Have the bureau approve its period, then ask again
persons-retention-not-begun = it is kept for { $years } years from { $from } ({ $basis }), which has not taken place. See to that first, and ask again when the period is over
persons-disclosure-kept = the record of what a body outside was given is kept until { $last_day } (网络数据安全管理条例 art. 12), and says of whom. Ask again after that day
persons-no-retention-rule = no rule says how long cases of { $item } are kept. Have the bureau set one, then ask again
persons-no-request-waits = nothing was changed: no request waits for an answer. It may have been decided, taken back or have lapsed. Look again
persons-note-missing = a reason for refusing is required, and is recorded
persons-erasure-not-requested = nothing was erased: it takes two people, and there is no request for it, or the request has lapsed. Request it first; another supervisor carries it out. Without a second person, the operator of the machine does it, with a note
persons-erasure-requested = { $by } has asked for the erasure of this case; another person carries it out until { $until }. Wait, or ask again after that
persons-same-person = nothing was erased: { $by } has asked for it, and does not carry it out. Let another supervisor do it
persons-not-second-person = nothing was erased: { $unit } does not carry out what { $requested_by } asked for. Let a supervisor of that division or above do it
persons-other-basis = nothing was erased: it was asked for on another basis ({ $basis }). Take that one, or ask again
persons-complaint-about-unit = nothing was done: the case holds a bad rating of { $unit } or a complaint about it, which that unit does not erase. Let a supervisor of its division ask
persons-erasures-awaited = this system was restored from a backup and has not learned yet who was erased since: until then it shows no personal data and takes none. Tell the operator of this system
persons-nothing-to-find-by = nothing to find by. Give a name, a telephone number or the number of an identity paper
persons-still-reading = the index is still being read after the start ({ $read } cases so far). Try again in a moment

## referral

referral-no-such-handoff = there is no such handoff of this case; it is held by { $holder }. Look at your worklist again
referral-offer-answered = the offer was { $end } by { $by } at { $at }; the case is now held by { $holder }
referral-offer-over = the offer ended at { $until }; the case stays with { $holder }. Ask that window to refer it again
referral-not-addressee = the offer was made to { $to }; you act for { $unit }. Only { $to } can answer it
referral-not-holder = the case is held by { $holder } since { $since }; you act for { $unit }. Ask { $holder }
referral-nothing-offered = no offer is open; the case is held by { $holder }. Look at the case
referral-at-window = the case is with its window { $holder }; there is nothing to give back or to complete
referral-unknown-division = there is no division { $division } in the directory, nor is it a code of another province. Leave it out, look it up by its name, or name another province
referral-not-supervisor = only a supervisor of a justice bureau that { $division } belongs to can do this; you act for { $unit }. Ask that bureau
referral-no-supervisor = no justice bureau stands above { $between }. Refer the case for another place
referral-nothing-disputed = nothing is disputed; the case is held by { $holder }. Raise a dispute first, or look at the case
referral-not-disputable = only the unit that is asked can dispute an offer, or the window a case that no unit takes; you act for { $unit }, the case is held by { $holder }
referral-in-dispute = who is responsible is disputed: { $supervisor } designates a unit. Wait for it
referral-designated-may-not-decline = you were designated by { $by }: a designated unit may not decline. Accept the case
referral-designated-may-not-return = you were designated by { $by }: a designated unit may not give the case back. Work it, or ask that supervisor to reassign it
referral-work-undertaken = { $unit } decided on { $day } to do this work, and does not give the case back. End it there with its ground, or ask the supervisor to reassign it
referral-unknown-unit = there is no unit { $unit } in the directory. Check the unit
referral-does-not-work-it = { $unit } does not work '{ $item }'. Designate a unit that does
referral-outside-division = { $unit } is not in { $division }, which is as far as you can designate. Designate a unit there, or ask the bureau above
referral-pushed-down = '{ $item }' is the county's work: it may not be pushed down to { $unit }. Designate a unit of the county
referral-one-unit-for-both = { $unit } has the other side's case, and one unit has both. Decline it, so that it goes there
referral-acts-for-other-side = { $staff } acts, or acted, in the other side's case, and does not act in this one (律师法 art. 39). Name another person
referral-conflict-of-interest = { $unit } has, or had, the other side's case: it must stay out of this one. Decline it for a conflict of interest, or name another unit
referral-not-invited = { $unit } is not a co-unit of this case in a way that this answers. Ask the holder { $holder }
referral-invited-before = { $unit } was asked for its part already and is not done. Wait for it, or release it first
referral-lead-itself = { $unit } leads this case; it cannot be its own co-unit. Name another
referral-co-units-at-work = { $units } are not done. Wait for their reports, or release them, then complete
referral-specialist-decides = { $unit } has not decided '{ $item }' yet, so the case is not completed. Decide, or end the work: the result then goes to the window by itself. Return the case if it is not yours
referral-lead-is-done = the work of { $lead } has ended; the case only waits for its co-units. Wait for them, or release them
referral-not-extensible = no time limit runs for { $unit } that can be extended. Do the step, or send the case away
referral-extended-before = the time limit of { $step } was extended { $times } time(s), which is all. Do the step
referral-extension-late = the time limit of { $step } was over on { $day }; more time is asked for before. Do the step
referral-asked-before = more time for { $step } was asked for already. Wait for the supervisor's decision
referral-own-extension = nothing was granted: { $staff } has asked for the extension, and does not grant it, in another post either. Let another supervisor do it
referral-own-dispute = nothing was designated: { $staff } declined, returned or disputed the case for a unit, and does not designate, in another post either. Let another supervisor do it
referral-own-instruction = nothing was recorded: { $staff } gave the instruction, and does not answer it, in another post either. Let another person of the unit answer
referral-nothing-asked = no extension is asked for; the case is held by { $holder }. There is nothing to decide
referral-supervised-already = an instruction of { $by } is not answered yet. Wait for the answer, then give another
referral-not-supervised = no supervisor's instruction is open; the case is held by { $holder }. There is nothing to answer
referral-not-with = { $unit } neither holds the case nor is asked; it is held by { $holder }. There is nothing to reassign
referral-not-outside = { $unit } is no body outside. Refer the case, or invite the unit as a co-unit
referral-outside-body = { $unit } is a body outside: it takes no custody. Hand the case over to it
referral-no-such-handover = no handing over is open that this answers; the case is held by { $holder }. Check which one it is
referral-kept-too-short = the record of personal data given away is kept for three years or more, not { $years }. Leave it out, or say more
referral-unsaid = { $field } is needed, in at most { $limit } characters and without names of citizens. Correct it and send it again
referral-several = These are to be corrected: { $problems }
referral-answer-before-handover = { $day } is before { $handed }, when it was handed over. Correct the day
referral-impossible-day = { $day } has not come yet. Correct the day
referral-impossible-time = { $occurred } cannot be when it happened: it is { $now } now. Check the date
referral-before-basis = { $occurred } cannot be when it happened: what it rests on happened on { $earlier }. Check the date
referral-entered-too-late = what happened on { $occurred } could be entered until { $day } ({ $basis }). Enter it with the date of today, and write the date of the paper into the file
referral-late-reason-missing = what happened on { $occurred } needs a reason when it is entered after { $day } ({ $basis }). Choose one
referral-late-approval-missing = what happened on { $occurred } needs the approval of another person of the unit, or of the bureau above it, when it is entered after { $day } ({ $basis }). Name that person, who signs in and approves it; an office of one person is named as one by its bureau, and says so
referral-approved-by-oneself = { $approver } enters it late and cannot approve that. Have another person approve it
referral-late-approval-not-given = { $approver } has not approved this late entry: a name that is typed approves nothing. Ask that person to sign in and approve it under “Late entries”, then send it again from the same form or with the same key
referral-not-an-approver = { $approver } is neither of the unit nor a supervisor or administrator of a bureau above it, and cannot approve this late entry. Have a colleague of the unit or the bureau above approve it
referral-no-one-person-office = { $unit } is not named as an office of one person. Have another person approve it; if there is none, have the bureau name the office

## the journal's ledger

ledger-nobody-asks = the question names no actor. Lists are for staff only. Name the actor in the question
ledger-not-for-role = a { $role } may not ask this. Ask a supervisor of the division
ledger-unknown-unit = there is no unit { $unit } in the directory. Check the unit
ledger-not-your-unit = that is the work of { $unit }; you act for { $yours }. Ask for your own
ledger-not-your-division = { $within } does not lie in { $yours }. Ask for your own division or one in it
ledger-empty-period = the period ends before it begins. Correct its beginning or its end
ledger-building = the lists are being made anew from the journal: { $position } of { $head } events. Try again in a moment

## every specialist

matter-acts-for-other-side = { $staff } acts, or acted, in the other side's case, and does not act in this one (律师法 art. 39). Name another person
matter-no-matter = there is no matter of this case for your unit. If the case was referred to your unit, accept the referral first
matter-not-your-matter = the matter is with { $holder }; you act for { $unit }. Ask that unit
matter-not-yours-to-decide = { $bureau } decides this, and you act for { $unit }: no unit judges itself. Leave it to the bureau
matter-no-bureau = no bureau is above { $division } that could decide on what the unit did. Have the directory's administrator add one
matter-own-approval = { $staff } asks for more time and cannot approve it too. Have another person approve it
matter-approval-required = here another person approves this decision ({ $basis }). Draft it first, and have another person approve it
matter-no-approval-needed = here this decision needs no other person's approval. Decide it at once
matter-draft-waits = a draft by { $staff } waits for approval. Have it approved or sent back first
matter-no-draft = no draft waits for approval. Draft the decision first
matter-own-draft = { $staff } drafted this decision and cannot approve it or send it back too. Have another person do it
matter-not-the-named = nothing was done: { $named } was named for this and does it. If they cannot, name another person
matter-not-now = that cannot be done: the matter is { $standing }. What can be done is on the page of the case
matter-incomplete = { $field } is missing. Fill it in and send again
matter-several = These are to be corrected: { $problems }
matter-not-extensible = the time limit of { $step } cannot be extended. Do the step, or hand the case back
matter-extended-before = the time limit of { $step } was extended { $times } time(s), which is all. Do the step
matter-extension-late = the time limit of { $step } was over on { $day }; it can be extended only before. Do the step
matter-told-once = the applicant was told once already of what is missing. Decide on what there is
matter-impossible-time = { $occurred } cannot be when it happened: it is { $now } now. Check the date
matter-before-basis = { $occurred } cannot be when it happened: what it rests on happened on { $earlier }. Check the date
matter-entered-too-late = what happened on { $occurred } could be entered until { $day } ({ $basis }). Enter it with the date of today, and write the date of the paper into the file
matter-late-reason-missing = what happened on { $occurred } needs a reason when it is entered after { $day } ({ $basis }). Choose one
matter-late-approval-missing = what happened on { $occurred } needs the approval of another person of the unit, or of the bureau above it, when it is entered after { $day } ({ $basis }). Name that person, who signs in and approves it; an office of one person is named as one by its bureau, and says so
matter-approved-by-oneself = { $approver } enters it late and cannot approve that. Have another person approve it
matter-late-approval-not-given = { $approver } has not approved this late entry: a name that is typed approves nothing. Ask that person to sign in and approve it under “Late entries”, then send it again from the same form or with the same key
matter-not-an-approver = { $approver } is neither of the unit nor a supervisor or administrator of a bureau above it, and cannot approve this late entry. Have a colleague of the unit or the bureau above approve it
matter-no-one-person-office = { $unit } is not named as an office of one person. Have another person approve it; if there is none, have the bureau name the office
matter-critical-date-open = { $kind }, until { $day }, is open. Do what it asks for and close it; if it is not to be done, close it as not pursued, told to the client, or missed
matter-day-or-start = name either the last day, or the day from which it runs. Fill in the last day if it is known, and the other one if not
matter-no-statutory-term = no law sets a term for { $kind }. Name the last day
matter-critical-date-kept = { $kind }, until { $day }, is kept already. Check it; it need not be set again
matter-no-critical-date = no '{ $kind }' is open, or not of that day. Check it
matter-which-critical-date = several of '{ $kind }' are open: { $days }. Say the last day of the one that is meant
matter-day-to-come = { $day } has not come yet. Check the day
matter-day-outside = { $day } cannot be the day: it lies between { $earliest } and { $latest }. Check year, month and day
matter-out-of-range = { $field } lies between { $least } and { $most }. Correct it
matter-not-a-document-number = { $field } is the number of a document: it has a digit and at most { $most } characters, such as 〔2026〕2号. Correct it
matter-critical-date-missed = { $kind } ended on { $day }, and { $on } is after it. Close it as missed
matter-critical-date-runs = { $kind } runs until the end of { $day } and is not missed before. Do what it asks for

## legal aid

legal-aid-means-first = the applicant's means are not determined. Do that first
legal-aid-too-many-years = { $years } years of practice do not fit the licence, by which they are { $most } at most. Check both
legal-aid-too-junior = a case that may end in life or death needs a lawyer with { $wanted } years of practice; { $years } were named. Assign another
legal-aid-asks-itself = a cooperation letter goes to another agency; the time of an agency's own check counts. Name another agency
legal-aid-unknown-agency = no legal aid agency here or in another province is called "{ $agency }". Name it as the directory does; one that is missing there is added by its bureau
legal-aid-letter-sent = the cooperation letter { $letter } was sent in this case before; each is sent once. Record the answer to it, or give the new letter's own number
legal-aid-last-day-too-late = { $last_day } is too late: the review stands still until { $latest } at most. Name that day or an earlier one
legal-aid-not-notified = there is no organ to inform: none notified the agency of this case, and none has to be told of aid of this kind. Go on with the matter
legal-aid-refusal-unfit = '{ $ground }' is no ground to refuse '{ $kind }' ({ $basis }). Grounds that fit: { $fitting }
legal-aid-termination-unfit = '{ $ground }' is no ground to end '{ $kind }' early ({ $basis }). Grounds that fit: { $fitting }
legal-aid-no-notice = no organ's notice changes '{ $kind }'. Go on with the application
legal-aid-other-organ = '{ $kind }' is not notified by this organ ({ $organ }), but by: { $organs }. Check the letter
legal-aid-notice-to-come = the letter cannot have been received on { $day }, which has not come. Correct the day
legal-aid-organ-to-tell = the organ has not been told who acts in the case (法律援助法 art. 36; 关于刑事诉讼法律援助工作的规定 art. 12). Tell it first, then conclude
legal-aid-not-yet = the application was made at { $applied }, which is not yet. Correct the time
legal-aid-forwarding-known = it is recorded already how this application was passed on. Check the record; an application is passed on once
legal-aid-not-means-tested = the law asks nothing about means in a case of '{ $topic }' (法律援助法 art. 32). Decide on the application without them
legal-aid-means-tested = the law asks about means in a case of '{ $topic }' (法律援助法 art. 31). Have them checked, or see whether the applicant's group is exempt (art. 42)
legal-aid-exemption-unnamed = an exemption names the applicant's group and what shows it (法律援助法 art. 42). Add both
legal-aid-not-of-group = migrant workers are exempt where they ask for their pay, or for damages after an accident at work (法律援助法 art. 42); this case is about '{ $topic }'. Have the means checked, or name another group
legal-aid-calculation-incomplete = a reckoning needs town or country, how many live together (one at least) and what they earn in a year. Add what is missing
legal-aid-calculation-contradicts = the reckoning says otherwise: { $income } yuan a head and year, the line is { $line }. Check it, and choose again
legal-aid-no-means-line = no amount of the means line of that day is known for { $place }. Give both the amount and where it is from, or have the bureau record the means line
legal-aid-means-within = the means were determined: { $means }. Nobody is refused for means then (法律援助法 art. 41, 42). Determine them again, or choose another ground
legal-aid-above-line = the means are above the line, so no aid can be granted (法律援助法 art. 31). Determine them again, or refuse
legal-aid-both-sides = { $licence } acts, or acted, for the other side, and cannot act for both. Name another person
legal-aid-not-a-licence = { $licence } is not the number of a licence: a lawyer has 17 digits, a legal worker 14, such as 15308202010123456
legal-aid-unknown-organ = the directory has no such { $organ } of another province on that day. It has: { $known }. Check it, or leave it empty
legal-aid-other-lawyer-asked = the recipient has asked for another lawyer and waits for the decision. Decide on it; there is no need to record it again
legal-aid-no-other-lawyer-asked = the recipient has not asked for another lawyer. Check the case
legal-aid-other-lawyer-to-decide = the recipient's request for another lawyer is not decided on (Legal Aid Law, art. 55). Assign another lawyer first, or decide that the lawyer stays
legal-aid-same-lawyer = nothing was changed: { $licence } has this case. Name the person who replaces them
legal-aid-last-day-too-early = { $last_day } cannot be the last day: the notice or letter is of { $notice }, and that day is not counted (民法典 art. 201). Name a later day
legal-aid-remark-on-other = there is a remark on '{ $paper }', which is not among the missing papers. List the paper too, or leave the remark out
legal-aid-own-decision = nothing was decided: { $staff } took part in the decision that is objected to, and does not decide on the objection, in another post either (art. 49). Let another person of the bureau decide
legal-aid-papers-awaited = the applicant may bring the papers until the end of { $last_day }. Wait for them, or decide after that day
legal-aid-refusal-waits = nothing was decided: the applicant may bring papers and explain until the end of { $last_day }, and is not refused as '{ $ground }' before (法律援助法 art. 43). Decide after that day, or once all papers are there; an applicant who does not want to wait may withdraw
legal-aid-papers-not-asked = nothing was decided: the applicant was never told which papers are missing, and is not refused for them (法律援助法 art. 43). Ask for all of them at once, with a last day
legal-aid-subsidy-above-standard = a subsidy of { $yuan } yuan is above the { $most } yuan that the directory has for a case at most (法律援助法 art. 52). Check the amount, which is in yuan; where the standard has changed, change the directory first

## notarization

notarization-tell-first = the parties were not told the legal meaning and consequences. Tell them first
notarization-not-everyone-came = there are { $people } applicants, and each comes in person (公证程序规则 art. 11). Number { $person } in the case's file is not taken down as present: do that once they have come
notarization-in-person = '{ $topic }' is applied for in person. Take down that the party came
notarization-review-late = the time for a review ended on { $day }. The party can sue
notarization-same-notary = { $notary } issued the certificate and cannot review it. Name another notary
notarization-known-to-come = { $day } has not come: the certificate cannot have been received or known of on it. Check the day
notarization-party-cause-early = a party's cause ends a matter that could not be done in six months; they end on { $day } (公证程序规则 art. 50). Choose another ground, or wait until they are over
notarization-fee-waived = the fee of this matter is waived, so none was refused. Choose another ground
notarization-certificate-given = nothing was issued: the office has given the number { $certificate } before. Check the number
notarization-handled-it = { $notary } handled this matter and cannot review it. Name another notary
notarization-unknown-reviewer = { $reviewer } is not on the roster of { $unit } on that day. Name a notary of the office
notarization-known-before-issue = { $day } is before the certificate was issued on { $issued }. Give the day on which it was received, or its content known

## mediation

mediation-consent-first = the other party has not agreed. Ask them, and take down what they say
mediation-which-respondent = there are { $count } other parties. Say which one, by the order in the registration
mediation-no-such-party = there is no number { $person }, of { $count }. Name one by the order in the registration, or correct how many there are first
mediation-party-declined = other party { $person } refused mediation and is not bound by the agreement (人民调解法 art. 17)
mediation-fewer-respondents = { $count } other parties are recorded, and their number cannot be reduced. If one of them does not take part, record their refusal
mediation-mediator-twice = mediator { $mediator } is named twice. Name each once
mediation-mediator-stands-back = { $mediator } stands back in this dispute. Choose another mediator
mediation-not-on-roster = the roster of { $unit } does not have { $mediator }. Choose a person of the roster, or bring it up to date
mediation-roster-period = { $mediator } is no mediator on { $day }. Choose another one
mediation-term-known = term { $term } of the agreement says the same; it is recorded already
mediation-no-term = the agreement has no term { $term }. Name one that is recorded
mediation-terms-open = terms { $terms } are not recorded as performed. Record each of them before the whole
mediation-terms-kept = every term is performed, so the agreement is kept. Record that it is performed
mediation-not-confirmable = an agreement about { $topic } cannot be confirmed by the court. Supervise its performance
mediation-confirmation-late = the 30 days for asking the court ended on { $day }. Supervise the performance

## parked events

parking-nothing-parked = nothing of case { $case } is parked here. See 'onestop parked list'
parking-not-first = the first parked event is { $first }, not { $event }. Decide about that one
parking-still-fails = { $event } still cannot be taken: { $problem }. Correct the cause and try again, or skip it
parking-why-is-missing = a reason for skipping is required, and is recorded
parking-no-request-waits = nothing was changed: no request waits for an answer. It may have been decided, taken back or have lapsed. Look again
parking-skip-not-requested = nothing was skipped: it takes two people, and there is no request to skip { $event }, or the request has lapsed. Request it first; another supervisor decides. Without a second person, the operator of the machine decides, and says why
parking-skip-requested = { $by } has asked for it; another supervisor decides until { $until }. Wait, or ask again after that
parking-same-person = nothing was skipped: { $by } has asked for it, and does not decide. Let another supervisor do it

## replicated sources

replication-not-set-aside = { $source } is not set aside here with epoch { $epoch }. See 'onestop source list'
replication-same-epoch = { $source } tells another history under the same epoch: two copies of one log are in use. Stop the copy; restore the other with 'onestop log import' if it must go on
replication-no-reason = a reason for following is required, and is recorded
replication-no-request-waits = nothing was changed: no request waits for an answer. It may have been decided, taken back or have lapsed. Look again
replication-follow-not-requested = nothing was changed: it takes two people, and there is no request to follow { $source }, or the request has lapsed. Request it first; another supervisor decides. Without a second person, the operator of the machine decides, and says why
replication-follow-requested = { $by } has asked for it; another supervisor decides until { $until }. Wait, or ask again after that
replication-whole-province-only = nothing was changed: which history of a log is followed concerns every division. Ask a supervisor who oversees them all
replication-same-person = nothing was changed: { $by } has asked for it, and does not decide. Let another supervisor do it

## the registry

registry-unknown-site = there is no site { $site } in the directory. Check its id
registry-unknown-unit = there is no unit { $unit } in the directory. Check its id
registry-not-your-site = what is recorded of { $unit } is changed by its administrator, or by a supervisor of its division; you act for { $yours }. Ask one of them
registry-wider-tier-decides = this change is decided by { $bureau }. You act for { $yours }; ask that bureau
registry-day-past = { $first_day } is over: it is { $today }, and what was decided by then stays. Give a day from today on
registry-day-too-far = { $given } is too far ahead, perhaps a slip; the last day that can be given is { $last_day }. Check year, month and day
registry-ends-before-it-begins = it would end on { $last_day }, before it begins on { $first_day }. Correct one of the two
registry-not-a-telephone = { $phone } is no telephone number. Write digits, with hyphens between them, such as the area code, a hyphen and the number
registry-address-blank = the address is empty. Write it, or leave the field out: then it stays as it is
registry-evidence-missing = a state needs what it rests on: the approval, the inspection, the reason of a closure. Write it down
registry-contact-missing = there is neither a new telephone nor a new address. Write one of them
registry-nothing-changes = it stands so already. There is nothing to change
registry-has-opened = the site has opened ({ $state }) and is not planned again. To close it for a time, set it to suspended
registry-delay-without-reason = it was to open on { $planned }; a later day needs a reason. Write it down
registry-unknown-checkpoint = the list of standards has no point { $checkpoint } for sites of this tier. Check its id
registry-full-too-long = a unit can be marked as full for { $most_days } days, until { $last_day }. Give an earlier day; if it is still full then, mark it again
registry-weekdays-missing = no day of the week is named. Choose one at least
registry-hours-overlap = the hours of a day overlap. Correct them
registry-item-not-here = sites of this tier do not offer { $item }. Check the item
registry-not-a-roster-name = { $name } is not a surname and a title. The public reads who is on duty: write only a surname and a title, such as 王律师. Titles: { $titles }
registry-unknown-proposal = no change { $proposal } of this site waits for a decision. It may have been decided; look again
registry-proposal-waits = the same change was proposed already: it is { $proposal }, and waits for a decision
registry-proposal-over = the last day of the change, { $last_day }, is over: it would never hold. Send it back
registry-own-proposal = you proposed this change yourself; another person approves it, whichever role or unit you act for now. Ask another supervisor of that bureau
registry-nobody-decides = a bureau decides about this change, and there is none for this place or above it. Ask those who look after the directory to add one
registry-unknown-step = there is no time limit for the step '{ $step }' at this place, so none can be changed. Check the step
registry-limit-out-of-range = the days must be between 1 and { $most_days }. Correct them
registry-limit-of-party = '{ $step }' gives a party time. A shorter limit would be against the party, so no place can change it
registry-looser-than-wider = this is looser than the limit of a wider place: { $days } { $day_kind } ({ $basis }). A place can only be stricter; give no more days than that
registry-basis-missing = a rule needs what it rests on: the notice, the promise, or the rule of the place. Write it down
registry-days-off-not-here = prefectures and counties fix days off; a place of this tier does not. Ask the tier above
registry-holiday-unnamed = it is not said what the days are for. Write it down
registry-means-line-not-here = the province and prefectures set the line of means; a place of this tier does not. Ask the tier above
registry-means-line-of-nothing = the amount and the part of a line of means are more than nothing. Write them down
registry-holiday-too-long = a holiday has { $most_days } days at most. Check its first and last day
registry-unknown-matter = there is no item '{ $item }' in the directory, or the item has no such topic. Check both
registry-not-moved-in = '{ $item }' has not moved in at this site, so it cannot move out. What sites of this tier receive by rule, each of them receives
registry-unknown-paper = there is no paper '{ $paper }' in the directory. Check its id
registry-paper-added = wider places do not ask for '{ $paper }', so this place cannot ask for it. Leave it out
registry-reason-missing = there is no reason. Write it down
registry-file-too-large = the file has { $size } bytes; from 1 to { $most } are taken. Make the picture smaller, or scan it more coarsely
registry-too-many-files = the site has { $count } files, which is the most. Put several pages into one file
registry-file-type-not-taken = { $media_type } is not taken as { $kind }. Photos are JPEG, PNG or WebP pictures; an opening document may be a PDF or OFD file as well
registry-other-media-type = the file does not begin like { $media_type }. Choose the file again
registry-other-hash = the pieces do not make the file that was named. Send it again from the beginning
registry-other-piece = piece { $wanted } of the file is wanted next. Send the pieces in order, each of 512 KiB but the last
registry-uploads-full = { $count } files are being sent at the moment. Try again in a few minutes
registry-attached-before = the site has this file already. Choose another one
registry-file-name-missing = the file has no name, or one of more than 100 characters. Name it, and send it again
registry-no-such-evidence = the site has no such file, or it is for staff alone. Sign in, or choose one of those that are listed
registry-evidence-unreadable = the file cannot be read: it was damaged or lost on the disk. Ask the operator to bring it back from a backup
registry-several = These are to be corrected: { $problems }

## the HTTP interface

api-not-signed-in = not signed in. Send 'Authorization: Bearer <token>', or sign in in the browser
api-password-first = an administrator set the password. Change it in the browser first
api-second-factor-first = the role requires a second factor. Set it up in the browser first
api-missing-scope = the token does not have the scope '{ $scope }'. Ask for one that has it
api-whole-only = this is about all divisions at once: it is answered to supervisors and auditors of the whole
api-administrators-only = webhooks are looked after by unit administrators, or by a token of theirs with the scope 'webhooks'
api-other-site = the request comes from another site. Send it from here, or with a token
api-bad-header = the header '{ $header }' could not be parsed: { $problem }. Correct it and send it again
api-unreadable = the request could not be parsed. The document at /api/v1/openapi.json says what is taken; an address is percent-encoded UTF-8
api-missing-key = a command needs the header 'Idempotency-Key' with a new UUID: sent again with it, nothing is done twice
api-not-json = the body is not JSON: { $problem }
api-encoded-body = the body may not be compressed or encoded ('Content-Encoding: { $encoding }'): send it as it is, without that header
api-other-charset = the body must be in UTF-8, and was sent as { $charset }
api-wrong-type = the body must be 'Content-Type: application/json'
api-not-acceptable = this is answered as { $offered } only. Correct the header 'Accept'
api-too-large = the body is larger than { $limit } bytes
api-wrong-method = this address does not take { $method }, but { $allowed }
api-unknown-address = there is no such address. The document at /api/v1/openapi.json names all there are
api-too-often = too many requests. Try again in { $seconds } seconds
api-too-slow = it took too long. If it was a command, send it again with the same key
api-failed = something failed here; it is in the log. If it was a command, send it again with the same key
api-other-epoch = the journal was restored and numbers its events anew (epoch { $epoch }). Begin again with '?from=0'
api-unknown-webhook = there is no webhook { $webhook } of your unit
api-webhook-address = the address cannot be used: { $problem }
api-too-many-webhooks = a unit has at most { $limit } webhooks. Remove one that is not needed
api-not-parked = the webhook is not parked: there is nothing to skip
api-late-approval-asked = { $approver } was asked to approve this late entry, and has not yet. Ask that person to sign in and approve it under “Late entries”, then send it again from the same form or with the same key
api-late-approval-refused = { $approver } has refused this late entry: { $why }. Mend what is said, and enter it anew
api-unknown-approver = { $approver } has no account that can approve this: name a colleague of the unit, or a supervisor above it
