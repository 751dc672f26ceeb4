//! The streams of referral's log: custody of each case, and how its events are folded.

use onestop_chassis::store::Rules;
use onestop_proto::{ids::CaseId, referral::Event};

use crate::domain::{Custody, address, evolve};

/// The rules of a case's stream.
pub(crate) const RULES: Rules<Custody, Event> = Rules { evolve, address };

/// What the names of the streams begin with.
pub(crate) const STREAMS: &str = "custody/";

pub(crate) fn stream(case: CaseId) -> String {
    format!("{STREAMS}{case}")
}

/// The case of a stream; `None` for other streams.
pub(crate) fn case_of(stream: &str) -> Option<CaseId> {
    stream.strip_prefix(STREAMS)?.parse().ok()
}
