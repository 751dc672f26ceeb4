//! A case that was folded once for everything that a command or a question needs of it.

use onestop_proto::ids::CaseId;

use crate::domain::Case;

/// A case as it was when a command or a question came in.
#[derive(Debug)]
pub(crate) struct LoadedCase {
    pub(crate) case: CaseId,
    pub(crate) state: Case,
    pub(crate) revision: u64,
}
