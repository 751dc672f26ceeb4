//! What a caller asks the log to append, and what it answers.

use bytes::Bytes;
use uuid::Uuid;

use crate::filter::Filter;
use crate::labels::{Label, Labels};
use crate::record::Position;
use crate::stream::StreamName;

/// An event to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Unique in the log, for ever: appending the same id again is how a caller repeats an append
    /// safely. Ids that grow with time (UUIDv7) keep the index cheap.
    pub id: Uuid,
    /// Type and tags, for filters. Part of what the record's hash covers.
    pub labels: Labels,
    /// At most [`MAX_PAYLOAD_BYTES`](crate::MAX_PAYLOAD_BYTES).
    pub payload: Bytes,
}

impl NewEvent {
    /// An event from its id and its bytes.
    #[must_use]
    pub fn new(id: Uuid, payload: impl Into<Bytes>) -> NewEvent {
        NewEvent {
            id,
            labels: Labels::NONE,
            payload: payload.into(),
        }
    }

    /// The same event with a type and tags.
    #[must_use]
    pub fn labelled(
        mut self,
        event_type: Option<Label>,
        tags: impl IntoIterator<Item = Label>,
    ) -> NewEvent {
        self.labels = Labels::new(event_type, tags);
        self
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

/// What the caller knows of a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedCursor {
    /// Whatever it is.
    Any,
    /// It was never set.
    Unset,
    /// It has this value.
    Exact(u64),
    /// It was never set, or is lower than the new value.
    Lower,
}

/// The events that one stream gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamName,
    /// What must be true of it when the parts before this one are there.
    pub expected: ExpectedRevision,
    /// At least one event, in order.
    pub events: Vec<NewEvent>,
}

/// A cursor that an append sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorUpdate {
    /// Follows the rule of [`StreamName`].
    pub name: String,
    /// Its new value.
    pub value: u64,
    /// What must be true of it before.
    pub expected: ExpectedCursor,
}

/// What must be true of the log for an append to be written. Checked by the writer, against all that is
/// durable and what goes before it in the same commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The log has so many records.
    Head(Position),
    /// A stream, which the append need not write, is where the caller has read it.
    Stream {
        /// The stream.
        stream: StreamName,
        /// What must be true of it.
        expected: ExpectedRevision,
    },
    /// No record at this position or behind it is selected by the filter. What is behind the position is read
    /// for it: let the position be where the caller has read up to.
    NoneMatching {
        /// What would be in conflict.
        filter: Filter,
        /// Where to begin.
        from: Position,
    },
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
    /// Positions are given in this order. A stream may come several times, between others.
    pub streams: Vec<StreamAppend>,
    /// Consumer cursors that become durable together with the events; the last one wins if a name comes
    /// twice. They are set all together or not at all.
    ///
    /// A repeated append never sets a cursor back: it sets its cursors only if all are as expected, and the
    /// first of them was never set or is lower than its new value.
    pub cursors: Vec<CursorUpdate>,
    /// What must be true besides.
    pub conditions: Vec<Condition>,
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

    /// An append that only sets one cursor, whatever it was.
    #[must_use]
    pub fn cursor(name: impl Into<String>, value: u64) -> Append {
        Append::default().with_cursor(name, value)
    }

    /// The same append with a further part.
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

    /// The same append on the condition that a stream, which it need not write, is as expected.
    #[must_use]
    pub fn on_condition(self, stream: StreamName, expected: ExpectedRevision) -> Append {
        self.only_if(Condition::Stream { stream, expected })
    }

    /// The same append with a further cursor, whatever it was.
    #[must_use]
    pub fn with_cursor(self, name: impl Into<String>, value: u64) -> Append {
        self.with_cursor_if(name, value, ExpectedCursor::Any)
    }

    /// The same append with a further cursor, which must be as expected: compare and set.
    #[must_use]
    pub fn with_cursor_if(
        mut self,
        name: impl Into<String>,
        value: u64,
        expected: ExpectedCursor,
    ) -> Append {
        self.cursors.push(CursorUpdate {
            name: name.into(),
            value,
            expected,
        });
        self
    }

    /// The same append with further cursors, whatever they were.
    #[must_use]
    pub fn with_cursors(self, cursors: impl IntoIterator<Item = (String, u64)>) -> Append {
        let set = |append: Append, (name, value)| append.with_cursor(name, value);
        cursors.into_iter().fold(self, set)
    }

    /// The same append with a further condition.
    #[must_use]
    pub fn only_if(mut self, condition: Condition) -> Append {
        self.conditions.push(condition);
        self
    }
}

/// The answer to an append: everything in it is durable, can be read, and fills the positions from `first` to `last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first event. If the append only set cursors: the position that the next
    /// event will get.
    pub first: Position,
    /// Position of the last event; the same as `first` if the append only set cursors.
    pub last: Position,
    /// For each part, in the order of the request, the stream and the revision of the part's last event.
    pub revisions: Vec<(StreamName, u64)>,
    /// Whether anything was written.
    pub outcome: Outcome,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The events were written now.
    Written,
    /// The same events were there already; the answer says where. Cursors in the request were set unless that
    /// would have set them back.
    AlreadyThere,
    /// The request held no events; its cursors were set.
    CursorsSet,
}
