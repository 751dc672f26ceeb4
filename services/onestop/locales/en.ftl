# The texts of the command line. The tests of src/messages.rs check that every language has every message.

## Shared

sheet-changes = changes
sheet-import = importing
sheet-mend = the rows with problems are in a file of their own: mend them and import it
sheet-not-whole = some rows have problems: mend them and import them again
sheet-resume = some rows are recorded; the same key goes on from there
sheet-row = row
sheet-rows = rows
sheet-took = took
sheet-wrong = rows with problems
unit-events = events
accounts = accounts
workbench = workbench
ledger = ledger
revision = revision
list-separator = { ", " }
phrase-separator = { ", " }
separator-semicolon = { "; " }
colon = { ": " }
in-brackets = ({ $remark })

## applicant

applicant-answered = answered
applicant-recorded = this opening is recorded

## attachment

attachment-verified = verified

## backup

backup-accounts-unit = accounts
backup-increment-of = increment of { $made }
backup-erasures-applied = erased again, as the list of erasures says: { $count } persons' keys of this backup
backup-erasures-awaited = Not known: who was erased after this backup. Until that is known, intake gives out no personal data and is not ready. Name the list with erasure_list and start; or say now: onestop backup erasures --no-erasure-list
backup-erasures-none = Recorded: there is no list of erasures. Persons who were erased after this backup can be read again: erase them anew
backup-in-clear = This backup is not encrypted: any reader of the file has the keys in it. Set backup_recipients, make a new backup, then destroy this file and its copies; and renew the keys where others may have had it (onestop keys rotate, onestop keys rotate-master)
backup-fetched = { $name } is in { $file }, as it was stored. To restore it: onestop backup restore { $file } --identity FILE --data FOLDER
backup-recipient-made = set backup_recipients to the first line; keep the file, the identity, off this machine, with a copy elsewhere: without it no backup can be restored
backup-store-deleted = deleted from { $place }, as its days are over: { $name }
backup-store-failed = The backup is whole in { $file }, and is not copied to the object store: { $problem }. Then: onestop backup store { $file }
backup-store-not-deleted = { $name } is older than it is to be kept, and the object store does not delete it: { $problem }. Where the bucket is locked it can stay until the lock ends
backup-stored = { $name } is in { $place } too, compared by length and SHA-256

## case

case-applicant = applicant { $number }
case-applicant-alone = applicant
case-respondent = other party { $number }
case-respondent-alone = other party
case-anonymous = anonymous (the person stays unnamed)
case-erasure-requested = the erasure of its persons was asked for; another person carries it out in time
case-erased = its persons were erased
case-file = file
case-heading = case
case-holder = held by
case-home-visit = a visit at home
case-interpreter = an interpreter
case-merged-here = merged here
case-merged-into = merged into
case-missing = still to bring
case-opened-at = opened
case-outage = ! cut off: who holds it may have changed
case-outage-since = ! cut off: who holds it, as known at
case-redo-by = to be put right by
case-see-to = see to
case-urgent = urgent
case-window = window

## custody

custody-co-unit = co-unit
custody-designated-by = designated by
custody-disputed-by = disputed by
custody-extension = more time asked by
custody-handed-over = handed over to
custody-instruction = instruction of
custody-not-answered = no answer yet
custody-offered = offered to
custody-record-kept = record kept until

## directory

directory-decided-by = { "decided by: " }
directory-version = directory
directory-no-division = there is no division { $code }. Check the code, or look it up by its name with --find
directory-no-site = there is no site { $site }. Check its id
directory-none-called = nothing is called that. Try a shorter part of the name
directory-which = which? Say --find NAME, --at DIVISION or --site SITE
directory-no-day = '{ $day }' is not a day. Write 2026-03-04
coverage-as-of = as of { $day }
coverage-totals = in all:
coverage-found = { $total } in all as of { $day }, page { $page } of { $pages }
coverage-opens = to open on { $day }
coverage-met = meets { $met } of { $points } points
coverage-reported = confirmed on { $day }
tier-province = province
tier-prefecture = prefectures
tier-county = counties
tier-township = townships
tier-village = villages
due-no-place = there is no such division
due-out-of-years = no calendar of that year: give a day from 1950 to 2200
due-no-limit = the step has no limit there on that day
due-never-pauses = it does not stand still for anything ({ $basis })
due-never-extended = this limit cannot be extended ({ $basis })
due-not-extensible = it can be extended { $times } time(s) ({ $basis })
due-before-it-began = that is before it began
due-after-it-ended = it was over by then: what is over neither stands still nor is extended
route-no-item = there is no item '{ $item }'. Known: { $known }
route-no-topic = '{ $item }' has no topic '{ $topic }'. Known: { $known }
route-topic-not-in-force = '{ $topic }' is not taken on { $day }: a law begins it later, or has ended it. Choose a topic that is taken on that day.
route-place-does-not-decide = '{ $given }' does not decide who is responsible for '{ $about }'. { $law }
route-nobody-works = no unit works '{ $item }' for { $place }. Add a unit to items.toml, or ask another place
route-nobody-left = no unit is left for '{ $item }' in { $place }: all are closed that day, sent the case away, did not answer in time, or have a conflict of interest
directory-files-only = This is by the files alone. For what bureaus have recorded since, add --recorded, which asks the running node, or see the pages of sites and of time limits.

