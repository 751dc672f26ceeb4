//! Erasing (删除): the event is durable first, then the key is destroyed; a start carries out what is on record.

use onestop_chassis::{
    Failure,
    client::{Client, ClientError},
    store::EventMeta,
};
use onestop_proto::{
    actor::Actor,
    case,
    command::{AcceptedCommand, CommandType, Request},
    envelope::Envelope,
    ids::CaseId,
    personal::{
        AccessWay, Command, ERASED_HERE_ONLY, ErasureRequests, OpenErasureRequest, Rejection,
    },
    query::{CustodyQuery, OpenInstruction},
    rejection::{CommonRejection, Explain, RejectionKind},
};

use super::{Persons, Reader, WAIT_LIMIT, malformed, terms};
use crate::{
    domain::{
        Case, ErasureContext, RetentionStarts, check_second_person, decide_erasure, effective_time,
        visible_request,
    },
    erasures::remove_files,
    keyring::key_failure,
    loaded_case::LoadedCase,
    read::register,
    streams::{CASE_RULES, case_stream},
};

/// So many requests are listed at most: each is read from its case.
const MOST_REQUESTS: usize = 100;

impl Persons {
    /// The requests for an erasure that wait for a second person, and which of them the actor carries out.
    pub(super) fn erasure_requests(&self, actor: &Actor) -> Result<ErasureRequests, Failure> {
        let now = self.store.clock().now();
        let cases = self
            .register
            .look_up(|rows| register::erasures_requested(rows, now))?;
        let mut listed = ErasureRequests::default();
        for case in cases {
            let loaded = self.store.load(&case_stream(case), &CASE_RULES)?;
            let Some((state, revision)) = loaded else {
                continue;
            };
            let Some(requested) = visible_request(&state, actor, now, &self.directory) else {
                continue;
            };
            if listed.requests.len() == MOST_REQUESTS {
                listed.more = true;
                break;
            }
            let is_second = check_second_person(requested, actor, &self.directory).is_ok();
            listed.requests.push(OpenErasureRequest {
                case,
                revision,
                number: state.opened.number.clone(),
                item: state.about.item.clone(),
                topic: state.about.topic.clone(),
                window: state.opened.window.clone(),
                requested: requested.clone(),
                available: is_second.then(|| "erase".to_owned()).into_iter().collect(),
            });
        }
        Ok(listed)
    }

    pub(crate) async fn command(
        &self,
        name: &str,
        request: Request,
        loaded: Option<LoadedCase>,
        client: &Client,
    ) -> Result<AcceptedCommand, Failure> {
        // Without keys it cannot be seen whether the note names the person.
        self.keyring.check_released().map_err(key_failure)?;
        let command = Command::parse(name, request.data.clone());
        let command = command.map_err(|malformed| CommonRejection::from(malformed).rejected())?;
        let Some(LoadedCase { case, state, .. }) = loaded else {
            return Err(malformed("case", "this command needs a case"));
        };
        let mut meta = EventMeta::from_request(name, &request, case);
        let mut instruction = None;
        if !self.store.was_executed(meta.command)? {
            self.check_note(&request, case, note(&command)).await?;
            instruction = open_instruction(case, &request.actor, client).await?;
        }
        let history = self.store.history(&case_stream(case))?;
        let retention_starts = self.retention_starts(&history, &state)?;
        // The decision rests on the events that were read.
        let revision = history.len() as u64 - 1;
        meta.expected_revision = meta.expected_revision.or(Some(revision));
        let (accepted, state) = self
            .store
            .execute(
                &case_stream(case),
                &meta,
                None,
                &CASE_RULES,
                |state, now| {
                    let context = ErasureContext {
                        now,
                        hand: meta.hand(),
                        second_person_hours: self.second_person_hours,
                        today: now.china_date(),
                        actor: &meta.actor,
                        directory: &self.directory,
                        retention_starts: &retention_starts,
                        instruction: instruction.as_ref(),
                    };
                    state.map_or(Ok(Vec::new()), |state| {
                        decide_erasure(state, &command, &context)
                    })
                },
            )
            .await?;
        let accepted = self.finish_erasure(&command, accepted).await;
        let accepted = accepted.map_err(Failure::Internal)?;
        if self.index.is_built() {
            // What takes longer than that follows from the log.
            let gone = self.index.wait_for(accepted.at.position);
            let _ = tokio::time::timeout(WAIT_LIMIT, gone).await;
        }
        let number = Some(state.opened.number);
        Ok(AcceptedCommand { number, ..accepted })
    }

