//! Questions that every service answers.

use serde::{Deserialize, Serialize};

use crate::{
    backup::{BackupAnswer, BackupQuery},
    comparison::{LogRoot, RootQuery},
    envelope::{Envelope, Source},
    parking::ParkedCases,
    proof::{ProofPage, ProofQuery},
    replication::{Sources, Subscribers},
};

questions! {
    /// What every service answers.
    pub enum CommonQuestion {
        Log = "log": LogQuery => LogPage;
        Proof = "proof": ProofQuery => ProofPage;
        Verify = "verify": VerifyQuery => Verification;
        Backup = "backup": BackupQuery => BackupAnswer;
        Parked = "parked": ParkedQuery => ParkedCases;
        Sources = "sources": SourcesQuery => Sources;
        Subscribers = "subscribers": SubscribersQuery => Subscribers;
        Root = "root": RootQuery => LogRoot;
    }
}

question_without_data! {
    /// `qry.<service>.verify`: has the service read and hash its whole log again.
    VerifyQuery
}

question_without_data! {
    /// `qry.<service>.parked`: everything that the service has parked.
    ParkedQuery
}

question_without_data! {
    /// `qry.<service>.subscribers`: what the subscribers of the service know of its log.
    SubscribersQuery
}

/// `qry.<service>.sources`: how far the service has replicated each source, or one of them. `null` asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "Option<SourceFilter>", into = "Option<SourceFilter>")]
pub struct SourcesQuery {
    /// The source that is asked about; all of them without it.
    pub of: Option<Source>,
}

/// Which source is asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceFilter {
    /// The source; all of them without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Source>,
}

impl From<Option<SourceFilter>> for SourcesQuery {
    fn from(filter: Option<SourceFilter>) -> Self {
        let of = filter.and_then(|filter| filter.of);
        Self { of }
    }
}

impl From<SourcesQuery> for Option<SourceFilter> {
    fn from(query: SourcesQuery) -> Self {
        query.of.map(|of| SourceFilter { of: Some(of) })
    }
}

/// `qry.<service>.log`: events of the service's own log, for a consumer that missed some. The journal's are the events
/// that it keeps, each with its place in the log of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    /// The first position wanted.
    pub from: u64,
    /// At most so many events; a service may give fewer.
    pub limit: u32,
}

/// The answer to [`LogQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LogPage {
    /// The incarnation of the log.
    pub epoch: uuid::Uuid,
    /// The next position that the log will write: its durable length.
    pub head: u64,
    /// Events from the position wanted, without a gap.
    pub events: Vec<Envelope>,
}

/// The answer to `qry.<service>.verify`: the service's log, read again and hashed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verification {
    /// Every record is as it was written.
    Intact {
        /// How many.
        events: u64,
        /// Hash (hex) of the last: it covers all before it.
        hash: String,
        /// Merkle root (hex) over all of them.
        root: String,
        /// How many signed checkpoints they agree with.
        checkpoints: u64,
    },
    /// Every record is as it was written, but a subscriber has taken in records that are not here: the log was
    /// rolled back to an older copy, or copied. The service writes nothing.
    Contradicted {
        /// How many records there are.
        events: u64,
        /// How the log differs from what the subscriber took in.
        problem: String,
    },
    /// The log could not be read now, which says nothing about it: too many open files, no permission, a disk that
    /// does not answer.
    Unavailable {
        /// Why.
        problem: String,
    },
    /// Something is not as it was written.
    Damaged {
        /// What, and where first.
        problem: String,
    },
}
