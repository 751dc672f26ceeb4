//! The one writer: takes entries of the journal's log in, many with one commit.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
};

use onestop_chassis::store::Store;
use onestop_directory::Directory;
use onestop_eventlog::Record;
use onestop_proto::{
    division::DivisionCode,
    ids::{CaseId, UnitId},
    ledger::WorklistTab,
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    LedgerError,
    days::{self, Counted},
    file::{self, NEVER},
};
use crate::domain::{
    Entry,
    dossier::{Clock, Dossier, Ending, Scope, Span, index_words, searched},
};

/// Streams with entries of cases; the journal's log holds what it had to park as well.
const CASES: &str = "case/";

/// The file, open for writing.
pub(super) struct Writer {
    connection: Connection,
    directory: Arc<Directory>,
    units: HashMap<UnitId, i64>,
    position: u64,
}

/// A case that is being changed.
struct Open {
    id: CaseId,
    /// Its number in the file; nothing for one that is new.
    n: Option<i64>,
    dossier: Dossier,
    words: i64,
}

impl Writer {
    pub(super) fn open(
        path: &Path,
        store: &Store,
        directory: &Arc<Directory>,
        thrown: impl FnOnce(),
    ) -> Result<Self, LedgerError> {
        let (connection, position) = file::open(path, store, directory, thrown)?;
        Ok(Self {
            connection,
            directory: Arc::clone(directory),
            units: HashMap::new(),
            position,
        })
    }

    /// The next position that it has not taken in.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Takes records in that follow each other, all or none.
    pub(super) fn take(&mut self, records: &[Record]) -> Result<(), LedgerError> {
        let Some(last) = records.last() else {
            return Ok(());
        };
        let transaction = self.connection.transaction()?;
        let mut page = Page {
            transaction: &transaction,
            directory: &self.directory,
            units: &mut self.units,
            open: Vec::new(),
            places: HashMap::new(),
        };
        for record in records {
            page.take(record)?;
        }
        page.save()?;
        transaction
            .prepare_cached("UPDATE source SET position = ?1, hash = ?2")?
            .execute(params![last.position + 1, last.hash.to_string()])?;
        let committed = transaction.commit();
        if committed.is_err() {
            // Units that were given a number in it have none.
            self.units.clear();
        }
        committed?;
        self.position = last.position + 1;
        Ok(())
    }
}

/// Entries that are taken in with one commit: each case is read once and written once.
struct Page<'a> {
    transaction: &'a Transaction<'a>,
    directory: &'a Directory,
    units: &'a mut HashMap<UnitId, i64>,
    open: Vec<Open>,
    places: HashMap<CaseId, usize>,
}

