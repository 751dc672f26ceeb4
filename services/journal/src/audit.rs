//! What an auditor asks: who, proven by which key, saw or changed what of a case; what a member of staff saw; and who read
//! more than usual.

use onestop_chassis::{
    Failure,
    store::{Store, StoreError},
};
use onestop_eventlog::Direction;
use onestop_proto::{
    contract,
    envelope::Envelope,
    ids::CaseId,
    personal::{
        AuditedAct, CaseAudit, Event, ReadingAlarm, ReadingAlarms, SeenData, StaffAudit,
        StaffAuditQuery,
    },
    text::Words,
};

use crate::{
    domain::{CASES, Entry},
    replay_readings::stream,
};

/// Acts in one answer: fits into NATS's default payload of 1 MiB.
const MOST_ACTS: usize = 200;
/// Alarms in one answer.
const MOST_ALARMS: usize = 100;

/// Who saw or changed what of a case: what was heard of it, and what the journal itself showed, in the order of time.
pub(crate) fn of_case(
    store: &Store,
    case: CaseId,
    entries: Vec<Entry>,
    from: Option<u32>,
) -> Result<CaseAudit, Failure> {
    let mut events: Vec<Envelope> = entries.into_iter().map(|entry| entry.event).collect();
    events.extend(store.history(&stream(case))?);
    events.sort_by_key(|event| (event.recordedtime, event.id));
    let from = from.unwrap_or(0);
    let begin = usize::try_from(from).unwrap_or(usize::MAX);
    let acts = events.iter().skip(begin).take(MOST_ACTS);
    let acts: Vec<AuditedAct> = acts.filter_map(act).collect();
    let end = begin.saturating_add(MOST_ACTS);
    let next = (end < events.len()).then(|| u32::try_from(end).ok());
    Ok(CaseAudit {
        case,
        acts,
        next: next.flatten(),
    })
}

/// What a member of staff read, from the places of the records.
pub(crate) fn of_staff(
    store: &Store,
    query: StaffAuditQuery,
    positions: &[u64],
) -> Result<StaffAudit, Failure> {
    let events = positions.iter().map(|position| event_at(store, *position));
    let events: Vec<Envelope> = events
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let is_whole = positions.len() < MOST_ACTS;
    Ok(StaffAudit {
        staff: query.staff,
        acts: events.iter().filter_map(act).collect(),
        next: positions.last().copied().filter(|_| !is_whole),
    })
}

/// How many records are looked for.
pub(crate) const fn most_acts() -> usize {
    MOST_ACTS
}

/// How many alarms are looked for.
pub(crate) const fn most_alarms() -> usize {
    MOST_ALARMS
}

/// Who read more than usual, from the places of the records.
pub(crate) fn alarms(store: &Store, positions: &[u64]) -> Result<ReadingAlarms, Failure> {
    let mut alarms = Vec::new();
    for position in positions {
        let Some(event) = event_at(store, *position)? else {
            continue;
        };
        if let Ok(Some(Event::VolumeExceeded(exceeded))) = event.raw().parse_if() {
            alarms.push(ReadingAlarm {
                at: event.time,
                by: event.actor,
                exceeded,
            });
        }
    }
    Ok(ReadingAlarms { alarms })
}

fn event_at(store: &Store, position: u64) -> Result<Option<Envelope>, Failure> {
    let records = store.log().read_all(position, Direction::Forward, 1);
    let records = records.map_err(StoreError::from)?;
    let Some(record) = records.first() else {
        return Ok(None);
    };
    if record.stream.as_str().starts_with(CASES) {
        let entry: Entry = serde_json::from_slice(&record.payload)
            .map_err(|source| StoreError::Decode { position, source })?;
        return Ok(Some(entry.event));
    }
    Ok(Some(store.envelope(record)?))
}

/// What an auditor sees of an event; nothing of one without a place.
fn act(event: &Envelope) -> Option<AuditedAct> {
    let seen = match event.raw().parse_if::<Event>() {
        Ok(Some(Event::PersonalDataAccessed(opened))) => Some(SeenData {
            kinds: opened.kinds,
            way: opened.way,
            reason: opened.reason,
            file: opened.file,
            among: opened.among,
            search: opened.search,
        }),
        Ok(Some(Event::VolumeExceeded(_)) | None) | Err(_) => None,
    };
    let title = contract::title(&event.event_type);
    let untitled = || Words::untranslated(&event.event_type);
    Some(AuditedAct {
        case: event.subject,
        at: event.time,
        by: event.actor.clone(),
        issuer: event.issuer.clone(),
        token: event.tokenid,
        title: title.map_or_else(untitled, Words::from),
        seen,
        recorded: event.place()?,
    })
}
