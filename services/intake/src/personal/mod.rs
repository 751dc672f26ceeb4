//! Persons (个人信息): access is recorded before personal data is shown, cases are found without showing it, and
//! it is erased for ever.

mod access;
mod erasure;
pub(crate) mod erasure_offer;
mod index;
mod recording;
mod same_person;
mod sealed;
mod search;
mod terms;
mod texts;
mod upkeep;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use onestop_chassis::{
    Failure,
    metrics::Metrics,
    projection::{Projected, Projection},
    service::encode_answer,
    sqlite,
    store::{ReadingVolumes, RecentReadings, Store},
    supervisor::Supervisor,
};
use onestop_directory::Directory;
use onestop_proto::{
    case::{Applicant, Ciphertext},
    command::CommandType,
    ids::{CaseId, CaseRef},
    personal::{
        AccessRecordsQuery, ApplicantQuery, Command, ErasureRequestsQuery, PersonSearchQuery,
        Rejection, SimilarCasesQuery, TextsQuery,
    },
    problem_words::own,
    query::{PersonQuestion, Question},
    raw_json::RawJson,
    rejection::{CommonRejection, Explain, Malformed},
};

pub(crate) use self::recording::Reader;
use self::{
    access::FileOfReader,
    index::PersonIndex,
    same_person::is_same_person,
    sealed::{sealed_parts, undecodable},
    texts::CaseOfReader,
    upkeep::Upkeep,
};
use crate::{
    domain::{Applicants, Case},
    erasures::Witness,
    keyring::{Keyring, key_failure},
    read::register::{self, Register},
    streams::{ACCESSES, CASE_RULES, case_stream},
};

/// The commands about persons.
pub(crate) const NAMES: &[&str] = Command::NAMES;

/// How long a question waits for the read models.
const WAIT_LIMIT: Duration = Duration::from_secs(8);

/// The part of intake that handles personal data.
pub(crate) struct Persons {
    store: Store,
    keyring: Keyring,
    directory: Arc<Directory>,
    register: Projection<Register>,
    index: Projection<PersonIndex>,
    witness: Arc<Witness>,
    attachments: PathBuf,
    metrics: Metrics,
    volumes: ReadingVolumes,
    /// Files whose first piece was recorded lately, by reader.
    files_read: RecentReadings<FileOfReader>,
    /// Cases whose texts were recorded lately, by reader.
    texts_read: RecentReadings<CaseOfReader>,
    second_person_hours: u32,
}

/// What [`Persons`] shares with the service.
pub(crate) struct Parts<'a> {
    pub(crate) store: &'a Store,
    pub(crate) keyring: &'a Keyring,
    pub(crate) directory: &'a Arc<Directory>,
    pub(crate) register: &'a Projection<Register>,
    pub(crate) witness: Arc<Witness>,
    pub(crate) folder: &'a Path,
    /// The folder of the files of cases.
    pub(crate) attachments: PathBuf,
    pub(crate) metrics: Metrics,
    /// Hours in which a second person carries out an erasure.
    pub(crate) second_person_hours: u32,
}

/// The personal data of a case, decrypted.
struct DecryptedParts {
    applicant: Applicant,
    answer: Option<String>,
    visited_at: Vec<String>,
}

impl Persons {
    /// Starts following the log for the index of persons, and carries out the erasures that are on record and were not
    /// finished.
    pub(crate) fn start(parts: Parts<'_>, supervisor: &mut Supervisor) -> anyhow::Result<Self> {
        if parts.keyring.is_withheld() {
            // It may tell of persons who were erased since.
            remove_index(parts.folder)?;
        }
        let index = PersonIndex::new(parts.keyring.clone());
        let index = Projection::follow(index, parts.store, parts.folder, supervisor)?;
        let upkeep = Upkeep {
            keyring: parts.keyring.clone(),
            register: parts.register.clone(),
            index: index.clone(),
            attachments: parts.attachments.clone(),
            listed: parts.witness.listed(),
        };
        supervisor.spawn("persons", upkeep.run(supervisor.shutdown()));
        Ok(Self {
            store: parts.store.clone(),
            keyring: parts.keyring.clone(),
            directory: Arc::clone(parts.directory),
            register: parts.register.clone(),
            index,
            witness: parts.witness,
            attachments: parts.attachments,
            metrics: parts.metrics,
            volumes: ReadingVolumes::of(parts.store, ACCESSES),
            files_read: RecentReadings::default(),
            texts_read: RecentReadings::default(),
            second_person_hours: parts.second_person_hours,
        })
    }

