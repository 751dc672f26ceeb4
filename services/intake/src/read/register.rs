//! The register: the case of each number and short code, when each case was opened, which were merged and erased, in which an erasure was
//! requested, and when something follows for a pending redo by itself.

use std::str::FromStr;

use onestop_chassis::{
    projection::{Awaited, Folded, Projected, Projection, ProjectionError},
    rusqlite::{self, Connection, OptionalExtension, Transaction, params},
    store::Rules,
};
use onestop_current_directory::CurrentDirectory;
use onestop_directory::CaseKey;
use onestop_proto::{
    case::Event,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber},
    time::Timestamp,
};
use rusqlite::Result;

use crate::{
    case_numbers::split,
    domain::{Case, Standing, next_moment},
    streams::{CASE_RULES, CASES},
};

/// Writes the rows of a case.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) directory: CurrentDirectory,
}

impl Projected for Register {
    type State = Case;
    type Event = Event;

    const RULES: Rules<Case, Event> = CASE_RULES;
    const STREAMS: &'static str = CASES;
    const FILE: &'static str = "register.sqlite";
    const VERSION: u32 = 4;
    const TABLES: &'static str = "
        CREATE TABLE registered (
            subject TEXT PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            opened_at INTEGER NOT NULL,
            merged_into TEXT,
            erased INTEGER NOT NULL,
            erasure_until INTEGER,
            short_code TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX registered_short_code ON registered (short_code);
        CREATE INDEX registered_merged ON registered (merged_into) WHERE merged_into IS NOT NULL;
        CREATE INDEX registered_erased ON registered (subject) WHERE erased;
        CREATE INDEX registered_erasure ON registered (erasure_until) WHERE erasure_until IS NOT NULL;
        CREATE TABLE issued (series TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;";

    fn reference(&self) -> String {
        self.directory.get().calendar_version()
    }

    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, Case>) -> Result<()> {
        let Some(case) = folded.state else {
            return Ok(());
        };
        let subject = folded.subject.to_string();
        if let Some(opened_at) = folded.begun {
            let number = &case.opened.number;
            rows.prepare_cached(
                "INSERT OR REPLACE INTO registered VALUES (?1, ?2, ?3, NULL, 0, NULL, ?4)",
            )?
            .execute(params![
                subject,
                number.as_str(),
                opened_at.as_micros(),
                short_code_of(folded.subject, case).as_str()
            ])?;
            set_issued(rows, number)?;
        }
        let merged_into = match case.standing {
            Standing::Merged { into, .. } => Some(into.to_string()),
            Standing::AtWindow
            | Standing::Referred { .. }
            | Standing::HandedOver { .. }
            | Standing::ResultBack
            | Standing::Answered
            | Standing::Withdrawn
            | Standing::Closed
            | Standing::Archived => None,
        };
        let is_erased = case.erased.is_some();
        let requested = case.erasure_requested.as_ref().filter(|_| !is_erased);
        let erasure_until = requested.map(|requested| requested.until.as_micros());
        rows.prepare_cached(
            "UPDATE registered SET merged_into = ?2, erased = ?3, erasure_until = ?4
             WHERE subject = ?1
                 AND (merged_into IS NOT ?2 OR erased IS NOT ?3 OR erasure_until IS NOT ?4)",
        )?
        .execute(params![subject, merged_into, is_erased, erasure_until])?;
        Ok(())
    }

    fn awaited(&self, case: &Case, now: Timestamp) -> Option<Awaited> {
        case.redo_clock()?;
        let unit = case.opened.window.clone();
        let at = next_moment(case, now, &self.directory.get());
        Some(Awaited { unit, at })
    }
}

fn set_issued(rows: &Transaction<'_>, number: &CaseNumber) -> Result<()> {
    let Some((series, count)) = split(number) else {
        return Ok(());
    };
    rows.prepare_cached(
        "INSERT INTO issued VALUES (?1, ?2)
         ON CONFLICT (series) DO UPDATE SET last = max(last, excluded.last)",
    )?
    .execute(params![series, count])?;
    Ok(())
}

/// The short code that was recorded when a case was opened; of a case of before the one that every service derives.
fn short_code_of(subject: CaseId, case: &Case) -> ShortCode {
    let recorded = case.opened.short_code.clone();
    recorded.unwrap_or_else(|| ShortCode::derived(subject))
}

/// The case that a key names. A short code that two cases have, because one is of before or came with a log from elsewhere,
/// names none.
pub(crate) fn find(
    register: &Projection<Register>,
    key: &CaseKey,
) -> Result<Option<CaseId>, ProjectionError> {
    let (sql, text) = match key {
        CaseKey::Id(id) => return Ok(Some(*id)),
        CaseKey::Number(number) => (
            "SELECT subject FROM registered WHERE number = ?1",
            number.as_str(),
        ),
        CaseKey::ShortCode(code) => (
            "SELECT subject FROM registered WHERE short_code = ?1",
            code.as_str(),
        ),
    };
    register.look_up(|rows| match cases(rows, sql, [text])?.as_slice() {
        [case] => Ok(Some(*case)),
        _ => Ok(None),
    })
}

/// Whether a case has this short code.
pub(crate) fn has_short_code(
    register: &Projection<Register>,
    code: &ShortCode,
) -> Result<bool, ProjectionError> {
    register.look_up(|rows| {
        let mut select = rows.prepare_cached("SELECT 1 FROM registered WHERE short_code = ?1")?;
        Ok(select.exists([code.as_str()])?)
    })
}

/// The short code of a case.
pub(crate) fn short_code(
    rows: &Connection,
    case: CaseId,
) -> Result<Option<ShortCode>, ProjectionError> {
    let code: Option<String> = rows
        .prepare_cached("SELECT short_code FROM registered WHERE subject = ?1")?
        .query_row([case.to_string()], |row| row.get(0))
        .optional()?;
    code.map(decode).transpose()
}

/// When a case was opened.
pub(crate) fn opened_at(
    rows: &Connection,
    case: CaseId,
) -> Result<Option<Timestamp>, ProjectionError> {
    let micros: Option<i64> = rows
        .prepare_cached("SELECT opened_at FROM registered WHERE subject = ?1")?
        .query_row([case.to_string()], |row| row.get(0))
        .optional()?;
    Ok(micros.map(Timestamp::from_micros))
}

/// The cases that were merged into one, in the order of their ids.
pub(crate) fn merged_into(rows: &Connection, case: CaseId) -> Result<Vec<CaseId>, ProjectionError> {
    let sql = "SELECT subject FROM registered WHERE merged_into = ?1 ORDER BY subject";
    cases(rows, sql, [case.to_string()])
}

/// The cases whose persons were erased.
pub(crate) fn erased(rows: &Connection) -> Result<Vec<CaseId>, ProjectionError> {
    cases(rows, "SELECT subject FROM registered WHERE erased", [])
}

/// The cases in which a request for an erasure waits at a moment, the one that lapses first on top.
pub(crate) fn erasures_requested(
    rows: &Connection,
    now: Timestamp,
) -> Result<Vec<CaseId>, ProjectionError> {
    let sql =
        "SELECT subject FROM registered WHERE erasure_until > ?1 ORDER BY erasure_until, subject";
    cases(rows, sql, [now.as_micros()])
}

/// The last count that was issued in a series of numbers; 0 if none was.
pub(crate) fn last_issued(
    register: &Projection<Register>,
    series: &str,
) -> Result<u32, ProjectionError> {
    register.look_up(|rows| {
        let last: Option<u32> = rows
            .prepare_cached("SELECT last FROM issued WHERE series = ?1")?
            .query_row([series], |row| row.get(0))
            .optional()?;
        Ok(last.unwrap_or(0))
    })
}

fn cases(
    rows: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<CaseId>, ProjectionError> {
    let mut statement = rows.prepare_cached(sql)?;
    let found = statement.query_map(parameters, |row| row.get::<_, String>(0))?;
    found.map(|subject| decode(subject?)).collect()
}

fn decode<T: FromStr>(text: String) -> Result<T, ProjectionError> {
    text.parse()
        .map_err(|_| ProjectionError::Undecodable { text })
}

#[cfg(test)]
mod tests;
