//! Whose log it is: written into every entry and every segment, so that files of different logs are
//! never taken for one another.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::codec::{put_name, take_name, take_u32, take_u64};

/// The owner of a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The service that writes it; empty if the owner does not say. Follows the rule of
    /// [`StreamName`](crate::StreamName).
    pub service: String,
    /// Which of several instances of the service; empty if there is one.
    pub instance: String,
    /// Which part of the service's streams the log holds.
    pub partition: u32,
    /// Grows whenever another process takes over the log's writing. A later term wins. 0 in the options of an open: the
    /// newest that the log's files name.
    pub term: u64,
}

/// The term under which a log is written, for the process that learns it after the log was opened.
#[derive(Debug, Clone, Default)]
pub struct LogTerm(Arc<AtomicU64>);

impl LogTerm {
    pub(crate) fn starting_at(term: u64) -> LogTerm {
        LogTerm(Arc::new(AtomicU64::new(term)))
    }

    /// What is appended from now on is appended under this term, unless a later one has begun.
    pub fn begin(&self, term: u64) {
        self.0.fetch_max(term, Ordering::AcqRel);
    }

    /// The term now.
    #[must_use]
    pub fn current(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

impl Identity {
    /// Length and service, length and instance (1 byte each), partition (4, big-endian), term (8).
    /// Persisted.
    pub(crate) fn put(&self, bytes: &mut Vec<u8>) {
        put_name(bytes, &self.service);
        put_name(bytes, &self.instance);
        bytes.extend_from_slice(&self.partition.to_be_bytes());
        bytes.extend_from_slice(&self.term.to_be_bytes());
    }

    pub(crate) fn take(rest: &mut &[u8]) -> Option<Identity> {
        Some(Identity {
            service: take_name(rest)?.to_owned(),
            instance: take_name(rest)?.to_owned(),
            partition: take_u32(rest)?,
            term: take_u64(rest)?,
        })
    }

    /// Whether a log whose files name `found` may be opened as that of `self`.
    pub(crate) fn opens(&self, found: &Identity) -> bool {
        let term = if self.term == 0 { u64::MAX } else { self.term };
        let owner = Identity {
            term,
            ..self.clone()
        };
        owner.accepts(found)
    }

    /// Whether files of `found` may come before those of `self`. An empty identity accepts any.
    pub(crate) fn accepts(&self, found: &Identity) -> bool {
        let is_unnamed = |identity: &Identity| identity.service.is_empty();
        let same = (&self.service, &self.instance, self.partition)
            == (&found.service, &found.instance, found.partition);
        is_unnamed(self) || is_unnamed(found) || (same && self.term >= found.term)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Identity {
            service,
            instance,
            partition,
            term,
        } = self;
        write!(formatter, "{service}/{instance}/{partition} (term {term})")
    }
}