impl Page<'_> {
    fn take(&mut self, record: &Record) -> Result<(), LedgerError> {
        if !record.stream.as_str().starts_with(CASES) {
            return Ok(());
        }
        let position = record.position;
        let entry: Entry = match serde_json::from_slice(&record.payload) {
            Ok(entry) => entry,
            Err(error) => {
                tracing::warn!(position, %error, "an entry of the journal does not read; it is in no list");
                return Ok(());
            }
        };
        let open = self.case(entry.event.subject)?;
        if let Err(error) = open.dossier.take(&entry.event) {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(
                position,
                error,
                "an event does not read; no list shows what it says"
            );
        }
        Ok(())
    }

    fn case(&mut self, id: CaseId) -> Result<&mut Open, LedgerError> {
        let place = match self.places.get(&id) {
            Some(place) => *place,
            None => {
                let open = self.load(id)?;
                self.open.push(open);
                self.places.insert(id, self.open.len() - 1);
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[place])
    }

    fn load(&self, id: CaseId) -> Result<Open, LedgerError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT n, words, dossier FROM cases WHERE id = ?1")?;
        let found = select
            .query_row([id.to_string()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        let Some((n, words, dossier)) = found else {
            return Ok(Open {
                id,
                n: None,
                dossier: Dossier::default(),
                words: 0,
            });
        };
        let dossier = serde_json::from_str(&dossier).map_err(LedgerError::Dossier)?;
        Ok(Open {
            id,
            n: Some(n),
            dossier,
            words,
        })
    }

    fn save(mut self) -> Result<(), LedgerError> {
        for open in std::mem::take(&mut self.open) {
            self.save_case(open)?;
        }
        Ok(())
    }

    fn save_case(&mut self, open: Open) -> Result<(), LedgerError> {
        let Open {
            id,
            n,
            mut dossier,
            words,
        } = open;
        let n = match n {
            Some(n) => n,
            None => self.insert(id)?,
        };
        self.save_spans(n, &dossier)?;
        self.save_marks(n, &dossier)?;
        dossier.settle();
        let scopes = self.scopes(&dossier)?;
        self.save_seats(n, &dossier)?;
        self.save_reach(n, &dossier, &scopes)?;
        let words = self.save_words(n, &dossier, words)?;
        let window = dossier.window.as_ref();
        let text = serde_json::to_string(&dossier).map_err(LedgerError::Dossier)?;
        self.transaction
            .prepare_cached(
                "UPDATE cases SET number = ?2, item = ?3, origin = ?4, closed = ?5, opened_at = ?6,
                 words = ?7, dossier = ?8 WHERE n = ?1",
            )?
            .execute(params![
                n,
                window.map(|window| window.number.as_str()),
                window.map(|window| window.item.as_str()),
                window.map(|window| digits(window.division)),
                closed(&dossier),
                window.map(|window| window.opened_at.as_micros()),
                words,
                text,
            ])?;
        Ok(())
    }

    fn insert(&self, id: CaseId) -> Result<i64, LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO cases (id, closed, words, dossier) VALUES (?1, 0, 0, '{}')",
            )?
            .execute([id.to_string()])?;
        Ok(self.transaction.last_insert_rowid())
    }

    fn unit(&mut self, unit: &UnitId) -> Result<i64, LedgerError> {
        if let Some(known) = self.units.get(unit) {
            return Ok(*known);
        }
        let mut select = self.transaction.prepare_cached(
            "INSERT INTO units (unit) VALUES (?1) ON CONFLICT DO UPDATE SET unit = unit RETURNING u",
        )?;
        let number = select.query_row([unit.as_str()], |row| row.get(0))?;
        self.units.insert(unit.clone(), number);
        Ok(number)
    }

    /// Every division up from the window and the holders, and every unit that takes part.
    fn scopes(&mut self, dossier: &Dossier) -> Result<Vec<i64>, LedgerError> {
        let divisions = dossier.divisions();
        let areas: BTreeSet<_> = divisions.iter().flat_map(|code| code.chain()).collect();
        let mut scopes: Vec<i64> = areas.into_iter().map(digits).collect();
        for seat in dossier.seats() {
            scopes.push(-self.unit(seat.unit)?);
        }
        Ok(scopes)
    }

    fn save_seats(&mut self, n: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        let Some(window) = &dossier.window else {
            return Ok(());
        };
        for seat in dossier.seats() {
            let unit = self.unit(seat.unit)?;
            self.transaction
                .prepare_cached(
                    "INSERT INTO seats (unit, n, tab, due_at, opened_at, number, item, origin, staff, own)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                     ON CONFLICT (unit, n) DO UPDATE SET tab = excluded.tab, due_at = excluded.due_at,
                         item = excluded.item, staff = excluded.staff
                     WHERE (tab, due_at, item, staff)
                         IS NOT (excluded.tab, excluded.due_at, excluded.item, excluded.staff)",
                )?
                .execute(params![
                    unit,
                    n,
                    seat.tab.map_or(0, tab_number),
                    due(seat.clock),
                    window.opened_at.as_micros(),
                    window.number.as_str(),
                    window.item.as_str(),
                    digits(window.division),
                    seat.staff.map(|staff| staff.as_str()),
                    *seat.unit == window.unit,
                ])?;
        }
        Ok(())
    }

    fn save_reach(&self, n: i64, dossier: &Dossier, scopes: &[i64]) -> Result<(), LedgerError> {
        let Some(window) = &dossier.window else {
            return Ok(());
        };
        let (due, closed) = (due(dossier.first_due()), closed(dossier));
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO reach (scope, n, due_at, opened_at, closed) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (scope, n) DO UPDATE SET due_at = excluded.due_at, closed = excluded.closed
             WHERE due_at <> excluded.due_at OR closed <> excluded.closed",
        )?;
        for scope in scopes {
            insert.execute(params![scope, n, due, window.opened_at.as_micros(), closed])?;
        }
        Ok(())
    }

    fn save_words(&self, n: i64, dossier: &Dossier, before: i64) -> Result<i64, LedgerError> {
        let Some(text) = searched(dossier, self.directory) else {
            return Ok(before);
        };
        let areas = dossier.divisions();
        let areas: BTreeSet<_> = areas.iter().flat_map(|code| code.chain()).collect();
        let seats = dossier.seats();
        let scopes = areas.into_iter().map(Scope::Area);
        let scopes = scopes.chain(seats.iter().map(|seat| Scope::Unit(seat.unit)));
        let scopes: Vec<String> = scopes.map(|scope| scope.word()).collect();
        let scopes = scopes.join(" ");
        let hash = hash(&(&text, &scopes));
        if hash == before {
            return Ok(before);
        }
        if before != 0 {
            self.transaction
                .prepare_cached("DELETE FROM search WHERE rowid = ?1")?
                .execute([n])?;
        }
        self.transaction
            .prepare_cached("INSERT INTO search (rowid, scope, words) VALUES (?1, ?2, ?3)")?
            .execute(params![n, scopes, index_words(&text)])?;
        Ok(hash)
    }

    fn save_spans(&mut self, n: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        for clock in &dossier.clocks {
            let unit = self.unit(&clock.unit)?;
            for span in &clock.spans {
                self.save_span(n, clock, (span, unit))?;
            }
        }
        Ok(())
    }

    fn save_span(
        &self,
        n: i64,
        clock: &Clock,
        (span, unit): (&Span, i64),
    ) -> Result<(), LedgerError> {
        let ending = clock.ending(span);
        self.transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO spans (n, clock, span, unit, division, item, step,
                 from_at, to_at, due_at, ending, ran)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                n,
                clock.seq,
                span.seq,
                unit,
                digits(clock.division),
                clock.item.as_ref().map(|item| item.as_str()),
                clock.step.as_str(),
                span.from.as_micros(),
                span.to.map_or(NEVER, Timestamp::as_micros),
                span.due_at.map(Timestamp::as_micros),
                ending as i64,
                if ending == Ending::Done { clock.ran } else { 0 },
            ])?;
        let (Ending::Done, Some(at)) = (ending, span.to) else {
            return Ok(());
        };
        // A clock is let go of once it has ended: this is written once.
        let in_time = span.due_at.is_none_or(|due| at < due);
        days::count(
            self.transaction,
            &Counted {
                kind: days::STEPS,
                at,
                division: clock.division,
                item: clock.item.as_ref().map(|item| item.as_str()),
                step: (in_time, clock.ran),
            },
        )
    }

    fn save_marks(&mut self, n: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        for mark in &dossier.marks {
            let unit = self.unit(&mark.unit)?;
            self.transaction
                .prepare_cached(
                    "INSERT INTO marks (kind, at, division, item, reason, n, unit)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    mark.kind as i64,
                    mark.at.as_micros(),
                    digits(mark.division),
                    mark.item.as_ref().map(|item| item.as_str()),
                    mark.reason.map(|reason| reason.as_str()),
                    n,
                    unit,
                ])?;
            days::count(
                self.transaction,
                &Counted {
                    kind: mark.kind as i64,
                    at: mark.at,
                    division: mark.division,
                    item: mark.item.as_ref().map(|item| item.as_str()),
                    step: (false, 0),
                },
            )?;
        }
        Ok(())
    }
}

/// A division as it stands in the file.
pub(super) fn digits(code: DivisionCode) -> i64 {
    // Twelve digits fit; a code is nothing but digits.
    code.to_string().parse().unwrap_or(0)
}

/// A part of a worklist as it stands in the file: its place in the list, from 1.
pub(super) fn tab_number(tab: WorklistTab) -> i64 {
    let place = WorklistTab::ALL.iter().position(|one| *one == tab);
    place.map_or(0, |place| place as i64 + 1)
}

fn due(clock: Option<&Clock>) -> i64 {
    let due = clock.and_then(Clock::due_at);
    due.map_or(NEVER, Timestamp::as_micros)
}

fn closed(dossier: &Dossier) -> bool {
    let window = dossier.window.as_ref();
    window.is_some_and(|window| window.closed_at.is_some())
}

/// Never 0, which stands for no words.
fn hash(of: &impl Hash) -> i64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    (hasher.finish() | 1).cast_signed()
}
