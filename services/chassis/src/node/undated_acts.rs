//! Acts that are recorded as they happen: what a service does about its own log, and the erasure of persons. No paper says that
//! one happened at another time, so a date would only falsify the record.

use onestop_proto::{command::Request, problem_words::own, rejection::Malformed};

use crate::failure::Failure;

/// Refuses a date of its own in a request for such an act.
///
/// # Errors
/// If the request says when it happened.
pub fn require_undated(request: &Request) -> Result<(), Failure> {
    if request.occurred_at.is_none() {
        return Ok(());
    }
    let malformed = Malformed::new("occurred_at", own::AS_IT_HAPPENS.en);
    Err(malformed.into())
}
