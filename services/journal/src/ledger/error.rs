//! What can go wrong with the ledger's file. No case is lost by it: the log has them all.

use onestop_chassis::sqlite;
use onestop_eventlog::ReadError;

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// SQLite refused.
    #[error("the ledger's file cannot be used")]
    File(#[from] rusqlite::Error),
    /// The file could not be removed or its folder not be looked at.
    #[error("the ledger's file cannot be removed")]
    Remove(#[source] std::io::Error),
    #[error("a dossier in the ledger cannot be decoded")]
    Dossier(#[source] serde_json::Error),
    #[error("the ledger holds '{text}', which cannot be decoded")]
    Undecodable { text: String },
    #[error("a read found the ledger damaged")]
    Damaged,
    #[error("the journal's log cannot be read")]
    Log(#[from] ReadError),
    #[error("the thread that worked on the ledger ended early")]
    Thread(#[source] tokio::task::JoinError),
    /// All connections were busy for too long.
    #[error("no connection to the ledger became free in time")]
    Busy,
}

impl LedgerError {
    /// Whether the file is to be thrown away: it is no database, or not a sound one, or holds what this
    /// program did not write.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::File(error) => sqlite::is_damage(error),
            Self::Dossier(_) | Self::Undecodable { .. } | Self::Damaged => true,
            Self::Remove(_) | Self::Log(_) | Self::Thread(_) | Self::Busy => false,
        }
    }
}