    pub(crate) async fn answer(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        self.keyring.check_released().map_err(key_failure)?;
        let Some(actor) = &question.actor else {
            return Err(Malformed::new("actor", own::NEEDS_ACTOR.en).into());
        };
        let proven = question.proven.as_ref();
        let reader = Reader { actor, proven };
        let question = PersonQuestion::parse(name, question.data)?;
        match question {
            PersonQuestion::Applicant(query) => {
                encode_answer::<ApplicantQuery>(&self.open(reader, &query).await?)
            }
            PersonQuestion::Readings(query) => {
                encode_answer::<AccessRecordsQuery>(&self.readings(actor, &query)?)
            }
            PersonQuestion::Find(query) => {
                self.wait_until_current().await?;
                encode_answer::<PersonSearchQuery>(&self.find(reader, &query).await?)
            }
            PersonQuestion::Similar(query) => {
                self.wait_until_current().await?;
                encode_answer::<SimilarCasesQuery>(&self.similar(reader, &query).await?)
            }
            PersonQuestion::Texts(query) => {
                encode_answer::<TextsQuery>(&self.open_texts(reader, &query).await?)
            }
            PersonQuestion::Erasures(_) => {
                self.register.shows_all(&self.store).await?;
                encode_answer::<ErasureRequestsQuery>(&self.erasure_requests(actor)?)
            }
        }
    }

    /// Waits until the index and the register hold what is in the log now.
    ///
    /// # Errors
    /// While the index is being built, or if it takes too long.
    async fn wait_until_current(&self) -> Result<(), Failure> {
        if !self.index.is_built() {
            return Err(self.still_reading());
        }
        self.index.shows_all(&self.store).await?;
        self.register.shows_all(&self.store).await
    }

    fn still_reading(&self) -> Failure {
        let read = self.index.projected().taken();
        Rejection::StillReading { read }.rejected().into()
    }

    /// The case that people named, with its state.
    fn case(&self, case_ref: &CaseRef) -> Result<(CaseId, Case), Failure> {
        let known = match self.directory.case_key(case_ref) {
            Some(key) => register::find(&self.register, &key)?,
            None => None,
        };
        let state = match known {
            Some(case) => self.state(case)?.map(|state| (case, state)),
            None => None,
        };
        state.ok_or_else(|| {
            let case = case_ref.clone();
            CommonRejection::UnknownCase { case }.rejected().into()
        })
    }

    fn state(&self, case: CaseId) -> Result<Option<Case>, Failure> {
        let loaded = self.store.load(&case_stream(case), &CASE_RULES)?;
        Ok(loaded.map(|(state, _)| state))
    }

    /// Whether one person at least asks in two cases. What is compared is shown to no reader.
    pub(crate) fn compare(&self, one: CaseId, other: CaseId) -> Result<Applicants, Failure> {
        let state = self.state(other)?;
        if state.is_none_or(|state| state.erased.is_some()) {
            return Ok(Applicants::Others);
        }
        let (ours, theirs) = (self.decrypt_parts(one)?, self.decrypt_parts(other)?);
        let mut people = ours.applicant.people.iter();
        let found = people.any(|one| {
            let mut others = theirs.applicant.people.iter();
            others.any(|other| is_same_person(one, other))
        });
        Ok(if found {
            Applicants::Same
        } else {
            Applicants::Others
        })
    }

    /// Decrypts the personal data of a case. The caller has checked that the actor may open it.
    fn decrypt_parts(&self, case: CaseId) -> Result<DecryptedParts, Failure> {
        let sealed = sealed_parts(&self.store.history(&case_stream(case))?)?;
        let open = |sealed: &Ciphertext| self.keyring.unseal(case, sealed).map_err(key_failure);
        let text = |clear: Vec<u8>| String::from_utf8_lossy(&clear).into_owned();
        let visited_at = sealed.visited_at.iter();
        let visited_at = visited_at.map(|address| open(address).map(text));
        Ok(DecryptedParts {
            visited_at: visited_at.collect::<Result<_, _>>()?,
            applicant: serde_json::from_slice(&open(&sealed.applicant)?).map_err(undecodable)?,
            answer: sealed.answer.as_ref().map(open).transpose()?.map(text),
        })
    }
}

/// Removes the index of persons from intake's folder, which no service uses. It is made anew from the log.
pub(crate) fn remove_index(intake: &Path) -> io::Result<()> {
    sqlite::remove(&intake.join(PersonIndex::FILE))
}
