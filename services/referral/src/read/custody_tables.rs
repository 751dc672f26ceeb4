//! The rows of each case in referral's tables: how many cases each unit has, which cases are of opposing parties,
//! which are on whose worklist, and when something follows for a case by itself.

use std::collections::BTreeSet;

use onestop_chassis::{
    projection::{Awaited, Folded, Projected, ProjectionError},
    rusqlite::{self, Connection, OptionalExtension, Transaction, params},
    store::Rules,
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    ids::{CaseId, UnitId},
    query::CustodyWorklistEntry,
    referral::Event,
    time::Timestamp,
};
use rusqlite::Result;

use super::{task_units::task_units, worklist};
use crate::{
    domain::{Custody, needs_correction, next_moment, offer_closes_at},
    streams::{RULES, STREAMS},
};

/// Writes the rows of a case.
#[derive(Debug)]
pub(crate) struct CustodyTables {
    pub(crate) directory: CurrentDirectory,
}

impl Projected for CustodyTables {
    type State = Custody;
    type Event = Event;

    const RULES: Rules<Custody, Event> = RULES;
    const STREAMS: &'static str = STREAMS;
    const FILE: &'static str = "custody.sqlite";
    const VERSION: u32 = 1;
    const TABLES: &'static str = "
        CREATE TABLE active (subject TEXT PRIMARY KEY, unit TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE load (unit TEXT PRIMARY KEY, cases INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE opposed (
            subject TEXT NOT NULL,
            other TEXT NOT NULL,
            PRIMARY KEY (subject, other)
        ) WITHOUT ROWID;
        CREATE TABLE task (
            unit TEXT NOT NULL,
            subject TEXT NOT NULL,
            entries TEXT NOT NULL,
            PRIMARY KEY (unit, subject)
        ) WITHOUT ROWID;
        CREATE INDEX task_subject ON task (subject);";

    fn reference(&self) -> String {
        self.directory.get().version().to_owned()
    }

    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, Custody>) -> Result<()> {
        let subject = folded.subject.to_string();
        let active = folded.state.and_then(Custody::active_unit);
        set_active(rows, &subject, active)?;
        rows.prepare_cached("DELETE FROM task WHERE subject = ?1")?
            .execute([&subject])?;
        let Some(custody) = folded.state else {
            return Ok(());
        };
        for unit in task_units(custody) {
            let entries = worklist::entries(folded.subject, custody, folded.revision, &unit);
            if !entries.is_empty() {
                let entries = serde_json::to_string(&entries)
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                rows.prepare_cached("INSERT INTO task VALUES (?1, ?2, ?3)")?
                    .execute(params![unit.to_string(), subject, entries])?;
            }
        }
        // Not the last referral's alone: how many records are folded together must change nothing.
        for other in &custody.opposed {
            let mut insert =
                rows.prepare_cached("INSERT OR IGNORE INTO opposed VALUES (?1, ?2), (?2, ?1)")?;
            insert.execute([&subject, &other.to_string()])?;
        }
        Ok(())
    }

    /// When something may follow for the case: what is due is then looked at closely.
    fn awaited(&self, custody: &Custody, now: Timestamp) -> Option<Awaited> {
        let directory = &self.directory.get();
        if custody.clocks.iter().next().is_none() && custody.offer().is_none() {
            return None;
        }
        let unit = custody.holder().clone();
        if needs_correction(custody, directory) {
            let at = Some(now);
            return Some(Awaited { unit, at });
        }
        let closes = offer_closes_at(custody, directory, now);
        let moments = next_moment(custody, directory).into_iter().chain(closes);
        let at = moments.min();
        Some(Awaited { unit, at })
    }
}

/// The unit that has the case to answer or to work on.
fn set_active(rows: &Transaction<'_>, subject: &str, unit: Option<&UnitId>) -> Result<()> {
    let before: Option<String> = rows
        .prepare_cached("SELECT unit FROM active WHERE subject = ?1")?
        .query_row([subject], |row| row.get(0))
        .optional()?;
    let unit = unit.map(UnitId::to_string);
    if before == unit {
        return Ok(());
    }
    if let Some(before) = before {
        rows.prepare_cached("DELETE FROM active WHERE subject = ?1")?
            .execute([subject])?;
        rows.prepare_cached("UPDATE load SET cases = cases - 1 WHERE unit = ?1")?
            .execute([before])?;
    }
    if let Some(unit) = unit {
        rows.prepare_cached("INSERT INTO active VALUES (?1, ?2)")?
            .execute([subject, &unit])?;
        rows.prepare_cached(
            "INSERT INTO load VALUES (?1, 1) ON CONFLICT (unit) DO UPDATE SET cases = cases + 1",
        )?
        .execute([&unit])?;
    }
    Ok(())
}

/// How many cases a unit has to answer or to work on.
pub(crate) fn load(rows: &Connection, unit: &UnitId) -> Result<u32> {
    let cases: Option<u32> = rows
        .prepare_cached("SELECT cases FROM load WHERE unit = ?1")?
        .query_row([unit.to_string()], |row| row.get(0))
        .optional()?;
    Ok(cases.unwrap_or(0))
}

/// The opposing party's cases: those that the case names, and those that name it.
pub(crate) fn opposed(
    rows: &Connection,
    case: CaseId,
) -> Result<BTreeSet<CaseId>, ProjectionError> {
    let mut statement = rows.prepare_cached("SELECT other FROM opposed WHERE subject = ?1")?;
    let others = statement.query_map([case.to_string()], |row| row.get::<_, String>(0))?;
    others
        .map(|other| {
            let text = other?;
            text.parse()
                .map_err(|_| ProjectionError::Undecodable { text })
        })
        .collect()
}

/// What a unit has to do, in no order.
pub(crate) fn tasks(
    rows: &Connection,
    unit: &UnitId,
) -> Result<Vec<CustodyWorklistEntry>, ProjectionError> {
    let mut statement = rows.prepare_cached("SELECT entries FROM task WHERE unit = ?1")?;
    let tasks = statement.query_map([unit.to_string()], |row| row.get::<_, String>(0))?;
    let mut entries = Vec::new();
    for task in tasks {
        let text = task?;
        let of_case = serde_json::from_str::<Vec<CustodyWorklistEntry>>(&text);
        entries.extend(of_case.map_err(|_| ProjectionError::Undecodable { text })?);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests;