## upgrade-check

upgrade-back = an earlier release of this minor version: it reads what is stored. Stop the services, put it in place, start them
upgrade-database = tables of the workbench
upgrade-far = several releases apart: stop all services before the first of them is exchanged, since only neighbours are tried side by side (COMPATIBILITY.md)
upgrade-far-back = there is no way back to an earlier version but a backup that was made before the upgrade: make one with the version that runs
upgrade-log = log of
upgrade-newer = events that this version does not know:
upgrade-not-read = leave the version that runs in place, and look at this first: onestop verify
upgrade-room = make room: taking it over needs twice its size
upgrade-runs = running
upgrade-taken-over = of version 0.1.0: taken over at the first start, after which 0.1.0 does not read it

## doctor

doctor-accounts-keep = leave its file as it is, and remove the cause: a full disk, a file that belongs to another user
doctor-accounts-no-administrator = there is no unit administrator yet: onestop staff add <account> --role unit-administrator --unit <unit> …
doctor-accounts-open = can sign in
doctor-accounts-outside = these accounts are supervisors or auditors of a body outside the bureau, and see no case: remove the post (onestop staff post remove), or disable the account
doctor-accounts-put-back = put its file back from a backup
doctor-backup = last whole backup
doctor-backup-increment = {"; "}increment since: { $at }
doctor-backup-make = onestop backup make --out FILE, and look why the scheduled one did not (deploy/RUNBOOKS.md)
doctor-backup-none = none is known of this machine
doctor-backup-old = { $at }: more than { $hours } hours ago
doctor-backup-set = set backup_recipients, then make a backup each night: onestop backup make --out FILE (deploy/RUNBOOKS.md)
doctor-backup-store = copy in the object store
doctor-backup-store-copy = onestop backup store FILE copies the last backup, and says what stands against it
doctor-backup-store-mend = mend that setting or that file; then: onestop backup store FILE
doctor-broker = broker
doctor-broker-missing = run onestop up, or say where it is with --nats
doctor-broker-old = install 2.9 or newer
doctor-broker-other-instance = this key is none of the instance { $instance }: the broker lets it hear no answer
doctor-broker-name-instance = say with --instance whose key it is (of a key in the folder site-NAME: --instance NAME), or name a key of this instance
doctor-broker-sign-in = name a key that the broker knows: --nats-key keys/desk.nk (onestop keys init made it)
doctor-clock = clock
doctor-clock-ahead = its newest event is in the future, seconds:
doctor-clock-differs = its clock differs from this machine's, seconds:
doctor-clock-set = set the clock (chrony or ntp)
doctor-comparison = copies of
doctor-comparison-agrees = agree, root
doctor-comparison-differs = keep both logs as they are (onestop log export), and compare them from that position on; a journal whose folder is moved away reads every event anew
doctor-cosigned = { $count } logs, the newest at { $at }
doctor-cosigning = cosigned checkpoints
doctor-cosigning-refused = keep that log and the journal as they are; onestop verify names the first checkpoint that does not fit; find out who could write there
doctor-cosigning-start = start the service, or give the journal's folder room and the right to write; it is tried again every minute
doctor-directory = directory
doctor-directory-behind = it does not hear the registry and decides by what was before: look at its log and at its permissions (onestop keys init)
doctor-directory-heard = changes of the registry heard
doctor-directory-same = give every service the same folder (setting 'directory'), and start it again
doctor-disk = disk
doctor-disk-free = free
doctor-certificate = certificate
doctor-certificate-not-read = it cannot be read
doctor-certificate-renew = write the new one and its key over the old files (deploy/RUNBOOKS.md, a certificate expires)
doctor-certificate-until = valid until { $at }
doctor-disk-full = make room, or move the data to a larger disk
doctor-disk-missing = run onestop up first, or say where the data is with --data
doctor-key-put-back = put it back from a backup
doctor-not-cosigned = not cosigned since { $since }: { $why }
doctor-readings = personal data opened
doctor-readings-usual = no member of staff opened more than usual in seven days
doctor-readings-unusual = times more than usual
doctor-readings-look = let the supervisor look into it: onestop audit staff STAFF lists what they saw
doctor-site-files = files of sites
doctor-site-files-counted = { $stored } stored, { $mebibytes } MiB; { $unnamed } that no site has, { $missing } missing, { $coming } still coming in
doctor-site-files-missing = put the registry's folder evidence/ back from a backup
doctor-site-files-unnamed = withdrawn ones the registry deletes within an hour; the others it keeps for seven days, or for good where its log is younger than they are: compare with a backup before you delete those
doctor-site-files-unreadable = let the registry run: it makes the index of its files anew
doctor-junk = messages skipped that no service wrote, the last on
doctor-junk-find = find out who may publish there: onestop keys init gives each key its subjects only
doctor-lease = the process that decides for
doctor-lease-term = under term
doctor-standby = the standby of
doctor-standby-absent = none keeps up: what is confirmed is kept once only
doctor-standby-start = Look at the machine of the standby, and start 'onestop standby' there (deploy/RECOVERY.md). Where there is to be none, set 'standby' to none
doctor-workbench-standby = a standby follows, { $behind } changes behind
doctor-standby-here = the standby on this machine of
doctor-standby-stopped = it does not run; it said something last on
doctor-standby-refused = Do what it says; the standby tries again by itself (deploy/RECOVERY.md, the part on standbys)
doctor-standby-restart = Start 'onestop standby' here. If there is to be none any more, remove standby.json from the service's folder
doctor-lease-unsure = it takes no command until it is sure. Look whether onestop provision and the broker run, and whether the service was started in two places (deploy/RECOVERY.md)
doctor-refused = events not believed, the last on
doctor-refused-division = if the site's division is wrong: onestop keys init --site NAME=DIVISION; if not, its key is in other hands: onestop keys revoke service/intake/NAME
doctor-refused-enrol = if it is one of yours: onestop keys init --site NAME=DIVISION enrols it; if not, find out whose key publishes there, and change that key
doctor-refused-revoke = find out whose key publishes there; onestop keys revoke ends what it signs
doctor-refused-upgrade = nothing is lost: the log of the source was read instead. Upgrade that instance; if it is of this version, another program publishes with its link
doctor-ledger-failing = see in the journal's log why: is the disk full, may the file be written
doctor-erasures = list of erasures
doctor-erasures-signed = { $count } cases, each signed by this intake
doctor-erasures-unsigned = { $count } lines that this intake has not signed, and for which nothing is erased: { $cases }
doctor-erasures-unsigned-next = let intake run: what it has erased it enters again, signed. Of a case that no person here has had erased, ask whoever runs that node; old lines and those of revoked keys stay
doctor-erasures-unreadable = ask whoever runs that node; name the roster of issuers with --issuers, or the key beside it with --key
doctor-master-key = master key
doctor-master-key-missing = put its copy back; without it personal data cannot be read
doctor-parked = parked
doctor-parked-cases = cases with an event that could not be processed
doctor-parked-held-back = cases with more parked events than are listed:
doctor-parked-newer = cases with an event that is newer than the service:
doctor-parked-upgrade = upgrade the service; it takes them by itself then
doctor-public-key-missing = its public part is missing
doctor-readable = others can read it
doctor-restart-service = restart the service
doctor-service = service
doctor-service-key = name the right key, and the instance of its owner; where both are right, the broker's configuration is older: onestop keys init
doctor-service-missing = start it; its log says why it stopped, if it ran
doctor-service-runs = it runs: its log and its /readyz say why it does not answer this
doctor-service-silent = it runs and does not answer in time: look at its log, the disk and the processor of its machine
doctor-signing-key = signing key
doctor-signing-key-missing = put it back from a backup; without it the log cannot be signed
doctor-source-behind = events behind
doctor-source-far-behind = look again later; if it does not fall, see the service's log
doctor-source-set-aside = its history differs from the one processed: compare the two, then decide with onestop source follow
doctor-source-silent = no answer since
doctor-source-start = start that source, or see to its link; its events wait, none is lost
doctor-unready = not ready:
doctor-unready-log = Its disk failed, and its log is closed: look at the disk, then start it again. Where data is damaged, see deploy/RECOVERY.md
doctor-unready-wait = Wait: it will be done by itself
doctor-unready-broker = Look at the broker and its configuration (onestop keys init, onestop provision), and at the settings key and instance
doctor-unready-withheld = No case can be opened and no person be read. Name the list of erasures with the setting erasure_list; where there is none, stop intake, then: onestop backup erasures (see deploy/RECOVERY.md)
doctor-unready-disk = Make room on the disk: it takes commands again by itself
doctor-unready-other = Read its log. If it has stopped, start it again
doctor-subscribers = what is known of the log of
doctor-subscribers-ask = start it, or see to its link: it is asked again by itself. If the broker refuses, its configuration is older: onestop keys init
doctor-subscribers-contradict = it takes no command. Stop it, and put the newest copy of its data folder back; if that is lost: onestop restore SERVICE, from what others have heard (deploy/RECOVERY.md). Then start it again
doctor-subscribers-unasked = could not be asked:
doctor-workbench-missing = run onestop up or onestop-gateway; its log says why it stopped, if it ran
doctor-workbench-unready = it runs: mend what it waits for, and it goes on by itself
doctor-witness = outside witness
doctor-witness-mount = mount its disk again and let the journal write there; if its file was altered, put it aside with its date and keep it: a new one is begun

