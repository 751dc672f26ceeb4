//! Opening what is sealed, and who did: whatever is shown was recorded before.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use onestop_chassis::{
    Failure,
    settings::Settings,
    shutdown::Shutdown,
    store::{EventMeta, Rules, Store},
    supervisor::Supervisor,
    view::View,
};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    case::{self, Applicant, Ciphertext},
    command::CommandType,
    envelope::{Address, Envelope, LogPosition},
    ids::{CaseId, CaseRef},
    personal::{
        AccessRecord, AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, Command,
        Event, PersonalDataAccessed, PersonalDataKind, Rejection,
    },
    query::Question,
    rejection::{CommonRejection, Explain, Malformed, parse_field},
};
use serde_json::Value;
use tracing::{error, info};

use super::{index::Index, traces};
use crate::{
    domain::{Case, holder_division, may_open, may_see_readings},
    keyring::{Keyring, KeyringError},
    service::{RULES, stream},
    views::Register,
};

/// The commands about persons.
pub(crate) const NAMES: &[&str] = Command::NAMES;
/// The questions about them.
pub(crate) const QUESTIONS: [&str; 4] = ["applicant", "readings", "find", "similar"];

/// The state of `access/<case>` is its last event: nothing is decided on it.
const ACCESS: Rules<PersonalDataAccessed, Event> = Rules {
    evolve: |_, Event::PersonalDataAccessed(opened)| Some(opened.clone()),
    address: |opened, _| Address {
        unit: opened.holder.clone(),
        division: opened.holder_division,
        item: None,
    },
};

/// What knows persons.
pub(crate) struct Persons {
    pub(super) store: Store,
    pub(super) keyring: Keyring,
    pub(super) directory: Arc<Directory>,
    pub(super) register: View<Register>,
    pub(super) index: Arc<Index>,
    pub(super) attachments: PathBuf,
}

/// What is sealed in a case, opened.
pub(super) struct Opened {
    pub(super) applicant: Applicant,
    pub(super) answer: Option<String>,
}

impl Persons {
    /// Finishes erasures that were announced and not carried out, and begins to read the traces.
    pub(crate) fn start(
        (store, keyring): (&Store, &Keyring),
        (directory, register): (&Arc<Directory>, &View<Register>),
        settings: &Settings,
        supervisor: &mut Supervisor,
    ) -> anyhow::Result<Self> {
        let persons = Self {
            store: store.clone(),
            keyring: keyring.clone(),
            directory: Arc::clone(directory),
            register: register.clone(),
            index: Arc::default(),
            attachments: settings.data.join(case::SERVICE).join("attachments"),
        };
        for case in register.read(Register::erased) {
            persons.destroy(case)?;
        }
        let (reader, shutdown) = (persons.reader(), supervisor.shutdown());
        supervisor.spawn("persons", async move {
            let stop = shutdown.clone();
            tokio::task::spawn_blocking(move || reader.read_all(&stop)).await??;
            shutdown.requested().await;
            Ok(())
        });
        Ok(persons)
    }

    /// From now on the case is found by these traces.
    pub(crate) fn trace(&self, case: CaseId, applicant: &Applicant) -> Result<(), KeyringError> {
        let traces = traces::of(applicant, self.keyring.search());
        self.keyring.begin(case, &traces)?;
        self.index.add(case, &traces);
        Ok(())
    }

    pub(crate) async fn answer(&self, name: &str, question: Question) -> Result<Value, Failure> {
        let Some(actor) = question.actor else {
            return Err(malformed(
                "actor",
                "who asks? Personal data is not for nobody",
            ));
        };
        let data = question.data;
        let answer = match name {
            "applicant" => serde_json::to_value(self.open(&actor, &parsed(data)?).await?),
            "readings" => serde_json::to_value(self.readings(&actor, &parsed(data)?)?),
            "find" => serde_json::to_value(self.find(&actor, &parsed(data)?)?),
            "similar" => serde_json::to_value(self.similar(&actor, &parsed(data)?)?),
            unknown => {
                let problem = format!("there is no question '{unknown}' here");
                return Err(malformed("question", &problem));
            }
        };
        answer.map_err(|error| Failure::Internal(error.into()))
    }

