//! How many other parties a case's file names (被申请人人数). Their names stay sealed in it; the count goes with the case to the
//! unit, which asks each of them.

use onestop_proto::case::Applicant;

/// How many are named; nothing where none is.
pub(super) fn count(applicant: &Applicant) -> Option<u32> {
    let named = u32::try_from(applicant.respondents.len()).unwrap_or(u32::MAX);
    (named > 0).then_some(named)
}
