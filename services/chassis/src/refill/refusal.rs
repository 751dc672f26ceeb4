//! Why a log is not built again.

use std::{collections::BTreeSet, fmt};

use onestop_eventlog::Hash;
use onestop_proto::envelope::Source;

use crate::store::HashPrefix;

/// What differs from the log that would be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// What is left of the log, or the backup.
    Base,
    /// Another event of the same incarnation: two processes have written it.
    Twin,
    /// What a subscriber has taken in.
    Subscriber(Source),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base => f.write_str("the log that is to be continued"),
            Self::Twin => f.write_str("another process with the same log"),
            Self::Subscriber(by) => by.fmt(f),
        }
    }
}

/// Why a log is not built again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No source has an event of this log.
    #[error("there is no event of {own}{}", instances(.own, .others))]
    Nothing {
        /// Whose log was looked for.
        own: Source,
        /// Of whom there are events.
        others: BTreeSet<Source>,
    },
    /// Two histories: the rebuilt log would differ from the log or subscriber named here.
    #[error(
        "two histories: the first difference is at position {position}, where {side} has {found}, and the log that would be built has {built}"
    )]
    Differs {
        /// The first position at which they are known to differ.
        position: u64,
        /// The log or subscriber that has another event at this position.
        side: Side,
        /// Its hash, or the beginning of it.
        found: String,
        /// The hash of the event that would be there; or that there is none.
        built: String,
    },
    /// Events are missing.
    #[error(
        "positions {first} to {last} are missing: none of what was read has them, and {end} is the last position of which is known. Look for them elsewhere (--from, --onto). To give up everything from position {first} on: --lose-from {first}"
    )]
    Gap {
        /// The first missing position.
        first: u64,
        /// The last one before events that are there.
        last: u64,
        /// The last position known to any source or subscriber.
        end: u64,
    },
    /// The position in `--lose-from` is not the first missing one.
    #[error("{}", not_lost(*.said, *.first))]
    NotLost {
        /// The position that was named.
        said: u64,
        /// The first missing position; `None` if nothing is missing.
        first: Option<u64>,
    },
}

impl Refusal {
    pub(super) fn differs(position: u64, side: Side, found: Hash, built: Hash) -> Self {
        Self::Differs {
            position,
            side,
            found: found.to_string(),
            built: built.to_string(),
        }
    }

    /// A subscriber has taken in what would not be there.
    pub(super) fn unheard(
        position: u64,
        by: &Source,
        mark: Option<HashPrefix>,
        built: Option<Hash>,
    ) -> Self {
        let found = mark.map_or_else(|| "an event".to_owned(), |mark| format!("{mark}…"));
        Self::Differs {
            position,
            side: Side::Subscriber(by.clone()),
            found,
            built: built.map_or_else(|| "none".to_owned(), |hash| hash.to_string()),
        }
    }
}

/// The other instances of the service.
fn instances(own: &Source, others: &BTreeSet<Source>) -> String {
    let same = others.iter().filter(|other| other.service == own.service);
    let names: Vec<_> = same.map(ToString::to_string).collect();
    if names.is_empty() {
        String::new()
    } else {
        let names = names.join(", ");
        format!(", but of {names}: say which with --instance")
    }
}

fn not_lost(said: u64, first: Option<u64>) -> String {
    match first {
        Some(first) => format!(
            "events are missing from position {first} on, not {said}: say --lose-from {first} to give them up"
        ),
        None => format!("no event is missing at position {said}: leave --lose-from out"),
    }
}
