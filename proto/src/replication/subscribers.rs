//! What the subscribers of a service know of its log.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{envelope::Source, time::Timestamp};

/// `qry.<service>.subscribers`: what the services that subscribe to this one know of its log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Subscribers {
    /// Each instance of a service that subscribes to it.
    pub subscribers: Vec<SubscriberState>,
    /// Why the service writes nothing; absent while it may write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<Contradiction>,
}

/// What one subscriber said of the service's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SubscriberState {
    /// The subscriber.
    pub subscriber: Source,
    /// What it said.
    pub said: SubscriberAnswer,
}

/// What a subscriber said of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SubscriberAnswer {
    /// It could not be asked since the service started; it is asked again.
    Unasked {
        /// Why not.
        problem: String,
    },
    /// The log has everything that it took in.
    Agrees {
        /// When it said so.
        at: Timestamp,
        /// The next position that it expects.
        next: u64,
    },
    /// It took in what the log does not have.
    Contradicts {
        /// When it said so.
        at: Timestamp,
        /// How the two differ.
        contradiction: Contradiction,
    },
}

/// A log lacks what a subscriber has taken in from it: it was rolled back to an older copy, or copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Contradiction {
    /// The subscriber.
    pub by: Source,
    /// The first position at which the two are known to differ.
    pub position: u64,
    /// How they differ.
    pub how: Difference,
}

/// How a log differs from what a subscriber took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Difference {
    /// The log ends before what was taken in.
    Shorter {
        /// How many records the subscriber has taken in.
        known: u64,
    },
    /// The record at the position is another one.
    Differs {},
    /// The subscriber follows a later incarnation of the log.
    Superseded {
        /// That incarnation.
        epoch: Uuid,
    },
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { by, position, how } = self;
        match how {
            Difference::Shorter { known } => write!(
                f,
                "{by} has taken in {known} events of this log, which ends before position {position}: it was rolled back to an older copy"
            ),
            Difference::Differs {} => write!(
                f,
                "{by} has taken in another event at position {position} than this log has: it was rolled back, or copied"
            ),
            Difference::Superseded { epoch } => write!(
                f,
                "{by} follows a later incarnation of this log ({epoch}): this is a copy from before"
            ),
        }
    }
}