    async fn open(&self, actor: &Actor, query: &ApplicantQuery) -> Result<ApplicantView, Failure> {
        let (case, state) = self.case(&query.case)?;
        let reason = query.reason.as_deref().map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        may_open(&state, actor, reason, &self.directory).map_err(|it| it.rejected())?;
        let opened = self.opened(case)?;
        if reason.is_some_and(|reason| traces::names(reason, &opened.applicant)) {
            let field = "data.reason".to_owned();
            return Err(Rejection::NamesThePerson { field }.rejected().into());
        }
        let kinds = kinds(&opened);
        let recorded = self.record(actor, (case, &state), kinds, reason).await?;
        Ok(ApplicantView {
            case,
            applicant: opened.applicant,
            answer: opened.answer,
            recorded,
        })
    }

    /// Whether somebody may open what a case holds of persons; then it is recorded that they did.
    pub(crate) async fn open_file(
        &self,
        actor: &Actor,
        (case, state): (CaseId, &Case),
    ) -> Result<(), Failure> {
        may_open(state, actor, None, &self.directory).map_err(|it| it.rejected())?;
        let kinds = vec![PersonalDataKind::File];
        self.record(actor, (case, state), kinds, None).await?;
        Ok(())
    }

    async fn record(
        &self,
        actor: &Actor,
        (case, state): (CaseId, &Case),
        kinds: Vec<PersonalDataKind>,
        reason: Option<&str>,
    ) -> Result<LogPosition, Failure> {
        let event = PersonalDataAccessed {
            kinds,
            reason: reason.map(str::to_owned),
            holder: state.holder().clone(),
            holder_division: holder_division(state),
        };
        let meta = EventMeta::from_timer(self.store.clock().command(), case, actor.clone());
        let recorded = self
            .store
            .execute(&access(case), &meta, None, &ACCESS, |_, _| {
                Ok::<_, Rejection>(vec![Event::from(event.clone())])
            })
            .await?;
        Ok(recorded.0.at)
    }

    /// A correction: from now on the case is found by these traces alone.
    pub(crate) fn retrace(&self, case: CaseId, applicant: &Applicant) -> Result<(), KeyringError> {
        let held = self.keyring.held(case)?;
        let held = held.ok_or(KeyringError::Erased { case })?;
        let traces = traces::of(applicant, self.keyring.search());
        self.keyring.retrace(case, &traces)?;
        self.index.remove(case, &held.traces);
        self.index.add(case, &traces);
        Ok(())
    }

    fn readings(
        &self,
        actor: &Actor,
        query: &AccessRecordsQuery,
    ) -> Result<AccessRecords, Failure> {
        let (case, state) = self.case(&query.case)?;
        may_see_readings(&state, actor, &self.directory).map_err(|it| it.rejected())?;
        let mut readings = Vec::new();
        for envelope in self.store.history(&access(case))? {
            let Event::PersonalDataAccessed(opened) = envelope.raw().parse().map_err(foreign)?;
            readings.push(AccessRecord {
                at: envelope.time,
                by: envelope.actor,
                kinds: opened.kinds,
                reason: opened.reason,
            });
        }
        Ok(AccessRecords { case, readings })
    }

    /// The case of that id or number, and how it stands.
    pub(super) fn case(&self, asked: &CaseRef) -> Result<(CaseId, Case), Failure> {
        let known = self.register.read(|register| register.find(asked));
        let state = match known {
            Some(case) => self.state(case)?.map(|state| (case, state)),
            None => None,
        };
        state.ok_or_else(|| {
            let case = asked.clone();
            CommonRejection::UnknownCase { case }.rejected().into()
        })
    }

    pub(super) fn state(&self, case: CaseId) -> Result<Option<Case>, Failure> {
        let loaded = self.store.load(&stream(case), &RULES)?;
        Ok(loaded.map(|(state, _)| state))
    }

    /// Opens what is sealed in a case, for whoever has been found to be allowed.
    pub(super) fn opened(&self, case: CaseId) -> Result<Opened, Failure> {
        let sealed = sealed(&self.store.history(&stream(case))?)?;
        let open = |sealed: &Ciphertext| match self.keyring.unseal(case, sealed) {
            Ok(clear) => Ok(clear),
            Err(KeyringError::Erased { .. }) => Err(Rejection::KeyGone {}.rejected().into()),
            Err(error) => Err(Failure::Internal(error.into())),
        };
        let text = |clear: Vec<u8>| String::from_utf8_lossy(&clear).into_owned();
        Ok(Opened {
            applicant: serde_json::from_slice(&open(&sealed.applicant)?).map_err(foreign)?,
            answer: sealed.answer.as_ref().map(open).transpose()?.map(text),
        })
    }

