//! What can go wrong with a projection's file. Nothing is lost by it: the log has everything.

use rusqlite::ErrorCode;

use crate::{
    failure::Failure,
    store::{StoreError, sqlite},
};

/// A problem with a projection.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// SQLite refused.
    #[error("the file of a read model cannot be used")]
    File(#[from] rusqlite::Error),
    /// Its folder could not be made.
    #[error("the folder of a read model cannot be made")]
    Folder(#[source] std::io::Error),
    /// The file could not be removed.
    #[error("the file of a read model cannot be removed")]
    Remove(#[source] std::io::Error),
    /// A value in it cannot be decoded.
    #[error("the file of a read model holds '{text}', which cannot be decoded")]
    Undecodable {
        /// The value.
        text: String,
    },
    /// A read found it damaged.
    #[error("a read found the file of a read model damaged")]
    Damaged,
    /// It is being made anew from the log.
    #[error("the read model is being made anew from the log: try again in a moment")]
    Rebuilding,
    /// The service stops before it is whole.
    #[error("the service stops before the read model is whole")]
    Stopped,
    /// The log could not be read.
    #[error("the log cannot be folded")]
    Store(#[from] StoreError),
    /// The thread that worked on it panicked.
    #[error("the thread that worked on a read model ended early")]
    Thread(#[source] tokio::task::JoinError),
}

impl ProjectionError {
    /// Whether the file is to be thrown away: it is no database, or not a sound one, or holds what this program did
    /// not write.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::File(error) => {
                // Statements fit the tables that this version makes: where one lacks a table or a row, the file is of
                // no version.
                let is_of_no_version = error.sqlite_error_code() == Some(ErrorCode::Unknown)
                    || matches!(error, rusqlite::Error::QueryReturnedNoRows);
                sqlite::is_damage(error) || is_of_no_version
            }
            Self::Undecodable { .. } | Self::Damaged => true,
            Self::Folder(_)
            | Self::Remove(_)
            | Self::Rebuilding
            | Self::Stopped
            | Self::Store(_)
            | Self::Thread(_) => false,
        }
    }
}

impl ProjectionError {
    /// Whether it comes back at each try: the log holds what this program cannot read.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Decode { .. } | StoreError::Newer { .. })
        )
    }
}

impl From<ProjectionError> for Failure {
    fn from(error: ProjectionError) -> Self {
        Self::Internal(error.into())
    }
}
