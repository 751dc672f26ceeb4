//! Failures of the store.

use onestop_eventlog::{AppendError, ReadError};
use uuid::Uuid;

use crate::{failure::Failure, texts::SealError};

/// A failure of the store, not a rejection by the rules.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The log cannot be written.
    #[error("the log cannot be written")]
    Append(#[from] AppendError),
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// A record is not an event of this service.
    #[error("the record at position {position} cannot be decoded as an event of this service")]
    Decode {
        /// The record's position.
        position: u64,
        /// The parser's error.
        #[source]
        source: serde_json::Error,
    },
    /// A record is of a type, or of a version of its type, that the contract does not have: a later version wrote it.
    #[error(
        "the record at position {position} is a {event_type}, which is newer than this program: run the version that wrote it"
    )]
    Newer {
        /// The record's position.
        position: u64,
        /// Its type.
        event_type: String,
    },
    /// An event does not serialize: a defect of the contract.
    #[error("an event does not serialize")]
    Serialize(#[source] serde_json::Error),
    /// A text cannot be sealed.
    #[error("a text cannot be sealed")]
    Seal(#[source] SealError),
    /// A stream name is invalid.
    #[error("'{stream}' is not the name of a stream")]
    Name {
        /// The name.
        stream: String,
    },
    /// The decided events fold to no state: a defect of the rules.
    #[error("the events decided on for {stream} fold to no state")]
    Stateless {
        /// The stream.
        stream: String,
    },
    /// A stream is folded by other rules than before: a defect of the service.
    #[error("the stream {stream} was folded to a state of another type")]
    OtherState {
        /// The stream.
        stream: String,
    },
    /// Two events have one id, but other content or another source: one of them is not what it says.
    #[error(
        "the event {id} is not the one that was taken in with that id: its content or its source differs"
    )]
    EventIdReused {
        /// The id.
        id: Uuid,
    },
    /// Concurrent writers won every attempt.
    #[error("the stream {stream} changed {attempts} times while a decision was being made")]
    TooManyConflicts {
        /// The stream.
        stream: String,
        /// How often the decision was made.
        attempts: u32,
    },
}

impl StoreError {
    /// Whether the log failed, and not what was to be written.
    pub(crate) fn is_of_the_log(error: &anyhow::Error) -> bool {
        matches!(
            error.downcast_ref(),
            Some(Self::Append(
                AppendError::Closed { .. } | AppendError::Unconfirmed { .. }
            ))
        )
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Internal(anyhow::Error::new(error))
    }
}
