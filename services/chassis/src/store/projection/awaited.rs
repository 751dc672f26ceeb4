//! When something follows for a subject by itself: rows by subject, found by their moment.

use std::str::FromStr;

use onestop_proto::{
    ids::{CaseId, EventId, UnitId},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::ProjectionError;

/// So many are looked at together.
pub(crate) const TOGETHER: usize = 256;

/// When something follows for a subject by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The unit in whose name the service acts.
    pub unit: UnitId,
    /// The moment; `None` if only other reference data can bring one.
    pub at: Option<Timestamp>,
}

/// A subject for which something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The subject.
    pub subject: CaseId,
    /// The latest event of its stream. What follows from that event when a moment comes follows once.
    pub latest: EventId,
    /// The unit in whose name the service acts.
    pub unit: UnitId,
    /// The moment that has come.
    pub at: Timestamp,
}

pub(super) fn set(
    rows: &Connection,
    subject: CaseId,
    latest: EventId,
    awaited: Option<&Awaited>,
) -> Result<()> {
    let subject = subject.to_string();
    let Some(awaited) = awaited else {
        return delete(rows, &subject);
    };
    rows.prepare_cached("INSERT OR REPLACE INTO awaited VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            subject,
            awaited.at.map(|at| at.as_micros()),
            latest.to_string(),
            awaited.unit.to_string()
        ])?;
    Ok(())
}

fn delete(rows: &Connection, subject: &str) -> Result<()> {
    rows.prepare_cached("DELETE FROM awaited WHERE subject = ?1")?
        .execute([subject])?;
    Ok(())
}

/// The latest event of a subject that awaits something.
pub(super) fn latest(
    rows: &Connection,
    subject: CaseId,
) -> Result<Option<EventId>, ProjectionError> {
    let latest: Option<String> = rows
        .prepare_cached("SELECT latest FROM awaited WHERE subject = ?1")?
        .query_row([subject.to_string()], |row| row.get(0))
        .optional()?;
    latest.map(decode).transpose()
}

/// Has every subject that awaits anything looked at now.
pub(super) fn mark_all(rows: &Connection, now: Timestamp) -> Result<()> {
    rows.execute("UPDATE awaited SET at = ?1", [now.as_micros()])?;
    Ok(())
}

/// The subjects that await anything, in their order, of those behind `after`.
pub(super) fn behind(
    rows: &Connection,
    after: Option<CaseId>,
) -> Result<Vec<CaseId>, ProjectionError> {
    let after = after.map_or_else(String::new, |subject| subject.to_string());
    let mut statement = rows.prepare_cached(
        "SELECT subject FROM awaited WHERE subject > ?1 ORDER BY subject LIMIT ?2",
    )?;
    let subjects = statement.query_map(params![after, TOGETHER], |row| row.get(0))?;
    subjects.map(|subject| decode(subject?)).collect()
}

/// The subjects whose moment has come, the earliest first, of those behind `after`.
pub(super) fn due(
    rows: &Connection,
    now: Timestamp,
    after: Option<(Timestamp, CaseId)>,
) -> Result<Vec<Due>, ProjectionError> {
    let (at, subject) = after.map_or((i64::MIN, String::new()), |(at, subject)| {
        (at.as_micros(), subject.to_string())
    });
    let mut statement = rows.prepare_cached(
        "SELECT subject, latest, unit, at FROM awaited WHERE at <= ?1 AND (at, subject) > (?2, ?3) \
         ORDER BY at, subject LIMIT ?4",
    )?;
    let due = statement.query_map(params![now.as_micros(), at, subject, TOGETHER], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    due.map(|row| {
        let (subject, latest, unit, at): (String, String, String, i64) = row?;
        Ok(Due {
            subject: decode(subject)?,
            latest: decode(latest)?,
            unit: decode(unit)?,
            at: Timestamp::from_micros(at),
        })
    })
    .collect()
}

fn decode<T: FromStr>(text: String) -> Result<T, ProjectionError> {
    text.parse()
        .map_err(|_| ProjectionError::Undecodable { text })
}
