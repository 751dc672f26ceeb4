//! Questions that the registry answers.

use crate::registry::{self, EvidencePiece, EvidenceQuery};

questions! {
    /// What the registry answers about sites.
    pub enum RegistryQuestion of registry::service {
        Evidence = "evidence": EvidenceQuery => EvidencePiece;
    }
}
