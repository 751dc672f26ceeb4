//! The index of persons: which case has which blind index, on disk, folded from the log.
//!
//! Nothing of a person is in its file but blind indexes, against which guesses cannot be tried without the search key; and
//! those of a case whose persons were erased are overwritten. They all have one length, so that SQLite moves none of them
//! aside within a page.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use onestop_chassis::{
    projection::{Awaited, Folded, Need, OtherReference, Projected, ProjectionError},
    rusqlite::{self, Connection, OptionalExtension, Transaction, params},
    store::Rules,
};
use onestop_proto::{
    case::{Applicant, Ciphertext, Event},
    ids::CaseId,
    time::Timestamp,
};
use rusqlite::Result;
use sha2::{Digest, Sha256};
use tracing::error;
use uuid::Uuid;

use super::terms;
use crate::{
    domain::Case,
    keyring::{BlindIndex, Keyring},
    streams::{CASE_RULES, CASES},
};

/// Writes the blind indexes of a case.
#[derive(Debug)]
pub(crate) struct PersonIndex {
    keyring: Keyring,
    /// Cases taken in since the start.
    taken: AtomicU64,
}

impl PersonIndex {
    pub(crate) fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            taken: AtomicU64::new(0),
        }
    }

    /// How many cases were taken in since the start.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// The blind indexes of a case's persons; nothing if its key is gone.
    fn terms(&self, case: CaseId, sealed: &Ciphertext) -> anyhow::Result<Option<Vec<BlindIndex>>> {
        let Some(key) = self.keyring.case_key(case)? else {
            return Ok(None);
        };
        let applicant: Applicant = serde_json::from_slice(&key.unseal(sealed)?)?;
        let terms = terms::blind_indexes(&applicant, self.keyring.search());
        Ok(Some(terms))
    }
}

impl Projected for PersonIndex {
    type State = Case;
    type Event = Event;

    const RULES: Rules<Case, Event> = CASE_RULES;
    const STREAMS: &'static str = CASES;
    const FILE: &'static str = "persons.sqlite";
    const VERSION: u32 = 3;
    const TABLES: &'static str = "
        CREATE TABLE person (subject BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE trace (
            subject BLOB NOT NULL,
            term BLOB NOT NULL,
            PRIMARY KEY (subject, term)
        ) WITHOUT ROWID;
        CREATE INDEX trace_term ON trace (term, subject);
        CREATE TABLE unindexed (subject BLOB PRIMARY KEY) WITHOUT ROWID;";
    // With another search key no person would be found.
    const OTHER_REFERENCE: OtherReference = OtherReference::MakeAnew;
    const NEED: Need = Need::SomeQuestions;

    fn reference(&self) -> String {
        self.keyring.search().fingerprint()
    }

    /// Without keys it would find no person.
    async fn may_begin(&self) {
        self.keyring.released().await;
    }

    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, Case>) -> Result<()> {
        let Some(state) = folded.state else {
            return Ok(());
        };
        let (case, subject) = (folded.subject, *folded.subject.uuid().as_bytes());
        // A key that cannot be read is an error when it is used.
        if state.erased.is_some() || self.keyring.is_erased(case).unwrap_or(false) {
            return forget(rows, subject);
        }
        let sealed = fingerprint(&state.applicant);
        if known(rows, subject)? == Some(sealed) {
            return Ok(());
        }
        forget(rows, subject)?;
        match self.terms(case, &state.applicant) {
            Ok(None) => Ok(()),
            Ok(Some(terms)) => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                put(rows, subject, sealed, &terms)
            }
            // This case cannot be found; the others can.
            Err(failed) => {
                let failed = format!("{failed:#}");
                error!(case.id = %case, error = failed, "the persons of a case cannot be indexed");
                rows.prepare_cached("INSERT INTO unindexed VALUES (?1)")?
                    .execute([subject])?;
                Ok(())
            }
        }
    }

    fn is_erased(&self, case: &Case) -> bool {
        case.erased.is_some()
    }

    fn awaited(&self, _: &Case, _: Timestamp) -> Option<Awaited> {
        None
    }
}

/// Whether what is sealed was taken in: of ciphertexts that differ, their hashes do.
fn fingerprint(sealed: &Ciphertext) -> [u8; 8] {
    let digest = Sha256::digest(sealed.0.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    first
}

/// What was taken in of a case.
fn known(rows: &Connection, subject: [u8; 16]) -> Result<Option<[u8; 8]>> {
    rows.prepare_cached("SELECT sealed FROM person WHERE subject = ?1")?
        .query_row([subject], |row| row.get(0))
        .optional()
}

fn put(rows: &Connection, subject: [u8; 16], sealed: [u8; 8], terms: &[BlindIndex]) -> Result<()> {
    rows.prepare_cached("INSERT INTO person VALUES (?1, ?2)")?
        .execute(params![subject, sealed])?;
    let mut trace = rows.prepare_cached("INSERT INTO trace VALUES (?1, ?2)")?;
    for term in terms {
        trace.execute(params![subject, term.0.to_be_bytes()])?;
    }
    Ok(())
}

/// Removes whatever is there of a case.
fn forget(rows: &Connection, subject: [u8; 16]) -> Result<()> {
    for delete in [
        "DELETE FROM trace WHERE subject = ?1",
        "DELETE FROM person WHERE subject = ?1",
        "DELETE FROM unindexed WHERE subject = ?1",
    ] {
        rows.prepare_cached(delete)?.execute([subject])?;
    }
    Ok(())
}

/// The cases that have a blind index.
pub(crate) fn find(
    rows: &Connection,
    index: BlindIndex,
) -> Result<BTreeSet<CaseId>, ProjectionError> {
    let mut found = rows.prepare_cached("SELECT subject FROM trace WHERE term = ?1")?;
    let found = found.query_map([index.0.to_be_bytes()], subject)?;
    Ok(found.collect::<Result<_>>()?)
}

/// The cases whose persons could not be read.
pub(crate) fn unindexed(rows: &Connection) -> Result<Vec<CaseId>, ProjectionError> {
    let mut found = rows.prepare_cached("SELECT subject FROM unindexed")?;
    let found = found.query_map([], subject)?;
    Ok(found.collect::<Result<_>>()?)
}

fn subject(row: &rusqlite::Row<'_>) -> Result<CaseId> {
    let bytes: [u8; 16] = row.get(0)?;
    Ok(CaseId::from_uuid(Uuid::from_bytes(bytes)))
}

#[cfg(test)]
mod tests;
