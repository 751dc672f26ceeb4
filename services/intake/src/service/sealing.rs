//! Encrypts the personal part of a command, before a rule sees it.

use onestop_chassis::Failure;
use onestop_proto::{
    case::{Applicant, Ciphertext, Command},
    ids::CaseId,
    personal,
    rejection::Explain,
};

use super::Intake;
use crate::{domain::Case, keyring::KeyringError};

impl Intake {
    /// The personal part of a command, encrypted with the case's key; none where it has no such part.
    pub(super) fn seal_personal(
        &self,
        command: &Command,
        case: CaseId,
    ) -> Result<Option<Ciphertext>, Failure> {
        if let Command::Open(open) = command {
            let indexed = self.persons.index_applicant(case, &open.applicant);
            indexed.map_err(key_failure)?;
        }
        let clear = personal_part(command).map_err(|error| Failure::Internal(error.into()))?;
        clear.map(|clear| self.seal(case, &clear)).transpose()
    }

    pub(super) fn seal(&self, case: CaseId, clear: &[u8]) -> Result<Ciphertext, Failure> {
        self.keyring.seal(case, clear).map_err(key_failure)
    }

    /// The applicant of a case; none if the key is gone.
    pub(super) fn applicant(&self, case: CaseId, state: &Case) -> Option<Applicant> {
        let clear = self.keyring.unseal(case, &state.applicant).ok()?;
        serde_json::from_slice(&clear).ok()
    }
}

fn personal_part(command: &Command) -> Result<Option<Vec<u8>>, serde_json::Error> {
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
        Command::AnswerCitizen(answer) => Some(answer.answer.clone().into_bytes()),
        Command::Redo(redo) => Some(redo.measure.0.clone().into_bytes()),
        Command::Attach(attach) => Some(attach.name.0.clone().into_bytes()),
        Command::RequestReferral(_)
        | Command::ReceiveMaterial(_)
        | Command::NotifyOnce(_)
        | Command::AttachPiece(_)
        | Command::NoteHomeVisit(_)
        | Command::Withdraw(_)
        | Command::Merge(_)
        | Command::Rate(_)
        | Command::Close(_)
        | Command::Reopen(_)
        | Command::Archive(_) => None,
    })
}

/// A case whose personal data was erased takes no more of it.
pub(super) fn key_failure(error: KeyringError) -> Failure {
    if let KeyringError::Erased { .. } = error {
        return personal::Rejection::KeyGone {}.rejected().into();
    }
    Failure::Internal(error.into())
}
