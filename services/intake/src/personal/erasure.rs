//! Erasing (删除): the event is durable first, then the key is destroyed; a start carries out what is on record.

use jiff::civil::Date;
use onestop_chassis::{
    CommandResult, Failure,
    client::{Client, ClientError},
    node::require_undated,
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
    problem_words::own,
    query::{CustodyQuery, HandoverView, OpenInstruction},
    rejection::{Explain, Malformed, RejectionKind},
};

use super::{Persons, Reader, WAIT_LIMIT, terms};
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
    ) -> CommandResult {
        require_undated(&request)?;
        // Without keys it cannot be seen whether the note names the person.
        self.keyring.check_released().map_err(key_failure)?;
        let command = Command::parse(name, request.data.clone());
        let command = command?;
        let Some(LoadedCase { case, state, .. }) = loaded else {
            return Err(Malformed::new("case", own::NEEDS_CASE.en).into());
        };
        let mut meta = EventMeta::from_request(name, &request, case);
        let mut custody = CustodyFacts::default();
        if !self.store.was_executed(meta.command)? {
            self.check_note(&request, case, note(&command)).await?;
            custody = custody_facts(case, &request.actor, client).await?;
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
                        instruction: custody.instruction.as_ref(),
                        disclosed_until: custody.disclosed_until,
                    };
                    state.map_or(Ok(Vec::new()), |state| {
                        decide_erasure(state, &command, &context)
                    })
                },
            )
            .await?;
        let accepted = self.finish_erasure(&command, accepted).await;
        let accepted = accepted.map_err(Failure::Internal)?;
        self.wait_for_index(accepted.at.position).await;
        let number = Some(state.opened.number);
        Ok(AcceptedCommand { number, ..accepted })
    }

    /// Waits for the index of persons to have an event, if it is built; what takes longer follows from the log.
    async fn wait_for_index(&self, position: u64) {
        if self.index.is_built() {
            let current = self.index.wait_for(position);
            let _ = tokio::time::timeout(WAIT_LIMIT, current).await;
        }
    }

    /// When the retention periods of a case began, by its history.
    pub(super) fn retention_starts(
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

/// What referral knows that an erasure waits for.
#[derive(Default)]
pub(super) struct CustodyFacts {
    /// The supervisor's instruction that waits for an answer.
    pub(super) instruction: Option<OpenInstruction>,
    /// Until when the records of what bodies outside were given are kept.
    pub(super) disclosed_until: Option<Date>,
}

/// As referral shows it to the actor; nothing for a case that referral does not know. Who may not see the case there may not
/// erase it here either.
pub(super) async fn custody_facts(
    case: CaseId,
    actor: &Actor,
    client: &Client,
) -> Result<CustodyFacts, Failure> {
    match client
        .ask(actor.clone().into(), &CustodyQuery { case })
        .await
    {
        Ok(custody) => Ok(CustodyFacts {
            instruction: custody.instruction,
            disclosed_until: disclosed_until(&custody.handed_over),
        }),
        Err(ClientError::Rejected(rejected)) if rejected.kind == RejectionKind::NotFound => {
            Ok(CustodyFacts::default())
        }
        Err(error) => Err(error.into_rejected().into()),
    }
}

fn disclosed_until(handed_over: &[HandoverView]) -> Option<Date> {
    let gave_data = |one: &&HandoverView| !one.handed.data.is_empty();
    let given = handed_over.iter().filter(gave_data);
    given.map(|one| one.handed.kept_until).max()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn handed_over(kept_until: &str, data: &[&str]) -> HandoverView {
        let handed = json!({
            "handover": "019ab0c4-8000-7000-8000-00000000000a",
            "by": "s4k2m9qxa.window", "staff": "zhang-li",
            "to": "s4k2m9qxa.police", "to_division": "530821",
            "purpose": "report", "data": data,
            "basis": { "ground": "statute", "law": "人民调解法第二十五条" },
            "kept_until": kept_until, "at": "2026-03-04T02:00:00Z",
        });
        serde_json::from_value(json!({ "handed": handed })).unwrap()
    }

    /// 网络数据安全管理条例 art. 12: each record of data that was given away is kept until its own day.
    #[test]
    fn the_last_day_of_all_records_counts() {
        let given = [
            handed_over("2029-03-04", &["identity"]),
            handed_over("2036-03-04", &["identity", "facts"]),
            handed_over("2046-03-04", &[]),
        ];
        let last = "2036-03-04".parse().unwrap();
        assert_eq!(disclosed_until(&given), Some(last));
        assert_eq!(disclosed_until(&given[2..]), None);
    }
}
