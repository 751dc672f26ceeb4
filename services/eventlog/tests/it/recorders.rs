//! Recorders as event-sourcing libraries want them, on nothing but the log's API: no lock and no state of their
//! own. An aggregate recorder keeps versioned events of aggregates, an application recorder numbers them all, a
//! tracking recorder remembers how far other applications were processed, a process recorder does both at once.

use futures::TryStreamExt;
use onestop_eventlog::{
    Append, AppendError, Direction, EventLog, ExpectedCursor, ExpectedRevision, Filter, Label,
    NewEvent, ReadError, Record, StreamName,
};
use uuid::Uuid;

use crate::support::run;

/// Version that an aggregate's first event has.
const FIRST_VERSION: u64 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredEvent {
    pub(crate) originator: Uuid,
    pub(crate) version: u64,
    pub(crate) topic: String,
    pub(crate) state: Vec<u8>,
}

/// An event with its number in the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notification {
    pub(crate) id: u64,
    pub(crate) event: StoredEvent,
}

/// What was processed of another application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tracking {
    pub(crate) application: String,
    pub(crate) notification: u64,
}

/// Why nothing was recorded.
#[derive(Debug)]
pub(crate) enum RecorderError {
    /// That version is already recorded, or that notification processed.
    Integrity,
    #[expect(dead_code, reason = "shown where a test fails")]
    Write(AppendError),
    #[expect(dead_code, reason = "shown where a test fails")]
    Read(ReadError),
}

impl From<AppendError> for RecorderError {
    fn from(error: AppendError) -> RecorderError {
        match error {
            AppendError::WrongRevision { .. } | AppendError::WrongCursor { .. } => {
                RecorderError::Integrity
            }
            error @ (AppendError::IdReused { .. }
            | AppendError::PartialOverlap { .. }
            | AppendError::IdRepeated { .. }
            | AppendError::TooLarge { .. }
            | AppendError::Empty
            | AppendError::CursorName { .. }
            | AppendError::WrongHead { .. }
            | AppendError::Conflicting { .. }
            | AppendError::ConditionUnreadable { .. }
            | AppendError::OriginalUnreadable { .. }
            | AppendError::Closed { .. }
            | AppendError::Unconfirmed { .. }) => RecorderError::Write(error),
        }
    }
}

impl From<ReadError> for RecorderError {
    fn from(error: ReadError) -> RecorderError {
        RecorderError::Read(error)
    }
}

/// All four recorders. A clone is another handle to the same log.
#[derive(Clone)]
pub(crate) struct Recorder(pub(crate) EventLog);

/// Which notifications are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    pub(crate) start: Option<u64>,
    pub(crate) stop: Option<u64>,
    pub(crate) topics: Vec<String>,
    pub(crate) is_after_start: bool,
}

/// Which events of an aggregate are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Versions {
    pub(crate) gt: Option<u64>,
    pub(crate) lte: Option<u64>,
    pub(crate) desc: bool,
    pub(crate) limit: Option<usize>,
}

impl Recorder {
    /// Records events, and what they follow from, all or nothing. Returns their notification ids.
    pub(crate) fn insert_events(
        &self,
        events: &[StoredEvent],
        tracking: Option<&Tracking>,
    ) -> Result<Vec<u64>, RecorderError> {
        let mut append = Append::default();
        for event in events {
            let expected = match event.version.checked_sub(FIRST_VERSION) {
                Some(0) => ExpectedRevision::NoStream,
                Some(revision) => ExpectedRevision::Exact(revision - 1),
                None => return Err(RecorderError::Integrity),
            };
            // An id of its own for every attempt: a second one is no repeat, but a conflict.
            let new = NewEvent::new(fresh_id(), event.state.clone())
                .labelled(Some(label(&event.topic)), []);
            append = append.and_to(stream(event.originator), expected, [new]);
        }
        if let Some(tracking) = tracking {
            let Tracking {
                application,
                notification,
            } = tracking;
            append =
                append.with_cursor_if(cursor(application), *notification, ExpectedCursor::Lower);
        }
        if append == Append::default() {
            return Ok(Vec::new());
        }
        let appended = run(self.0.append(append))?;
        let count = events.len() as u64;
        Ok((0..count).map(|at| appended.first + at + 1).collect())
    }

