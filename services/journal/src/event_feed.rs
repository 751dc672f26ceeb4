//! `qry.journal.events`: events in the order in which the journal received them, for programs that follow them.
//! Each caller sees its own jurisdiction.

use std::sync::Arc;

use onestop_chassis::{
    Failure,
    store::{Store, StoreError},
};
use onestop_directory::Directory;
use onestop_eventlog::{Direction, Record};
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    envelope::Envelope,
    feed::{EventsPage, EventsQuery, FeedEvent, LIMIT},
    ids::UnitId,
};

use crate::domain::{CASES, Entry, is_reading};

/// Entries examined for one answer: a caller that looks for rare events asks again.
const MOST_EXAMINED: usize = 2_000;
/// Entries read at a time.
const PAGE: usize = 256;
/// Bytes of one answer: fits into NATS's default payload of 1 MiB.
const BYTES: usize = 800_000;

/// The events that a caller may see.
enum Jurisdiction {
    /// All: the operator, who asks without an actor.
    All,
    Of(UnitId),
    Within(DivisionCode),
    /// None: a supervisor of a unit that the directory does not know, or of a body outside the bureau.
    Nothing,
}

impl Jurisdiction {
    fn of(actor: Option<Actor>, directory: &Directory) -> Self {
        let Some(actor) = actor else {
            return Self::All;
        };
        match actor.role {
            Role::Supervisor | Role::Auditor => {
                let overseen = directory.overseen_by(&actor.unit);
                overseen.map_or(Self::Nothing, Self::Within)
            }
            Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => {
                Self::Of(actor.unit)
            }
        }
    }

    fn includes(&self, event: &Envelope, directory: &Directory) -> bool {
        match self {
            Self::All => true,
            Self::Of(unit) => event.unit == *unit || event.actor.unit == *unit,
            Self::Within(division) => {
                let present = directory.present_division(event.division);
                division.contains(present)
            }
            Self::Nothing => false,
        }
    }
}

/// Answers the question, on a blocking thread.
pub(crate) async fn answer(
    store: &Store,
    directory: Arc<Directory>,
    actor: Option<Actor>,
    query: EventsQuery,
) -> Result<EventsPage, Failure> {
    let jurisdiction = Jurisdiction::of(actor, &directory);
    let store = store.clone();
    let page = move || page(&store, &query, (&jurisdiction, &directory));
    let page = tokio::task::spawn_blocking(page).await;
    Ok(page.map_err(|error| Failure::Internal(error.into()))??)
}

fn page(
    store: &Store,
    query: &EventsQuery,
    (jurisdiction, directory): (&Jurisdiction, &Directory),
) -> Result<EventsPage, StoreError> {
    // Head first: what a page holds is then never more than its head says.
    let head = store.log().head().count;
    let limit = usize::try_from(query.limit.clamp(1, LIMIT)).unwrap_or(PAGE);
    let mut page = EventsPage {
        epoch: store.log().epoch(),
        head,
        next: query.from.min(head),
        events: Vec::new(),
    };
    let (mut examined, mut bytes) = (0, 0);
    while page.next < head && examined < MOST_EXAMINED {
        let records = store.log().read_all(page.next, Direction::Forward, PAGE)?;
        if records.is_empty() {
            break;
        }
        for record in records {
            let found = feed_event(store, query, &record)?;
            let fits = |found: &FeedEvent| {
                matches(query, &found.event) && jurisdiction.includes(&found.event, directory)
            };
            if let Some(found) = found.filter(fits) {
                bytes += record.payload.len();
                if bytes > BYTES && !page.events.is_empty() {
                    return Ok(page);
                }
                page.events.push(found);
            }
            page.next = record.position + 1;
            examined += 1;
            if page.events.len() == limit || page.next >= head {
                return Ok(page);
            }
        }
    }
    Ok(page)
}

/// The event in a record. Those of the journal itself are no news of a case: they are for those who ask for the records of
/// readings.
fn feed_event(
    store: &Store,
    query: &EventsQuery,
    record: &Record,
) -> Result<Option<FeedEvent>, StoreError> {
    let position = record.position;
    if record.stream.as_str().starts_with(CASES) {
        let entry: Entry = serde_json::from_slice(&record.payload)
            .map_err(|source| StoreError::Decode { position, source })?;
        return Ok(Some(FeedEvent {
            position,
            heard_at: entry.heard_at,
            event: entry.event,
        }));
    }
    if !asks_for_readings(query) {
        return Ok(None);
    }
    let event = store.envelope(record)?;
    Ok(Some(FeedEvent {
        position,
        heard_at: event.recordedtime,
        event,
    }))
}

/// Whether a question names the records of readings among the types that it asks for.
pub(crate) fn asks_for_readings(query: &EventsQuery) -> bool {
    query.types.iter().any(|name| is_reading(name))
}

fn matches(query: &EventsQuery, event: &Envelope) -> bool {
    let type_fits = query.types.is_empty() || query.types.contains(&event.event_type);
    let item_fits = query
        .item
        .as_ref()
        .is_none_or(|item| item.as_str() == event.item);
    type_fits && item_fits && query.case.is_none_or(|case| case == event.subject)
}