## data

data-in-use = { $path } is in use by another process. That process was left as it is. Stop it first, or name another folder with --data
data-in-use-by = { $path } is in use by process { $process }. That process was left as it is. Stop it first, or name another folder with --data

## done

done = done
done-before = { " (done before)" }

## due

due-day = due on { $day }, until { $at } ({ $certainty })
due-skipped = days that do not count:

## found

found-more = there are more: narrow it down
found-none = nothing was found

## keys

keys-next = next
keys-sites-restart = for a new site: start the hub's nats-server again, then onestop provision, which reads the sites when it starts

## ledger

figure-total = The figure is { $times }, in { $cases } cases.
figure-unseen = { $unseen } of them were opened and worked on elsewhere; they are not listed.
ledger-rebuilding = ledger
ledger-rebuilt = ledger rebuilt, events:

## limit

limit-coming = not yet in force
limit-replaced = replaced by a stricter rule, or by one recorded later
limit-due = begun on { $on }: due { $day } ({ $certainty })
limit-everywhere = everywhere
limit-extension = can be extended by { $days } days, { $times } time(s): { $approver }
limit-former = no longer in force; cases begun under it keep it
limit-line = standards.toml, line { $line }
limit-recorded = recorded in the registry
limit-none = no limit in force that day
limit-pauses = pauses while { $reasons }
limit-pauses-left-out = it pauses while { $reasons }; the one in force does not. If that is not meant, add 'pauses' to it
limit-promise = a published local promise
limit-basis = { $basis } ({ $status })
limit-statute = set by law
limit-unconfirmed = not confirmed yet
limit-wider = of a wider place, made stricter here

