//! The streams of referral's log: custody of each case.

use onestop_proto::ids::CaseId;

/// What the names of the streams begin with.
pub(crate) const STREAMS: &str = "custody/";

/// The stream of a case.
pub(crate) fn stream(case: CaseId) -> String {
    format!("{STREAMS}{case}")
}

/// The case of a stream; `None` for other streams.
pub(crate) fn case_of(stream: &str) -> Option<CaseId> {
    stream.strip_prefix(STREAMS)?.parse().ok()
}
