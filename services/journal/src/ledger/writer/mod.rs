//! Writes the ledger's file: many entries with one commit.

mod case_rows;
mod counted_rows;
mod moved_cases;
mod reading_rows;

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use hashlink::LruCache;
use onestop_chassis::store::Store;
use onestop_directory::{Directory, RecordedDays};
use onestop_eventlog::Record;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseId, UnitId},
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{LedgerError, encoding::division_number, file};
use crate::domain::{ACCESSES, CASES, Entry, dossier::Dossier, is_reading};

/// Cases that were changed last and are kept decoded: most events concern a case that had one a moment ago.
const KEPT: usize = 2_048;
/// Open cases that are reckoned anew with one commit.
const RECKONED_AT_ONCE: usize = 2_000;

/// The file, open for writing.
pub(super) struct Writer {
    connection: Connection,
    directory: Arc<Directory>,
    units: HashMap<UnitId, i64>,
    recent: LruCache<CaseId, OpenCase>,
    position: u64,
    /// What the registry had recorded by which the whole of each open case is reckoned; nothing where the file does not tell.
    reckoned: Option<Arc<RecordedDays>>,
}

/// A case that is being changed.
struct OpenCase {
    id: CaseId,
    /// Its number in the file; none for a new case.
    case_id: Option<i64>,
    dossier: Dossier,
    search_hash: i64,
}

impl Writer {
    pub(super) fn open(
        path: &Path,
        store: &Store,
        directory: &Arc<Directory>,
        removed: impl FnOnce(),
    ) -> Result<Self, LedgerError> {
        let (connection, position) = file::open(path, store, directory, removed)?;
        let reckoned = "SELECT reckoned FROM source";
        let reckoned: String = connection.query_row(reckoned, [], |row| row.get(0))?;
        let reckoned = serde_json::from_str(&reckoned).ok().map(Arc::new);
        Ok(Self {
            connection,
            directory: Arc::clone(directory),
            units: HashMap::new(),
            recent: LruCache::new(KEPT),
            position,
            reckoned,
        })
    }

    /// The position of the next entry.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// What the registry had recorded by which the whole of each open case is reckoned.
    pub(super) const fn reckoned(&self) -> Option<&Arc<RecordedDays>> {
        self.reckoned.as_ref()
    }

    /// Reckons by a directory the whole of each open case that its records may concern otherwise than those of before. Returns
    /// how many cases were reckoned.
    pub(super) fn reckon(&mut self, directory: &Arc<Directory>) -> Result<usize, LedgerError> {
        self.directory = Arc::clone(directory);
        let recorded = directory.recorded_days();
        if self.reckoned.as_ref() == Some(recorded) {
            return Ok(0);
        }
        let ids = match &self.reckoned {
            Some(before) => moved_cases::find(&self.connection, &recorded.moved_since(before))?,
            None => moved_cases::all_open(&self.connection)?,
        };
        for some in ids.chunks(RECKONED_AT_ONCE) {
            self.in_batch(|batch| batch.reckon(some))?;
        }
        let text = file::reckoned_text(recorded)?;
        self.connection
            .execute("UPDATE source SET reckoned = ?1", [text])?;
        self.reckoned = Some(Arc::clone(recorded));
        Ok(ids.len())
    }

    /// Appends consecutive records, all or none.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), LedgerError> {
        let Some(last) = records.last() else {
            return Ok(());
        };
        self.in_batch(|batch| {
            batch
                .transaction
                .prepare_cached("UPDATE source SET position = ?1, hash = ?2")?
                .execute(params![last.position + 1, last.hash.to_string()])?;
            batch.write(records)
        })?;
        self.position = last.position + 1;
        Ok(())
    }

    /// Runs a batch in one commit, and keeps the cases that it saved.
    fn in_batch(
        &mut self,
        run: impl FnOnce(Batch<'_>) -> Result<Vec<OpenCase>, LedgerError>,
    ) -> Result<(), LedgerError> {
        let transaction = self.connection.transaction()?;
        let batch = Batch {
            transaction: &transaction,
            directory: &self.directory,
            units: &mut self.units,
            recent: &mut self.recent,
            open: Vec::new(),
            index_of: HashMap::new(),
        };
        let written = run(batch).and_then(|saved| {
            transaction.commit()?;
            Ok(saved)
        });
        let saved = match written {
            Ok(saved) => saved,
            Err(error) => {
                // The numbers that it gave to units are void; of the cases it may have changed any.
                self.units.clear();
                self.recent.clear();
                return Err(error);
            }
        };
        for case in saved {
            self.recent.insert(case.id, case);
        }
        Ok(())
    }
}