    pub(crate) fn select_events(
        &self,
        originator: Uuid,
        versions: Versions,
    ) -> Result<Vec<StoredEvent>, RecorderError> {
        let Versions {
            gt,
            lte,
            desc,
            limit,
        } = versions;
        let first = gt.map_or(0, |gt| (gt + 1).saturating_sub(FIRST_VERSION));
        let limit = limit.unwrap_or(usize::MAX);
        let name = stream(originator);
        let records = if desc {
            let last = match lte {
                Some(lte) if lte < FIRST_VERSION => return Ok(Vec::new()),
                Some(lte) => lte - FIRST_VERSION,
                None => u64::MAX,
            };
            self.0
                .read_stream(&name, last, Direction::Backward, limit)?
        } else {
            self.0
                .read_stream(&name, first, Direction::Forward, limit)?
        };
        let events = records.into_iter().map(|record| stored(&record));
        let is_wanted = |event: &StoredEvent| {
            gt.is_none_or(|gt| event.version > gt) && lte.is_none_or(|lte| event.version <= lte)
        };
        Ok(events.filter(is_wanted).collect())
    }

    pub(crate) fn select_notifications(
        &self,
        selection: &Selection,
        limit: usize,
    ) -> Result<Vec<Notification>, RecorderError> {
        let start = selection.start.unwrap_or(1);
        let first = start.max(1) - 1 + u64::from(selection.is_after_start);
        let filter = filter(&selection.topics);
        let found = self
            .0
            .read_matching(&filter, first, Direction::Forward, limit)?;
        let notifications = found.iter().map(notification);
        let is_before_stop = |it: &Notification| selection.stop.is_none_or(|stop| it.id <= stop);
        Ok(notifications.take_while(is_before_stop).collect())
    }

    pub(crate) fn max_notification_id(&self) -> Option<u64> {
        Some(self.0.head().count).filter(|count| *count > 0)
    }

    pub(crate) fn insert_tracking(&self, tracking: &Tracking) -> Result<(), RecorderError> {
        self.insert_events(&[], Some(tracking)).map(|_| ())
    }

    pub(crate) fn max_tracking_id(&self, application: &str) -> Option<u64> {
        self.0.cursor(&cursor(application))
    }

    pub(crate) fn has_tracking_id(&self, application: &str, notification: u64) -> bool {
        self.max_tracking_id(application) >= Some(notification)
    }

    /// Notifications behind `gt`: those that are there, then each as it is recorded.
    pub(crate) fn subscribe(
        &self,
        gt: u64,
        topics: &[String],
    ) -> impl futures::Stream<Item = Result<Notification, ReadError>> + use<> {
        let subscription = self.0.subscribe_matching(filter(topics), gt);
        subscription
            .into_stream()
            .map_ok(|record| notification(&record))
    }
}

fn filter(topics: &[String]) -> Filter {
    if topics.is_empty() {
        return Filter::everything();
    }
    Filter::of_types(topics.iter().map(|topic| label(topic)))
}

fn label(topic: &str) -> Label {
    Label::new(topic).unwrap()
}

fn stream(originator: Uuid) -> StreamName {
    StreamName::new(&format!("aggregate/{originator}")).unwrap()
}

fn cursor(application: &str) -> String {
    format!("tracking/{application}")
}

/// Different each time, as a library's random ids are.
fn fresh_id() -> Uuid {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(
        u64::from(std::process::id()),
        NEXT.fetch_add(1, Ordering::Relaxed),
    )
}

fn stored(record: &Record) -> StoredEvent {
    let originator = record.stream.as_str().strip_prefix("aggregate/");
    let topic = record.labels.event_type();
    StoredEvent {
        originator: originator.and_then(|it| it.parse().ok()).unwrap(),
        version: record.revision + FIRST_VERSION,
        topic: topic.map(ToString::to_string).unwrap_or_default(),
        state: record.payload.to_vec(),
    }
}

fn notification(record: &Record) -> Notification {
    Notification {
        id: record.position + 1,
        event: stored(record),
    }
}
