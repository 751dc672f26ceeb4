//! Changes that were proposed, and wait.

use onestop_proto::registry::ChangeProposed;

use super::{Report, SiteChanges};

/// A change that waits for a bureau.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What was proposed, and who decides.
    pub proposed: ChangeProposed,
    /// Who proposed it, and when; nothing where the fold does not know it.
    pub report: Option<Report>,
}

impl SiteChanges {
    /// The changes that wait, in the order in which they were proposed.
    pub fn waiting(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.values()
    }

    pub fn proposal(&self, number: u32) -> Option<&Proposal> {
        self.proposals.get(&number)
    }

    pub const fn next_proposal(&self) -> u32 {
        self.proposed + 1
    }

    /// A proposal was approved or sent back: it waits no longer.
    pub(super) fn settle(&mut self, proposal: u32) {
        self.proposals.remove(&proposal);
    }

    pub(super) fn propose(&mut self, proposed: &ChangeProposed) {
        self.proposed = self.proposed.max(proposed.proposal);
        let proposal = Proposal {
            proposed: proposed.clone(),
            report: None,
        };
        self.proposals.insert(proposed.proposal, proposal);
    }
}