/// Entries that are saved with one commit: each case is read once and written once.
struct Batch<'a> {
    transaction: &'a Transaction<'a>,
    directory: &'a Directory,
    units: &'a mut HashMap<UnitId, i64>,
    recent: &'a mut LruCache<CaseId, OpenCase>,
    open: Vec<OpenCase>,
    index_of: HashMap<CaseId, usize>,
}

impl Batch<'_> {
    /// Applies all of them, and returns the cases as they were saved.
    fn write(mut self, records: &[Record]) -> Result<Vec<OpenCase>, LedgerError> {
        for record in records {
            self.apply(record)?;
        }
        let open = std::mem::take(&mut self.open);
        open.into_iter().map(|case| self.save_case(case)).collect()
    }

    /// Saves those of the cases whose whole ends otherwise by the directory, and returns them.
    fn reckon(mut self, ids: &[CaseId]) -> Result<Vec<OpenCase>, LedgerError> {
        let mut saved = Vec::new();
        for id in ids {
            let open = self.load(*id)?;
            if open.dossier.reckon_whole(self.directory) != open.dossier.whole {
                saved.push(self.save_case(open)?);
            }
        }
        Ok(saved)
    }

    fn apply(&mut self, record: &Record) -> Result<(), LedgerError> {
        if record.stream.as_str().starts_with(ACCESSES) {
            return self.add_own_reading(record);
        }
        if !record.stream.as_str().starts_with(CASES) {
            return Ok(());
        }
        let position = record.position;
        let entry: Entry = match serde_json::from_slice(&record.payload) {
            Ok(entry) => entry,
            Err(error) => {
                tracing::warn!(position, %error, "an entry of the journal cannot be decoded; it is in no list");
                return Ok(());
            }
        };
        if is_reading(&entry.event.event_type) {
            self.add_reading(position, &entry.event.raw(), &entry.event.actor)?;
            // The subject of a search that found nothing is the search.
            if !self.has_case(entry.event.subject)? {
                return Ok(());
            }
        }
        let open = self.case(entry.event.subject)?;
        if let Err(error) = open.dossier.apply(&entry.event) {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(
                position,
                error,
                "an event cannot be decoded; no list shows it"
            );
        }
        Ok(())
    }

    /// Whether an event has made the case known, in this batch or before.
    fn has_case(&self, id: CaseId) -> Result<bool, LedgerError> {
        if self.index_of.contains_key(&id) {
            return Ok(true);
        }
        let mut select = self
            .transaction
            .prepare_cached("SELECT 1 FROM cases WHERE id = ?1")?;
        Ok(select.exists([id.to_string()])?)
    }

    fn case(&mut self, id: CaseId) -> Result<&mut OpenCase, LedgerError> {
        let place = match self.index_of.get(&id) {
            Some(place) => *place,
            None => {
                let open = match self.recent.remove(&id) {
                    Some(recent) => recent,
                    None => self.load(id)?,
                };
                self.open.push(open);
                self.index_of.insert(id, self.open.len() - 1);
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[place])
    }

    fn load(&self, id: CaseId) -> Result<OpenCase, LedgerError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT case_id, search_hash, dossier FROM cases WHERE id = ?1")?;
        let found = select
            .query_row([id.to_string()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        let Some((case_id, search_hash, dossier)) = found else {
            return Ok(OpenCase {
                id,
                case_id: None,
                dossier: Dossier::default(),
                search_hash: 0,
            });
        };
        let dossier = serde_json::from_str(&dossier).map_err(LedgerError::Dossier)?;
        Ok(OpenCase {
            id,
            case_id: Some(case_id),
            dossier,
            search_hash,
        })
    }

    /// A division as a number: that which has taken its place, so that lists and sums of the successor hold it.
    fn number_of(&self, division: DivisionCode) -> i64 {
        division_number(self.directory.present_division(division))
    }

    /// Every division up from the window and the holders.
    fn areas(&self, dossier: &Dossier) -> BTreeSet<DivisionCode> {
        let divisions = dossier.present_divisions(self.directory);
        divisions.iter().flat_map(|code| code.chain()).collect()
    }
}
