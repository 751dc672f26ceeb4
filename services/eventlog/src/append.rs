//! What a caller asks the log to append, and what it answers.

use bytes::Bytes;
use uuid::Uuid;

use crate::record::Position;
use crate::stream::StreamName;

/// An event to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Unique in the log, for ever: appending the same id again is how a caller repeats an append
    /// safely. Ids that grow with time (UUIDv7) keep the index cheap.
    pub id: Uuid,
    /// At most [`MAX_PAYLOAD_BYTES`](crate::MAX_PAYLOAD_BYTES).
    pub payload: Bytes,
}

impl NewEvent {
    /// An event from its id and its bytes.
    #[must_use]
    pub fn new(id: Uuid, payload: impl Into<Bytes>) -> NewEvent {
        NewEvent {
            id,
            payload: payload.into(),
        }
    }
}

/// What the caller knows of the stream. Revisions count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// Whatever is there.
    Any,
    /// The stream has no event yet.
    NoStream,
    /// The stream's last event has this revision.
    Exact(u64),
}

/// The events that one stream gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamName,
    /// What must be true of it.
    pub expected: ExpectedRevision,
    /// At least one event, in order.
    pub events: Vec<NewEvent>,
}

/// One atomic append: all of it becomes durable, or none.
///
/// ```
/// # use onestop_eventlog::{Append, ExpectedRevision, NewEvent, StreamName};
/// # use uuid::Uuid;
/// let append = Append::to(
///     StreamName::new("case/1")?,
///     ExpectedRevision::NoStream,
///     [NewEvent::new(Uuid::from_u128(1), "opened")],
/// )
/// .with_cursor("source/intake", 42);
/// assert_eq!(append.streams.len(), 1);
/// # Ok::<(), onestop_eventlog::NameError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Append {
    /// Positions are given in this order. A stream is named at most once.
    pub streams: Vec<StreamAppend>,
    /// Consumer cursors that become durable together with the events. A cursor is set to the value
    /// given, whether that is higher or lower than before; the last one wins if a name comes twice.
    /// Names follow the rule of [`StreamName`].
    pub cursors: Vec<(String, u64)>,
}

impl Append {
    /// An append to one stream.
    #[must_use]
    pub fn to(
        stream: StreamName,
        expected: ExpectedRevision,
        events: impl IntoIterator<Item = NewEvent>,
    ) -> Append {
        Append::default().and_to(stream, expected, events)
    }

    /// An append that only sets one cursor.
    #[must_use]
    pub fn cursor(name: impl Into<String>, value: u64) -> Append {
        Append::default().with_cursor(name, value)
    }

    /// The same append with a further stream.
    #[must_use]
    pub fn and_to(
        mut self,
        stream: StreamName,
        expected: ExpectedRevision,
        events: impl IntoIterator<Item = NewEvent>,
    ) -> Append {
        let events = events.into_iter().collect();
        self.streams.push(StreamAppend {
            stream,
            expected,
            events,
        });
        self
    }

    /// The same append with a further cursor.
    #[must_use]
    pub fn with_cursor(mut self, name: impl Into<String>, value: u64) -> Append {
        self.cursors.push((name.into(), value));
        self
    }
}

/// The answer to an append: everything in it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first event. If the append only set cursors: the position that the next
    /// event will get.
    pub first: Position,
    /// Position of the last event; the same as `first` if the append only set cursors.
    pub last: Position,
    /// For each stream, in the order of the request, the revision of the last event of this append.
    pub revisions: Vec<(StreamName, u64)>,
    /// Whether anything was written.
    pub outcome: Outcome,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The events were written now.
    Written,
    /// The same events were there already; the answer tells where. Cursors in the request were set.
    AlreadyThere,
    /// The request held no events; its cursors were set.
    CursorsSet,
}
