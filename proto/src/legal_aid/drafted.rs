//! What each command of legal aid that decides at once, or drafts, would decide.

use super::{
    Archive, DraftArchive, DraftRefusal, DraftTermination, DraftedDecision, Refuse, Terminate,
};

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

impl From<&Archive> for DraftedDecision {
    fn from(command: &Archive) -> Self {
        let subsidy_fen = command.subsidy_fen;
        Self::Archive { subsidy_fen }
    }
}

impl From<&DraftArchive> for DraftedDecision {
    fn from(command: &DraftArchive) -> Self {
        let subsidy_fen = command.subsidy_fen;
        Self::Archive { subsidy_fen }
    }
}