    fn reader(&self) -> Reader {
        Reader {
            store: self.store.clone(),
            keyring: self.keyring.clone(),
            index: Arc::clone(&self.index),
        }
    }
}

/// What of a person an opened case shows.
fn kinds(opened: &Opened) -> Vec<PersonalDataKind> {
    let said = traces::said(&opened.applicant);
    let some = |kind, there: bool| there.then_some(kind);
    [
        some(PersonalDataKind::Identity, true),
        some(
            PersonalDataKind::Contact,
            said.iter().any(|said| said.phone.is_some()),
        ),
        some(
            PersonalDataKind::Narrative,
            !opened.applicant.summary.is_empty(),
        ),
        some(PersonalDataKind::Answer, opened.answer.is_some()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is sealed in a case; the last of each counts.
struct SealedParts {
    applicant: Ciphertext,
    answer: Option<Ciphertext>,
}

fn sealed(history: &[Envelope]) -> Result<SealedParts, Failure> {
    let (mut applicant, mut answer) = (None, None);
    for envelope in history {
        let event = envelope.raw().parse().map_err(foreign)?;
        if let case::Event::Opened(opened) = event {
            applicant = Some(opened.applicant);
        } else if let case::Event::Corrected(corrected) = event {
            applicant = corrected.applicant.or(applicant);
        } else if let case::Event::Answered(answered) = event {
            answer = Some(answered.answer);
        }
    }
    let nobody = || Failure::Internal(anyhow::anyhow!("a case without an applicant"));
    let applicant = applicant.ok_or_else(nobody)?;
    Ok(SealedParts { applicant, answer })
}

/// Reads the traces that lie beside the keys, off the tasks that attend to people; and wraps the keys that an
/// earlier version left bare.
struct Reader {
    store: Store,
    keyring: Keyring,
    index: Arc<Index>,
}

impl Reader {
    fn read_all(&self, shutdown: &Shutdown) -> anyhow::Result<()> {
        let mut told: HashMap<&str, u64> = HashMap::new();
        for case in self.keyring.cases()? {
            if shutdown.is_requested() {
                return Ok(());
            }
            match self.read(case) {
                Ok(outcome) => *told.entry(outcome).or_default() += 1,
                // Its own case cannot be opened; the others can.
                Err(failed) => {
                    let failed = format!("{failed:#}");
                    error!(case.id = %case, error = failed, "a key cannot be used");
                }
            }
            self.index.was_read();
        }
        self.index.is_whole();
        let of = |outcome: &str| told.get(outcome).copied().unwrap_or_default();
        info!(
            keys = of("wrapped") + of("bare"),
            wrapped_now = of("bare"),
            "the traces of persons are read"
        );
        Ok(())
    }

    fn read(&self, case: CaseId) -> anyhow::Result<&'static str> {
        let Some(held) = self.keyring.held(case)? else {
            return Ok("gone");
        };
        if !held.bare {
            self.index.add(case, &held.traces);
            return Ok("wrapped");
        }
        let traces = self.traces_in_log(case)?;
        self.keyring.retrace(case, &traces)?;
        self.index.add(case, &traces);
        Ok("bare")
    }

    fn traces_in_log(&self, case: CaseId) -> anyhow::Result<Vec<crate::keyring::Trace>> {
        let history = self.store.history(&stream(case))?;
        // A key whose case was refused in the end.
        let Ok(sealed) = sealed(&history) else {
            return Ok(Vec::new());
        };
        let clear = self.keyring.unseal(case, &sealed.applicant)?;
        let applicant: Applicant = serde_json::from_slice(&clear)?;
        Ok(traces::of(&applicant, self.keyring.search()))
    }
}

fn access(case: CaseId) -> String {
    format!("access/{case}")
}

fn foreign(error: serde_json::Error) -> Failure {
    Failure::Internal(error.into())
}

fn parsed<T: serde::de::DeserializeOwned>(data: Value) -> Result<T, Failure> {
    parse_field("data", data)
        .map_err(|malformed| CommonRejection::from(malformed).rejected().into())
}

pub(super) fn malformed(field: &str, problem: &str) -> Failure {
    let malformed = Malformed {
        field: field.to_owned(),
        problem: problem.to_owned(),
    };
    CommonRejection::from(malformed).rejected().into()
}