## log

log-exported = backed up:
log-repair-cursors = The cursors were not kept: each source is read again, and what was processed is not processed twice.
log-repair-epoch = new epoch
log-repair-kept = events kept:
log-repair-lost = lost:
log-repair-moved = the previous files are in
log-repair-reason = why
log-repairing = is being read
log-restored = restored into
log-restored-events = events, new epoch

## master

master-key-made = keep a copy apart from the backups; name it in the settings as master_key_file
master-key-rotated = keys rewrapped
master-key-rotated-next = copy the new master key, and make a backup now. Keep the old one apart from the backups as long as you keep one of before: without it, the personal data in those cannot be read. Destroy both together
issuer-rotated-next = start the program anew with this key, then say: onestop keys revoke … --which former
issuer-revoked = key(s) revoked: nothing that they sign counts any more

## matter

matter-clock = { $step }: due on { $day } ({ $certainty }), { $days } { $kind }, { $basis }
matter-clock-over = { $days } day(s) over
matter-clock-paused = paused since { $since }
matter-critical-date = critical date, { $kind }: until { $day } ({ $certainty }), { $basis }, { $left } day(s) left
matter-critical-date-over = { $days } day(s) past and open
matter-day = { $day } ({ $certainty })
matter-possible = possible now
matter-possible-late = too late by now, and taken with the moment at which it was done in time (--happened-at)

## not-cosigned

not-cosigned-not-signed = its checkpoint is not signed by its key
not-cosigned-other-key = it is signed by another key than before
not-cosigned-other-past = the first { $size } records are not those that were known: its past was rewritten
not-cosigned-shorter = it has fewer than the { $size } records that were known

## parked

parked-behind = behind an earlier event
parked-gone = its source no longer has it
parked-held-back = and those after it: the list is full, they wait too, and are read again from there
parked-skip-requested = another supervisor is asked to skip the first
parked-more = more cases
parked-newer = newer than the service: it is taken once the service is upgraded
parked-none = Nothing is parked.

## proof

proof-events = events proven
proof-events-of = events of
proof-events-unit = { "" }
proof-invalid = NOT PROVEN
proof-valid = ✓ proven
proof-written = written:

## provision

provision-done = consumers provided

## query

query-code = query code, for the receipt

## readings

audit-none = nothing is recorded
audit-changed = changed
audit-saw = saw
audit-unproven = no signature (a rule of the system, or a record of before)
audit-found-nothing = no case was found
audit-among = cases found by the same search
audit-alarms-none = no member of staff opened more than usual
audit-exported = { $records } records exported. The next export begins with --since { $next }
readings-custody = its own unit
readings-none = no access is recorded
erasures-none = no request for an erasure waits for a second person
erasures-more = there are more: they follow when these are decided

## reassign

reassign-done = reassigned
reassign-resume = go on later with the same key
reassign-total = reassigned

## reconcile

reconcile-agrees = every service has what the others heard of it
reconcile-aside = { $by } has set { $of } aside: its history is another than the one that was heard
reconcile-ask = Mend it? [y/N]
reconcile-behind = { $by } has not heard { $missing } events of { $of } yet
reconcile-differs = { $of } and { $by } have different histories: another event stands at position { $position }
reconcile-do-decide = Look which history is right (onestop source list). The log that was written on by itself is moved away, then: onestop restore { $service } (deploy/RECOVERY.md)
reconcile-do-follow = onestop source follow-everywhere { $of } --why … --by supervisor/…, or onestop reconcile --mend --why … --by …
reconcile-do-nothing = It hears them by itself, while both run
reconcile-do-refill = onestop restore { $service }, or onestop reconcile --mend; then start it
reconcile-do-restore = onestop restore { $service } --backup FILE --identity FILE: keys of persons and files of cases are in no event. Without a backup: onestop restore { $service }. Then start it
reconcile-do-stop = Stop { $service }, then: onestop restore { $service }; then start it again
reconcile-lacks = { $of } has { $count } events, { $by } has heard { $known } of it
reconcile-lost = { $of } has no log here and does not answer; { $by } has heard { $known } events of it
reconcile-older = { $of } is a copy from before: { $by } follows a later one
reconcile-say-yes = Nothing was mended: there is no terminal to ask at. Say --yes

