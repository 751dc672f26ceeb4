//! The encrypted personal data in a case's events.

use onestop_chassis::Failure;
use onestop_proto::{
    case::{self, Ciphertext},
    envelope::Envelope,
    narrowed,
};

narrowed! {
    /// The events that hold encrypted personal data which is shown.
    enum Sealing of case { Opened, Corrected, Answered, HomeVisited }
}

/// The encrypted personal data of a case; the last of each kind counts.
pub(super) struct SealedParts {
    pub(super) applicant: Ciphertext,
    pub(super) answer: Option<Ciphertext>,
    /// Where staff visited the citizen; here each counts.
    pub(super) visited_at: Vec<Ciphertext>,
}

/// Collects the encrypted personal data from a case's events.
pub(super) fn sealed_parts(history: &[Envelope]) -> Result<SealedParts, Failure> {
    let (mut applicant, mut answer) = (None, None);
    let mut visited_at = Vec::new();
    for envelope in history {
        let event = envelope.raw().parse().map_err(undecodable)?;
        match Sealing::of(&event) {
            Some(Sealing::Opened(opened)) => applicant = Some(opened.applicant.clone()),
            Some(Sealing::Corrected(corrected)) => {
                applicant = corrected.applicant.clone().or(applicant);
            }
            Some(Sealing::Answered(answered)) => answer = Some(answered.answer.clone()),
            Some(Sealing::HomeVisited(visited)) => visited_at.extend(visited.address.clone()),
            None => {}
        }
    }
    let missing = || Failure::Internal(anyhow::anyhow!("the case has no applicant"));
    let applicant = applicant.ok_or_else(missing)?;
    Ok(SealedParts {
        applicant,
        answer,
        visited_at,
    })
}

pub(super) fn undecodable(error: serde_json::Error) -> Failure {
    Failure::Internal(error.into())
}
