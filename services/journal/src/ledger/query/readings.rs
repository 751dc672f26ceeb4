//! The positions in the journal's log of records of reading (查阅记录).

use onestop_directory::Directory;
use onestop_proto::{actor::Actor, division::DivisionCode, ids::StaffId, ledger::Rejection};
use rusqlite::{Connection, params};

use crate::{
    domain::visibility::Visibility,
    ledger::{encoding::division_range, query_error::QueryError},
};

/// The division whose staff an actor may audit; none for the operator of the node, who may audit all.
pub(in crate::ledger) fn audited_division(
    actor: Option<&Actor>,
    directory: &Directory,
) -> Result<Option<DivisionCode>, Rejection> {
    let Some(actor) = actor else { return Ok(None) };
    match Visibility::of(actor, directory)? {
        Visibility::Division(division) => Ok(Some(division)),
        Visibility::Unit(_) => Err(Rejection::NotForRole { role: actor.role }),
    }
}

/// The latest records of what a member of staff read, before a position.
pub(in crate::ledger) fn readings_of(
    connection: &Connection,
    staff: &StaffId,
    within: Option<DivisionCode>,
    (before, most): (Option<u64>, usize),
) -> Result<Vec<u64>, QueryError> {
    let (first, last) = within.map_or((0, i64::MAX), division_range);
    let before = before.and_then(|before| i64::try_from(before).ok());
    let sql = "SELECT position FROM readings
         WHERE staff = ?1 AND position < ?2 AND division BETWEEN ?3 AND ?4
         ORDER BY position DESC LIMIT ?5";
    let values = params![
        staff.as_str(),
        before.unwrap_or(i64::MAX),
        first,
        last,
        most as u64
    ];
    positions(connection, sql, values)
}

/// The latest alarms that a member of staff read more than usual.
pub(in crate::ledger) fn reading_alarms(
    connection: &Connection,
    within: Option<DivisionCode>,
    most: usize,
) -> Result<Vec<u64>, QueryError> {
    let (first, last) = within.map_or((0, i64::MAX), division_range);
    let sql = "SELECT position FROM reading_alarms
         WHERE division BETWEEN ?1 AND ?2 ORDER BY position DESC LIMIT ?3";
    positions(connection, sql, params![first, last, most as u64])
}

fn positions(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<u64>, QueryError> {
    #[cfg(test)]
    crate::ledger::tests::assert_indexed(connection, sql);
    let mut select = connection.prepare_cached(sql)?;
    let found = select.query_map(values, |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
