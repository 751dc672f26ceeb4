//! Why an append was refused.

use thiserror::Error;
use uuid::Uuid;

use super::{CloseReason, ReadError};
use crate::append::{ExpectedCursor, ExpectedRevision};
use crate::stream::{NameError, StreamName};

/// Why an append was refused. Except for [`AppendError::Unconfirmed`], nothing was written.
#[derive(Debug, Error)]
pub enum AppendError {
    /// The stream is not where the caller expected it.
    #[error(
        "stream {stream} is at revision {actual:?} where {expected:?} was expected; read it again and decide anew"
    )]
    WrongRevision {
        /// The stream.
        stream: StreamName,
        /// What the caller expected.
        expected: ExpectedRevision,
        /// Its last revision; `None` if it has no events.
        actual: Option<u64>,
    },
    /// The id is in the log with another payload or other labels, or in another stream.
    #[error(
        "event {id} is already at position {position} with another payload, stream or labels; use a new id for a new event"
    )]
    IdReused {
        /// The id.
        id: Uuid,
        /// Where it is.
        position: u64,
    },
    /// Some of the ids are in the log, but not all of them one after the other in this order.
    #[error(
        "event {id} is already at position {position}, but not the whole append in this order; repeat the original append or use new ids"
    )]
    PartialOverlap {
        /// An id that is there.
        id: Uuid,
        /// Where it is.
        position: u64,
    },
    /// The same id comes twice in one append.
    #[error("event {id} comes twice in one append; give each event its own id")]
    IdRepeated {
        /// The id.
        id: Uuid,
    },
    /// The append exceeds a limit.
    #[error("the append has {actual} {what} where {limit} are allowed; split it")]
    TooLarge {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// How much there is.
        actual: usize,
        /// How much there may be.
        limit: usize,
    },
    /// Neither events nor cursors, or a stream without events.
    #[error("the append has nothing to write; give each stream an event, or set a cursor")]
    Empty,
    /// A cursor's name breaks the rule.
    #[error("cursor {name:?} has a name that is not allowed; rename it")]
    CursorName {
        /// The name.
        name: String,
        /// What is wrong with it.
        source: NameError,
    },
    /// A cursor is not where the caller expected it.
    #[error(
        "cursor {name} is at {actual:?} where {expected:?} was expected; read it again and decide anew"
    )]
    WrongCursor {
        /// The cursor.
        name: String,
        /// What the caller expected.
        expected: ExpectedCursor,
        /// Its value; `None` if it was never set.
        actual: Option<u64>,
    },
    /// The log has not as many records as the caller expected.
    #[error(
        "the log has {actual} records where {expected} were expected; read the others and decide anew"
    )]
    WrongHead {
        /// What the caller expected.
        expected: u64,
        /// Number of records.
        actual: u64,
    },
    /// A record that a condition excludes is there.
    #[error(
        "position {position} holds what the append is only written without; read it and decide anew"
    )]
    Conflicting {
        /// The first such position.
        position: u64,
    },
    /// A condition could not be checked.
    #[error("the records that a condition is about cannot be read; verify the log")]
    ConditionUnreadable {
        /// The cause.
        source: ReadError,
    },
    /// The ids are in the log, but the record to compare with cannot be read.
    #[error("event {id} is already at position {position}, which cannot be read; verify the log")]
    OriginalUnreadable {
        /// The id.
        id: Uuid,
        /// Where it is.
        position: u64,
        /// The cause.
        source: ReadError,
    },
    /// The log was closed before the append reached the writer.
    #[error("the event log is closed and took nothing; reopen it")]
    Closed {
        /// Why it is closed.
        #[source]
        why: CloseReason,
    },
    /// The log failed while the append was in flight: it may or may not be durable.
    #[error("the append was not confirmed; reopen the log and repeat it with the same event ids")]
    Unconfirmed {
        /// What happened.
        #[source]
        why: CloseReason,
    },
}
