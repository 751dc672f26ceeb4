//! Why a checkpoint cannot be written or trusted.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why there is no checkpoint, or why one cannot be trusted.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The file system refused.
    #[error("the file system failed to {step} {path}")]
    Io {
        /// What was tried.
        step: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Not a signed note, or not one with a checkpoint in it.
    #[error("it is not a signed checkpoint")]
    Malformed,
    /// No valid signature by the key.
    #[error("it is not signed by {key}")]
    Unsigned {
        /// The key, as text.
        key: String,
    },
    /// The origin is not that of the log.
    #[error("it is about {found}, not about {expected}")]
    Foreign {
        /// Origin found.
        found: String,
        /// Origin of this log, or how it begins.
        expected: String,
    },
    /// The file is named after another size.
    #[error("it is about {found} records, not {expected} as its name says")]
    Misnamed {
        /// Size in the note.
        found: u64,
        /// Size in the name.
        expected: u64,
    },
}