## refill

refill-complete = nothing to add: the log in { $place } holds all that was found ({ $events } events). It was left as it is
refill-done = built again in { $place }: { $events } events, { $added } of them from what others heard. New epoch { $epoch }
refill-follow = Those that had heard more set it aside until a supervisor decides: onestop source follow-everywhere { $source } --why … --by supervisor/…
refill-keys = Persons' keys are missing for { $missing } of { $cases } cases: their personal data cannot be read. Keys are in no event: they come only from a backup of this node (--onto) with the master key. Files of cases likewise
refill-lost = Given up, as you said: positions { $first } to { $end }
refill-not-asked = { $by } could not be asked what it has heard
refill-signing-key = Its signing key is gone and is made anew at the start: give its new signing.pub to those who check proofs, or put the old signing.key and signing.pub back first
refill-start = Now start { $service }, then look: onestop doctor, onestop source list

## refused

refused = refused

## replay

replay-attention = ATTENTION: step
replay-attention-step = { "" }
replay-by = by
replay-case = Case
replay-clock = clock
replay-custody = custody
replay-due = due
replay-facts-separator = { ": " }
replay-past = (a moment in the past, not now)
replay-nothing-yet = Nothing was recorded by then
replay-no-such-step = There is no step { $step }: the case has { $steps } by then
replay-paused = paused
replay-unbroken = The custody chain is unbroken and every step has its cause.

## restore

standby-follows = Follows { $service } onto { $place }. It starts the service here when its lease runs out. Logging goes to standard error
standby-no-key = { $file } is missing. Copy it, with { $public }, from the folder of { $service } on the machine where it runs, by a way that no other user can read. Proofs of its log are checked with that key
standby-no-service = There is no service named { $name }. 'onestop standby --help' shows an example
standby-seeking = it looks for its leader, which has not answered yet
standby-catching-up = it catches up with its leader (term { $term }): { $behind } to go. Until then, what the leader confirms is kept once only
standby-catching-up-do = Wait until it has caught up. If that takes long, look at the link between the two machines and at the disk here
standby-following = it follows its leader (term { $term }), { $behind } behind. It takes over when the leader's lease runs out
standby-silent = its leader does not answer. It has { $held }, watches the lease, and takes over when that runs out
standby-silent-do = Look whether the leader runs, and whether both machines reach the broker. If the leader is gone, wait until its lease runs out
standby-withheld = its leader is gone, and it does not take over: it has { $held }, and may lack what the leader confirmed ({ $missing } that are known of)
standby-withheld-do = If the leader's disk can be used, start the service there. If it cannot, start the standby here again with --incomplete (deploy/RECOVERY.md)
standby-at-site = A site's service goes on while its link is down, so no standby may take over from it. Make backups of it instead
standby-no-copy = There is no copy in { $place } with which to take over. Without --incomplete, one is begun and follows the leader
standby-not-proven = { $service } does not take this key. Start the standby with the service's own .nk and its .issuer beside it, and look whether 'issuers.json' at the leader has that key
standby-differs = The copy in { $place } is none of the log of { $service }: { $why }. Keep it until it is clear which of the two is right; then follow into an empty folder
standby-other-key = { $service } signs its log with another key than the one in this folder. Copy signing.key and signing.pub from its folder to this one, by a way that no other user can read
standby-other-sealing-key = { $service } seals with another key than { $file }. Copy that file from its folder to this one, by a way that no other user can read
standby-no-master-key = Intake's standby needs the master key, and { $file } on this machine has none. Copy it there from where you keep it, by a way that no other user can read: it is never sent
standby-other-master-key = The leader protects the keys of persons with another master key than the one on this machine. Put the same one here; where it was changed there, stop the standby and change it here too: onestop keys rotate-master --new FILE
standby-master-key-changing = A change of the master key was begun in { $place } and not finished. Run it again with the same keys: onestop keys rotate-master
standby-other-keys = The keys in { $place } are those of another intake. Move that folder away, and start the standby again
standby-unusable = { $place } cannot be used ({ $why }). Look whether the user who runs the standby may read and write it, and whether its disk has room
standby-no-sealing-key = { $file } is missing. Copy it from the gateway's folder on the machine where { $service } runs, by a way that no other user can read. Drafts and second factors are sealed with it, and it is never sent
switch-late = { $service } was stopped under term { $term }, and its standby has not started it within a minute. See the standby's log. If the standby is gone, start the service where it was
switched = { $service } was handed over: its standby decides under term { $term }, { $took } ms after it was asked
restore-alone = restored in { $place }. Now start { $service }: it hears by itself what came after the backup
restore-set-aside = The log that is there cannot be continued ({ $why }): the backup is, and the log stays beside it

## similar

similar-found = ! perhaps a duplicate; one can be merged (onestop case merge)

## site

site-closed = closed
site-host = { ", in the " }
site-languages = { "languages: Chinese, " }
site-sample = a sample: its data is to be confirmed
site-since = since { $day }

## source

