//! Encrypts the personal part of a command, before a rule sees it.

use onestop_chassis::Failure;
use onestop_proto::{case::Command, ids::CaseId};

use super::Intake;
use crate::keyring::{CaseKey, key_failure};

impl Intake {
    /// The key that seals the personal part of a command. A case that is opened gets one; a command that was carried
    /// out before needs the one that it was sealed with.
    pub(super) async fn key_of(
        &self,
        command: &Command,
        case: CaseId,
        attempt: Attempt,
    ) -> Result<CaseKey, Failure> {
        let key = match (command, attempt) {
            (Command::Open(_), Attempt::First) => self.keyring.begin(case).await,
            (_, Attempt::First | Attempt::Repeated) => self.keyring.existing_key(case),
        };
        key.map_err(key_failure)
    }
}

/// Whether a command was carried out before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    Repeated,
}

/// The personal part of a command; none where it has no such part.
///
/// # Errors
/// If it does not serialize, which would be a defect of the contract.
pub(super) fn personal_part(command: &Command) -> Result<Option<Vec<u8>>, serde_json::Error> {
    Ok(match command {
        Command::Open(open) => Some(serde_json::to_vec(&open.applicant)?),
        Command::Correct(correct) => {
            let applicant = correct.applicant.as_ref();
            applicant.map(serde_json::to_vec).transpose()?
        }
        Command::FollowUp(follow_up) => {
            let note = follow_up.note.clone();
            note.map(|note| note.0.into_bytes())
        }
        Command::NoteHomeVisit(visit) => {
            let address = visit.address.clone();
            address.map(|address| address.0.into_bytes())
        }
        Command::AnswerCitizen(answer) => Some(answer.answer.clone().into_bytes()),
        Command::Redo(redo) => Some(redo.measure.0.clone().into_bytes()),
        Command::Attach(attach) => Some(attach.name.0.clone().into_bytes()),
        Command::RequestReferral(_)
        | Command::ReceiveMaterial(_)
        | Command::NotifyOnce(_)
        | Command::AttachPiece(_)
        | Command::SettleNeed(_)
        | Command::MarkUrgent(_)
        | Command::LiftUrgency(_)
        | Command::Withdraw(_)
        | Command::Merge(_)
        | Command::Rate(_)
        | Command::Close(_)
        | Command::Reopen(_)
        | Command::Archive(_) => None,
    })
}
