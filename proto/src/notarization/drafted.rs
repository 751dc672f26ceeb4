//! What each command of notarization that decides at once, or drafts, would decide.

use super::{DraftRefusal, DraftTermination, DraftedDecision, Refuse, Terminate};

impl From<&Refuse> for DraftedDecision {
    fn from(command: &Refuse) -> Self {
        let reason = command.reason;
        Self::Refuse { reason }
    }
}

impl From<&DraftRefusal> for DraftedDecision {
    fn from(command: &DraftRefusal) -> Self {
        let reason = command.reason;
        Self::Refuse { reason }
    }
}

impl From<&Terminate> for DraftedDecision {
    fn from(command: &Terminate) -> Self {
        let reason = command.reason;
        Self::Terminate { reason }
    }
}

impl From<&DraftTermination> for DraftedDecision {
    fn from(command: &DraftTermination) -> Self {
        let reason = command.reason;
        Self::Terminate { reason }
    }
}