source-behind = behind
source-followed = follow from now on
source-former = an earlier history
source-not-asked = could not be asked
source-refused = nothing more of it is taken in since
source-rate = events/s
source-set-aside = set aside, since
source-silent = does not answer, since

## staff

staff-import = adding accounts
staff-new = new accounts
staff-passwords = the one-time passwords are in this file; give them out, then remove it
staff-disabled = { " (disabled)" }
staff-one-time-password = one-time password
staff-changed = the account is changed
staff-set = the account is set

## track

track-expected = expected by
track-holder = with

## unit

unit-capacity = holds at most { $most }
unit-outside = another body: { $text }

## up

up-ready = Onestop is ready

## verify

verify-checkpoints = signed checkpoints
verify-cosigned = cosigned
verify-cosigned-differs = its past was rewritten: the first { $size } records are not those that were cosigned at { $at } ({ $file }). Keep the log as it is, and find out who could write there
verify-cosigned-shorter = it was cut: it has { $events } records, and { $size } were cosigned at { $at } ({ $file }). Keep the log as it is; a restored one is cosigned again once its new history is followed (onestop source list)
verify-contradicted = ROLLED BACK, COPIED OR REWRITTEN
verify-damaged = NOT AS WRITTEN
verify-unavailable = could not be read now; nothing is known of it
verify-intact = ✓ unaltered
verify-running = is reading its log again

## worklist

worklist-empty = Nothing to do.
worklist-until = by
worklist-urgent = { "[urgent] " }

## usage

usage-wrong = The command was not carried out. Correct this:
usage-argument = { $argument }:{" "}
usage-help = Usage and examples: { $command }
arguments-unheeded = Nothing was done. { $arguments } describe one act, and would have no effect here: what this command does is recorded as it happens. Leave them out
late-arguments = Nothing was done. A late entry is described, so give { $missing } too
late-data-not-json = { $path } is no JSON. Take what the refusal has under details.data
late-data-other = What is in { $path } has another hash than --content: it is not what they enter. Ask them for both again
late-content = The hash of what is entered: { $content }. The approver gives it to onestop approve-late-entry as --content
by-missing = say who acts with --by, such as --by clerk/zhang-li@530821101, or set ONESTOP_AS
by-without-unit = '{ $by }' does not say for which unit, such as clerk/zhang-li@530821101

## failures

