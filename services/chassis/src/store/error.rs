//! Failures of the store.

use onestop_eventlog::{AppendError, ReadError};

use crate::failure::Failure;

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
    /// An event does not serialize: a defect of the contract.
    #[error("an event does not serialize")]
    Serialize(#[source] serde_json::Error),
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
    /// Concurrent writers won every attempt.
    #[error("the stream {stream} changed {attempts} times while a decision was being made")]
    TooManyConflicts {
        /// The stream.
        stream: String,
        /// How often the decision was made.
        attempts: u32,
    },
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Internal(anyhow::Error::new(error))
    }
}