    /// When the retention periods of a case began, by its history.
    fn retention_starts(
        &self,
        history: &[Envelope],
        state: &Case,
    ) -> Result<RetentionStarts, Failure> {
        let mut retention_starts = RetentionStarts::default();
        let window = state.opened.window_division;
        for envelope in history {
            let event: case::Event = envelope
                .raw()
                .parse()
                .map_err(|error: serde_json::Error| Failure::Internal(error.into()))?;
            let moments = (envelope.time, envelope.recordedtime);
            let at = effective_time(moments, &self.directory, window);
            retention_starts.take_in(&event, at);
        }
        Ok(retention_starts)
    }

    /// Refuses a note that names the person: a note is stored for ever.
    async fn check_note(
        &self,
        request: &Request,
        case: CaseId,
        note: Option<&str>,
    ) -> Result<(), Failure> {
        let Some(note) = note else { return Ok(()) };
        // The rules refuse a case that cannot be decrypted any more.
        let Ok(opened) = self.decrypt_parts(case) else {
            return Ok(());
        };
        if terms::names_person(note, &opened.applicant) {
            let reader = Reader {
                actor: &request.actor,
                proven: request.proven.as_ref(),
            };
            self.record_compared(reader, case, AccessWay::Erase).await?;
            let field = "data.note".to_owned();
            return Err(Rejection::NamesThePerson { field }.rejected().into());
        }
        Ok(())
    }

    /// The answer, once an erasure that is on record was carried out: here, and on the standby, which destroys the key
    /// before it has the event. It warns where the standby does not have that yet.
    async fn finish_erasure(
        &self,
        command: &Command,
        accepted: AcceptedCommand,
    ) -> anyhow::Result<AcceptedCommand> {
        let Command::Erase(_) = command else {
            return Ok(accepted);
        };
        self.destroy(accepted.case).await?;
        let mut warnings = accepted.warnings;
        if self.store.is_missing_on_standby(accepted.at.position).await {
            warnings.push(ERASED_HERE_ONLY.into());
        }
        Ok(AcceptedCommand {
            warnings,
            ..accepted
        })
    }

    /// Destroys the key and the files of an erased case, and enters it in the list. Idempotent.
    async fn destroy(&self, case: CaseId) -> anyhow::Result<()> {
        self.keyring.erase(case).await?;
        remove_files(&self.attachments, case)?;
        self.witness.enter(case).await
    }
}

/// The note of a command, which is stored for ever.
fn note(command: &Command) -> Option<&str> {
    match command {
        Command::RequestErasure(request) => request.note.as_deref(),
        Command::RefuseErasure(refuse) => Some(&refuse.note),
        Command::Erase(erase) => erase.note.as_deref(),
    }
}

/// The supervisor's instruction that waits for an answer, as referral shows it to the actor; none for a case that
/// referral does not know. Who may not see the case there may not erase it here either.
async fn open_instruction(
    case: CaseId,
    actor: &Actor,
    client: &Client,
) -> Result<Option<OpenInstruction>, Failure> {
    match client
        .ask(actor.clone().into(), &CustodyQuery { case })
        .await
    {
        Ok(custody) => Ok(custody.instruction),
        Err(ClientError::Rejected(rejected)) if rejected.kind == RejectionKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error.into_rejected().into()),
    }
}
