//! Executes a command: what it needs besides the case is made first, then the rules decide.

use onestop_chassis::{Failure, store::EventMeta};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    case::{Ciphertext, Command},
    command::AcceptedCommand,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber},
    rejection::Explain,
    time::Timestamp,
};

use super::{
    Intake,
    sealing::{Attempt, personal_part},
};
use crate::{
    domain::{self, Case, Joined, Reference, decide},
    read::register,
    streams::{CASE_RULES, case_stream},
    tracking::query_code,
};

impl Intake {
    /// Whether a command was carried out before.
    pub(super) fn attempt(&self, meta: &EventMeta) -> Result<Attempt, Failure> {
        Ok(if self.store.was_executed(meta.command)? {
            Attempt::Repeated
        } else {
            Attempt::First
        })
    }

    /// Executes a command of a case, or one that opens a case.
    pub(super) async fn execute(
        &self,
        command: &Command,
        mut meta: EventMeta,
        attempt: Attempt,
    ) -> Result<(AcceptedCommand, Case), Failure> {
        let case = meta.subject;
        let is_new = matches!(command, Command::Open(_)) && attempt == Attempt::First;
        let (number, short_code) = if is_new {
            let number = self.issue_number(command, &meta)?;
            (Some(number), Some(self.issue_short_code(case)?))
        } else {
            (None, None)
        };
        let clear = personal_part(command).map_err(|error| Failure::Internal(error.into()))?;
        let (mut sealed, mut query_code, mut text_key) = (nothing_sealed(), None, None);
        if let Some(clear) = clear {
            let key = self.key_of(command, case, attempt).await?;
            sealed = key.seal(&clear);
            query_code = is_new.then(|| key.seal(query_code::generate().as_bytes()));
            text_key = is_new.then(|| key.text_secret().public());
            // The number of an organ's letter is sealed as other services' texts are: they hand it on as it is stored.
            meta.text_key = text_key;
            // A plain hash over a name and a number would let a reader of the log try names and numbers.
            meta.commandhash = key.keyed_hash(&meta.commandhash);
        }
        let named = self.resolve(command, case, &meta.actor)?;
        // The turn is held until the append.
        let (_turn, joined) = self.joined(command, case).await?;
        let latest_act = if is_new {
            None
        } else {
            self.latest_act(&mut meta)?
        };
        self.store
            .execute_reading(
                &case_stream(case),
                &meta,
                None,
                &CASE_RULES,
                |state, now, reads| {
                    let reference = self.reference(&named, state, reads);
                    let directory = self.directory.get();
                    let context = domain::Context {
                        number: number.as_ref(),
                        query_code: query_code.as_ref(),
                        text_key,
                        short_code: short_code.as_ref(),
                        reference: &reference,
                        joined,
                        latest_act,
                        ..Self::context(&directory, &meta, now, &sealed)
                    };
                    decide(state, command, &context)
                },
            )
            .await
    }

    /// When the latest act of a person on the case happened, if the command says when its own happened. The decision then
    /// rests on the events that were read.
    fn latest_act(&self, meta: &mut EventMeta) -> Result<Option<Timestamp>, Failure> {
        if meta.occurred_at.is_none() {
            return Ok(None);
        }
        let history = self.store.history(&case_stream(meta.subject))?;
        let revision = (history.len() as u64).checked_sub(1);
        meta.expected_revision = meta.expected_revision.or(revision);
        let acts = history
            .iter()
            .filter(|event| event.actor.role != Role::System);
        Ok(acts.map(|event| event.time).max())
    }

    /// Adds to the answer what the citizen's receipt shows.
    pub(super) fn complete(
        &self,
        command: &Command,
        accepted: AcceptedCommand,
        state: &Case,
    ) -> AcceptedCommand {
        let case = accepted.case;
        let (mut code, mut short_code) = (None, None);
        let mut warnings = Vec::new();
        if let Command::Open(_) = command {
            code = self.query_code(case, state);
            short_code.clone_from(&state.opened.short_code);
            warnings.clone_from(&state.warnings);
        }
        if let Command::Correct(_) = command {
            warnings.clone_from(&state.warnings);
        }
        AcceptedCommand {
            number: Some(state.opened.number.clone()),
            query_code: code.as_deref().map(query_code::format),
            short_code,
            warnings: warnings
                .iter()
                .map(|warning| warning.text().into())
                .collect(),
            ..accepted
        }
    }

    fn context<'a>(
        directory: &'a Directory,
        meta: &'a EventMeta,
        now: Timestamp,
        sealed: &'a Ciphertext,
    ) -> domain::Context<'a> {
        domain::Context {
            now,
            occurred_at: meta.occurred_at,
            latest_act: None,
            late_entry: meta.late_entry.as_ref(),
            actor: &meta.actor,
            directory,
            number: None,
            sealed,
            query_code: None,
            text_key: None,
            short_code: None,
            reference: &Reference::None,
            joined: Joined::default(),
        }
    }

    /// Decides a command without writing.
    pub(super) fn dry_run(
        &self,
        command: &Command,
        meta: &EventMeta,
        state: Option<&Case>,
    ) -> Result<(), Failure> {
        let sealed = nothing_sealed();
        let now = self.store.clock().now();
        let directory = self.directory.get();
        let context = Self::context(&directory, meta, now, &sealed);
        decide(state, command, &context).map_err(|rejection| rejection.rejected())?;
        Ok(())
    }

    /// The next number of the site. A case that will be refused gets none, and no key is made for it.
    fn issue_number(&self, command: &Command, meta: &EventMeta) -> Result<CaseNumber, Failure> {
        let now = self.store.clock().now();
        self.dry_run(command, meta, None)?;
        let registered = |series: &str| {
            let last = register::last_issued(&self.register, series)?;
            Ok::<_, anyhow::Error>(last.saturating_add(self.given_elsewhere(now)))
        };
        let number = self.numbers.next(meta.actor.unit.site(), now, registered);
        number.map_err(Failure::Internal)
    }

    fn issue_short_code(&self, case: CaseId) -> Result<ShortCode, Failure> {
        let is_given = |code: &ShortCode| register::has_short_code(&self.register, code);
        Ok(self.short_codes.issue(case, is_given)?)
    }

    /// How many numbers of today may have been given by a log that this one replaces: as many as there are events that
    /// others have of it and this one lacks. A log that was made on another day has given all numbers of today itself.
    fn given_elsewhere(&self, now: Timestamp) -> u32 {
        let made = self.store.made_at();
        if made.is_none_or(|made| made.china_date() != now.china_date()) {
            return 0;
        }
        let missing = self.store.missing_events().min(MOST_MISSING);
        u32::try_from(missing).unwrap_or(0)
    }
}

/// A number has nine digits for the count.
const MOST_MISSING: u64 = 90_000_000;

/// What a command without a personal part hands to the rules, which do not look at it.
fn nothing_sealed() -> Ciphertext {
    Ciphertext(String::new())
}
