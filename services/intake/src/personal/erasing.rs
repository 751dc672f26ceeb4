//! Erasing: first it is on the record, then the key is destroyed; a start finishes what the record says.

use std::{fs, io};

use onestop_chassis::{
    Failure,
    client::{Client, ClientError},
    store::EventMeta,
};
use onestop_proto::{
    case,
    command::{AcceptedCommand, CommandType, Request},
    ids::CaseId,
    personal::{Command, Rejection},
    query::{CustodyQuery, CustodyView, OpenInstruction},
    referral,
    rejection::{CommonRejection, Explain, RejectionKind},
};

use super::{Persons, desk::malformed, traces};
use crate::{
    attachments::folder_of,
    domain::{Grounds, Moments, decide_erasure},
    service::{RULES, stream},
};

impl Persons {
    pub(crate) async fn command(
        &self,
        name: &str,
        request: Request,
        client: &Client,
    ) -> Result<AcceptedCommand, Failure> {
        let command = Command::parse(name, request.data.clone());
        let Command::Erase(erase) =
            command.map_err(|malformed| CommonRejection::from(malformed).rejected())?;
        let Some(asked) = request.case.clone() else {
            return Err(malformed("case", "this command needs a case"));
        };
        let (case, _) = self.case(&asked)?;
        let mut meta = EventMeta::from_request(name, &request, case);
        let mut instruction = None;
        if !self.store.was_executed(meta.command) {
            self.refuse_naming(case, erase.note.as_deref())?;
            instruction = open_instruction(case, client).await?;
        }
        let mut moments = Moments::default();
        let history = self.store.history(&stream(case))?;
        for envelope in &history {
            let event: case::Event = envelope
                .raw()
                .parse()
                .map_err(|error: serde_json::Error| Failure::Internal(error.into()))?;
            moments.take_in(&event, envelope.time);
        }
        // What was read is what is decided on.
        let revision = history.len() as u64 - 1;
        meta.expected_revision = meta.expected_revision.or(Some(revision));
        let (accepted, state) = self
            .store
            .execute(&stream(case), &meta, None, &RULES, |state, now| {
                let grounds = Grounds {
                    today: now.china_date(),
                    actor: &meta.actor,
                    directory: &self.directory,
                    moments: &moments,
                    instruction: instruction.as_ref(),
                };
                state.map_or(Ok(Vec::new()), |state| {
                    decide_erasure(state, &erase, &grounds)
                })
            })
            .await?;
        self.destroy(case).map_err(Failure::Internal)?;
        let number = Some(state.opened.number);
        Ok(AcceptedCommand { number, ..accepted })
    }

    /// A note stays for ever: it may not name who is to be forgotten.
    fn refuse_naming(&self, case: CaseId, note: Option<&str>) -> Result<(), Failure> {
        let Some(note) = note else { return Ok(()) };
        // Where nothing can be opened any more, the rules say so.
        let Ok(opened) = self.opened(case) else {
            return Ok(());
        };
        if traces::names(note, &opened.applicant) {
            let field = "data.note".to_owned();
            return Err(Rejection::NamesThePerson { field }.rejected().into());
        }
        Ok(())
    }

    /// Destroys what the record says is erased. Doing it again changes nothing.
    pub(super) fn destroy(&self, case: CaseId) -> anyhow::Result<()> {
        if let Ok(Some(held)) = self.keyring.held(case) {
            self.index.remove(case, &held.traces);
        }
        if !self.keyring.is_erased(case) {
            self.keyring.erase(case)?;
        }
        let attachments = folder_of(&self.attachments, case);
        match fs::remove_dir_all(&attachments) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let what = format!("cannot remove {}", attachments.display());
                Err(anyhow::Error::new(error).context(what))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// What a supervisor waits for in a case, which custody knows. A case that referral has not heard of has
/// nothing of the kind.
async fn open_instruction(
    case: CaseId,
    client: &Client,
) -> Result<Option<OpenInstruction>, Failure> {
    let (referral, query) = (referral::service(), CustodyQuery { case });
    let asked = client.question::<CustodyView>(&referral, "custody", (None, None), &query);
    match asked.await {
        Ok(custody) => Ok(custody.instruction),
        Err(ClientError::Rejected(rejected)) if rejected.kind == RejectionKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error.into_rejected().into()),
    }
}
