//! A lost log, built again from what others have heard of it: an envelope determines its record, hash for hash.
//!
//! - `history` collects the envelopes of one log: the position of each, and what it names as its predecessor.
//! - `received` is how far each subscriber has taken the log in.
//! - `plan` chooses the chain that continues what is left of the log and holds what every subscriber heard, or says where
//!   the first difference is, or what is missing. Pure.
//! - `records` turns envelopes back into records. What does not have its hash then is refused.

mod history;
mod plan;
mod received;
mod records;
mod refusal;
#[cfg(test)]
mod tests;

use onestop_proto::envelope::Envelope;

pub use self::{
    history::{History, RecordLink},
    plan::{Lost, RefillPlan, Said, Step, plan},
    received::Received,
    records::{Records, Unmade},
    refusal::{Refusal, Side},
};
use crate::{replication::streams, service::Service};

/// The streams of the log of `S` that may hold an event.
pub fn streams<S: Service>(event: &Envelope) -> Vec<String> {
    let mut all = vec![S::stream(event.subject)];
    all.extend(S::further_streams(event.subject));
    all.extend(streams::of(event));
    all
}