address-does-not-answer = { $address } does not answer
audit-journal-restored = the journal was restored, and numbers its events anew. Say --since with a moment
audit-not-written = cannot write the export
backup-accounts-not-copied = cannot copy the accounts of staff
backup-altered = { $path } was altered or is cut short. Take another copy of it
backup-earlier-stay = the backup is made; earlier ones in { $folder } cannot be deleted. Delete them yourself
backup-encrypted = { $path } is encrypted. Name the file of the identity that opens it: --identity FILE
backup-increment-not-put = cannot put the increment { $path } onto the whole backup: is the disk full?
backup-is-increment = { $path } is an increment of the backup of { $made }. Name that one, and add --increment { $path }
backup-no-backup = { $path } is no backup of a node, or was altered
backup-no-identity = { $path } holds no identity: a line of it begins with AGE-SECRET-KEY-1
backup-no-logs = there are no logs under { $data }. Mend --data, and run this where the data is
backup-no-recipient = no. { $number } in backup_recipients is no recipient: { $problem }. It begins with age1
backup-no-whole = no whole backup of this data folder is known. Make one first, without --increment
backup-not-copied = cannot copy { $path } into the backup
backup-not-encrypted = { $path } is no encrypted backup: it is kept on this machine. 'onestop backup make' makes one
backup-not-noted = the backup is made; that it is cannot be noted for the metrics
backup-not-restored = the node in { $data } was not made from a backup: there is nothing to ask
backup-not-whole = { $path } is not whole: it was altered or is cut short. Take another copy of it
backup-not-written = cannot write the backup
backup-other-format = { $path } is written as '{ $format }', this program reads '{ $ours }'. Use the program that wrote it
backup-other-identity = { $identity } does not open { $path }: it is encrypted to another recipient, or its head was altered
backup-other-log = it is not the one that the file speaks of. Take another backup
backup-other-whole = { $path } is no increment of that backup. See of which it is: onestop backup show { $path }
backup-restored-not-noted = cannot write that the node was restored
backup-strange-file = { $path } holds '{ $name }', which no backup does
backup-too-busy = the services are too busy for copies that fit each other. Try again later, or stop them and add --offline
backup-which-file = name the file with --out, or a folder with --into
backup-which-list = name the list with --erasure-list FILE; if there is none, say --no-erasure-list
backup-whole-not-noted = the backup is made; { $path } cannot be written. Mend that and make a whole backup again before an increment
backup-whole-not-read = { $path } does not read. Make a whole backup
backup-without-recipient = no backup is made without a recipient: it would hold keys in the clear. Make a pair with 'onestop keys backup-recipient --out FILE', set backup_recipients to what it prints, and keep the file off this machine
backup-without-service = { $path } holds no log of { $service }
broker-address-in-use = { $address } is in use by another program. Take another with --port
broker-certificate-not-read = cannot read { $path } (setting '{ $setting }')
broker-does-not-listen = the broker does not listen
broker-ended = the broker ended at once ({ $status }); see { $path }
broker-key-not-read = cannot read the key { $path } (setting 'key'). Make one with 'onestop keys init'
broker-no-address = '{ $url }' is not the address of a broker: nats://HOST:PORT is wanted, several with commas between (setting 'nats')
broker-not-installed = there is no nats-server. On Debian: apt-get install nats-server; or set NATS_SERVER_BIN
broker-not-reached = cannot use the broker at { $url }. Is it running, and is the setting 'nats' right?
broker-sign-in = the broker at { $url } does not let us in. Name a key that its configuration knows: setting 'key', or --nats-key, such as keys/desk.nk of 'onestop keys init'
cannot-make = cannot make { $path }
cannot-read = cannot read { $path }
cannot-replace = cannot replace { $path }
cannot-start = cannot start { $path }
cannot-use = cannot use { $path }
cannot-write = cannot write { $path }
cannot-write-in = cannot write in { $path }
cosigner-not-there = the public key of the journal is not in { $path }. Name it with --cosigner
export-no-log = '{ $text }' names no log
export-no-number = '{ $part }' in '{ $text }' is no number
file-no-file = { $path } is a folder, a device or a pipe and no file, and is not read
file-no-text = { $path } is no text
file-not-made = cannot make { $path }; is it there already?
file-not-there = { $path } is not there
file-other = what came is not the file { $hash }. Nothing was written
file-there = { $path } is already there. Choose another name
file-too-long = { $path } has more than { $longest } bytes, and is not read
folder-not-empty = { $path } is not empty. Move it away, or name another folder with --data
follow-none = no service has set { $source } aside. See 'onestop source list'
follow-refused = refused by { $services }
follow-which = { $source } was set aside with { $epochs }: say which with --epoch
healthcheck-which-address = which address? Say --http HOST:PORT, as the service has it
io-denied = this user may not do that with it
io-exists = it is there already
io-full = the disk is full
io-not-found = there is no such file or folder
key-not-usable = cannot use the key in { $given }
keys-certificate-and-key = a server's certificate needs its key: say both --server-cert and --server-key
keys-cluster-tls = several servers speak TLS with each other: say --cluster-ca, and --server-cert with --server-key or --cluster-cert with --cluster-key
keys-leaf-certificate = the broker wants certificates (--client-ca), of sites too: say both --leaf-cert and --leaf-key, as they lie at the sites
keys-leaf-listen = where do the sites connect? Say --leaf-listen ADDRESS, such as 0.0.0.0:7422
keys-no-key = { $path } is no key
keys-no-password = no randomness for a password
keys-no-randomness = no randomness for a key
keys-no-roster = { $path } is no roster
keys-no-such-key = { $issuer } has no such key
keys-not-enrolled = { $issuer } is not enrolled
keys-not-made = cannot make a key
keys-not-of-issuer = { $path } is no key of { $issuer }
keys-operator-name = '{ $name }' is the operator of a node: a person needs another name
keys-remembered-not-read = { $path } does not read. Mend it, or say everything again with --forget
keys-unencrypted = { $address } is reached over the network, and nothing would encrypt what goes there, passwords of sites among it. Say --server-cert and --server-key; or --insecure, if a tunnel or a network of its own does
ledger-no-journal = there is no journal under { $data }. Mend --data
ledger-not-whole = after { $seconds } s the lists are not whole yet: they go on by themselves; see the log of the journal
ledger-not-written = the ledger cannot be written. See in the journal's log why, then mend it: it is tried again
log-in = the log in { $path }
log-not-read = the log of { $service } cannot be read
log-not-there = there is no log in { $path }. Mend --data
log-not-told = { $service } did not say what its log holds
log-of-service-in = the log of { $service } in { $path }
log-position-gone = { $service } no longer has position { $first }
log-which-service = { $service } has no log. Those that have: { $services }
parked-nothing = { $service } has parked nothing of { $case }
proof-no-event = no log has an event of { $case }
refill-nothing = there is no event of { $own }
refill-other-instances = there is no event of { $own }, but of { $names }: say which with --instance
refill-differs-base = two histories: the log that is to be continued differs from position { $position } on, where it has { $found }, and the log that would be built has { $built }
refill-differs-twin = two histories: another process with the same log differs from position { $position } on, where it has { $found }, and the log that would be built has { $built }
refill-differs-subscriber = two histories: { $by } differs from position { $position } on, where it has { $found }, and the log that would be built has { $built }
refill-gap = positions { $first } to { $last } are missing: none of what was read has them, and { $end } is the last position of which is known. Look for them elsewhere (--from, --onto). To give up everything from position { $first } on: --lose-from { $first }
refill-lost-other = events are missing from position { $first } on, not { $position }: say --lose-from { $first } to give them up
refill-lost-none = no event is missing at position { $position }: leave --lose-from out
refill-journal = the journal's events
refill-journal-restored = the journal was restored meanwhile. Try again
refill-kept-not-read = cannot read the events that were kept meanwhile
refill-log-there = there is a log in { $path }. Move it away to go on from the backup, or leave --onto out to go on from that log
refill-no-envelope = there is no envelope { $place }
refill-no-position = position { $position } is not there
refill-nobody-hears = no service hears the log of { $service }: it comes back from a backup, or, of the journal, from the logs of all others when it starts on an empty folder; what it had known when is lost then
refill-not-continued = the log in { $path } cannot be continued. Move it away, or see 'onestop log repair'
refill-not-kept = cannot keep the events meanwhile: is the disk full?
refill-not-put = cannot put the log in its place, { $path }
refill-not-verified = the log that was built does not verify
refill-subscriber-not-asked = { $by } cannot be asked what it has heard. Start it, or go on without: --despite { $service }
registry-newer = the registry is newer than this program
restore-log-there = there is a log in { $path }. If it does not open, see 'onestop log repair', or move it away and say this again
restore-nobody-hears = no service hears the log of { $service }: it comes back from a backup (--backup FILE). Without one, start it on an empty folder: it hears everything anew; what it had known when is lost then
service-asking-refused = the broker does not let this key ask { $service } that. Name a key that may (--nats-key); at a site, ask about the hub's logs at the hub
service-hearing-refused = the broker does not let this key hear the answer of { $service }: it is the key of another program or instance. Say whose it is (of a key in the folder site-NAME: --instance NAME), or name another
service-no-answer = { $service } does not answer. Is it running? Asking again with the same key is safe
service-other-version = { $service } gave an answer that is not of the contract. Do the versions fit?
service-runs = { $own } answers: it runs somewhere. Stop it first, and start it only here
service-without-log = { $service } has no log
settings-no-file = the settings file { $path } does not exist. Mend --config or ONESTOP_CONFIG
settings-unreadable = the settings file { $path } cannot be read: { $reason }. Name a text file with --config or ONESTOP_CONFIG
short-code = Telephone code
source-not-heard = { $service } has not heard everything within { $limit }
staff-password-files = there are { $most } files of passwords beside { $path }. Remove those that were given out
store-altered = '{ $name }' in { $place } was altered: its SHA-256 is { $sha256 }, and it was stored with { $wanted }. Nothing is kept of it; fetch another backup
store-answer-not-read = the object store's answer cannot be read
store-answered = the object store answered { $answer }
store-clock = the object store finds this machine's clock wrong. Mend the clock
store-cut = the link to the object store was cut, and it cannot go on where it was. Fetch it again
store-key-not-read = cannot read the access key of the object store, { $path }
store-key-open = other users can read the access key of the object store: chmod 600 { $path }
store-list-not-read = the object store's list cannot be read
store-names-no-bucket = '{ $named }' names no bucket of an object store. Set backup_store to s3://BUCKET/PREFIX
store-needs-key = the object store needs an access key. Set backup_store_key_file, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment
store-no-address = '{ $endpoint }' is no address of an object store. Set backup_store_endpoint to https://HOST
store-no-bucket = the object store has no such bucket. Make it, or mend backup_store
store-no-client = the HTTP client of the object store cannot be made
store-no-key = { $path } holds no access key: a line aws_access_key_id = …, and one aws_secret_access_key = …
store-no-name = '{ $name }' is no name of a backup in the object store
store-no-such-backup = { $place } has no '{ $name }'. See what it has: onestop backup list
store-no-tag = the object store's answer has no tag of the part
store-no-time = the object store does not say since when it has '{ $name }'
store-not-as-sent = { $place } does not hold '{ $name }' as it was sent. Copy it once more: onestop backup store { $path }
store-not-joined = the object store did not put the parts together
store-not-noted = the copy is stored; that it is cannot be noted for the metrics
store-not-reached = the object store cannot be reached ({ $problem }). Look at the network, and at backup_store_endpoint
store-not-set = no object store is set. Set backup_store to s3://BUCKET/PREFIX
store-other-file = { $place } has another file named '{ $name }', which is not overwritten. Give the backup another name
store-other-region = the bucket is in another region. Mend backup_store_region
store-refuses-key = the object store refuses the access key ({ $answer }). Mend backup_store_key_file, or what that key may do in the bucket
store-sends-less = the object store sends less than it said
store-sends-more = the object store sends more than it said
store-too-many-parts = the backup has too many parts
store-too-much = { $place } holds too much to be listed. Give backups a prefix of their own in backup_store
store-without-hash = '{ $name }' in { $place } has no SHA-256 with it: 'onestop backup' did not store it, so it cannot be checked
system-number = System number
tail-no-event = not an event: { $error }
tail-refused = the broker does not let this key listen to { $subject }. Name a key that may (--nats-key), and say whose it is (of a key in the folder site-NAME: --instance NAME)
tail-no-subject = cannot listen on that subject
the-broker = the broker
the-province = the whole province
track-which-number = '{ $named }' is not the number or the short code on the receipt, such as s4k2m9qxa-261123-001
up-not-all-answer = the services do not all answer
up-standby = setting 'standby' is for services that run as processes of their own: 'onestop up' is one machine with its own broker
verify-no-logs = there are no logs under { $data }. Mend --data
wait-not-happened = '{ $event }' did not happen within { $seconds } s. See 'onestop replay { $case }'
which-case = which case?
which-service = which service?
