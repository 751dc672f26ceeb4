//! Executes a command: what it needs besides the case is made first, then the rules decide.

use onestop_chassis::{Failure, store::EventMeta};
use onestop_proto::{
    case::{Ciphertext, Command},
    command::{AcceptedCommand, Request},
    ids::{CaseId, CaseNumber},
    rejection::{Explain, Malformed},
    time::Timestamp,
};

use super::{Intake, malformed, sealing::key_failure};
use crate::{
    domain::{self, Case, Reference, decide},
    streams::{CASE_RULES, case_stream},
    tracking::query_code,
};

impl Intake {
    /// The case that a command is about: a new one for `open`, else one that is known here.
    pub(super) fn case_of(&self, command: &Command, request: &Request) -> Result<CaseId, Failure> {
        if let Command::Open(_) = command {
            return Ok(request.id.case());
        }
        match &request.case {
            Some(case_ref) => Ok(self.load(case_ref)?.0),
            None => Err(malformed(Malformed {
                field: "case".to_owned(),
                problem: "this command needs a case".to_owned(),
            })),
        }
    }

    pub(super) async fn execute(
        &self,
        command: &Command,
        mut meta: EventMeta,
    ) -> Result<(AcceptedCommand, Case), Failure> {
        let case = meta.subject;
        let is_new =
            matches!(command, Command::Open(_)) && !self.store.was_executed(meta.command)?;
        let number = if is_new {
            Some(self.issue_number(command, &meta)?)
        } else {
            None
        };
        let sealed = self.seal_personal(command, case)?;
        let query_code = if is_new {
            Some(self.seal(case, query_code::generate().as_bytes())?)
        } else {
            None
        };
        let reference = self.resolve(command, case)?;
        if sealed.is_some() {
            // A plain hash over a name and a number would let a reader of the log try names and numbers.
            let keyed = self.keyring.keyed_hash(case, &meta.commandhash);
            meta.commandhash = keyed.map_err(key_failure)?;
        }
        let sealed = sealed.unwrap_or_else(nothing_sealed);
        self.store
            .execute(
                &case_stream(case),
                &meta,
                None,
                &CASE_RULES,
                |state, now| {
                    let context = domain::Context {
                        number: number.as_ref(),
                        query_code: query_code.as_ref(),
                        reference: &reference,
                        ..self.context(&meta, now, &sealed)
                    };
                    decide(state, command, &context)
                },
            )
            .await
    }

    /// Adds to the answer what the citizen's receipt shows, and reindexes a corrected applicant.
    pub(super) fn complete(
        &self,
        command: &Command,
        accepted: AcceptedCommand,
        state: &Case,
    ) -> Result<AcceptedCommand, Failure> {
        let case = accepted.case;
        let mut code = None;
        let mut warnings = Vec::new();
        if let Command::Open(_) = command {
            code = self.query_code(case, state);
            warnings.clone_from(&state.warnings);
        }
        if let Command::Correct(correct) = command {
            warnings.clone_from(&state.warnings);
            if let Some(applicant) = &correct.applicant {
                let reindexed = self.persons.reindex_applicant(case, applicant);
                reindexed.map_err(key_failure)?;
            }
        }
        Ok(AcceptedCommand {
            number: Some(state.opened.number.clone()),
            query_code: code.as_deref().map(query_code::format),
            warnings: warnings
                .iter()
                .map(|warning| warning.text().into())
                .collect(),
            ..accepted
        })
    }

    fn context<'a>(
        &'a self,
        meta: &'a EventMeta,
        now: Timestamp,
        sealed: &'a Ciphertext,
    ) -> domain::Context<'a> {
        domain::Context {
            now,
            occurred_at: meta.occurred_at,
            actor: &meta.actor,
            directory: &self.directory,
            number: None,
            sealed,
            query_code: None,
            reference: &Reference::None,
        }
    }

    /// Decides a command without writing; the revision of the case that it would be decided on.
    pub(super) fn dry_run(&self, command: &Command, meta: &EventMeta) -> Result<u64, Failure> {
        let sealed = nothing_sealed();
        let now = self.store.clock().now();
        let loaded = self.store.load(&case_stream(meta.subject), &CASE_RULES)?;
        let (state, revision) = loaded.map_or((None, 0), |(state, at)| (Some(state), at));
        let context = self.context(meta, now, &sealed);
        decide(state.as_ref(), command, &context).map_err(|rejection| rejection.rejected())?;
        Ok(revision)
    }

    /// The next number of the site. A case that will be refused gets none, and no key is made for it.
    fn issue_number(&self, command: &Command, meta: &EventMeta) -> Result<CaseNumber, Failure> {
        let now = self.store.clock().now();
        self.dry_run(command, meta)?;
        let number = self.numbers.next(meta.actor.unit.site(), now);
        number.map_err(|error| Failure::Internal(error.into()))
    }
}

/// What a command without a personal part hands to the rules, which do not look at it.
fn nothing_sealed() -> Ciphertext {
    Ciphertext(String::new())
}
