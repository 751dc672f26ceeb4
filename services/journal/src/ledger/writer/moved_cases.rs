//! The open cases whose whole may end on another day, after the registry has recorded something.

use std::collections::BTreeSet;

use onestop_directory::MovedLimits;
use onestop_proto::{division::DivisionCode, ids::CaseId};
use rusqlite::{Connection, Params};

use crate::ledger::{LedgerError, encoding::division_range};

/// How the steps begin that limit the whole of a case.
const WHOLE: &str = "intake.";

/// The open cases of the places and items whose limits may have moved. Limits of single steps move no whole.
pub(super) fn find(
    connection: &Connection,
    moved: &BTreeSet<MovedLimits>,
) -> Result<Vec<CaseId>, LedgerError> {
    let mut found = BTreeSet::new();
    for limits in moved {
        match limits {
            MovedLimits::OfEveryStep { place } => found.extend(at(connection, *place)?),
            MovedLimits::OfStep { step, place } => {
                if let Some(item) = step.as_str().strip_prefix(WHOLE) {
                    found.extend(of_item_at(connection, item, *place)?);
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

pub(super) fn all_open(connection: &Connection) -> Result<Vec<CaseId>, LedgerError> {
    const SQL: &str = "SELECT id FROM cases INDEXED BY cases_open WHERE closed = 0";
    ids(connection, SQL, [])
}

fn at(connection: &Connection, place: DivisionCode) -> Result<Vec<CaseId>, LedgerError> {
    const SQL: &str = "SELECT id FROM cases INDEXED BY cases_open
        WHERE closed = 0 AND origin BETWEEN ?1 AND ?2";
    ids(connection, SQL, division_range(place))
}

fn of_item_at(
    connection: &Connection,
    item: &str,
    place: DivisionCode,
) -> Result<Vec<CaseId>, LedgerError> {
    const SQL: &str = "SELECT id FROM cases INDEXED BY cases_open
        WHERE closed = 0 AND origin BETWEEN ?1 AND ?2 AND item = ?3";
    let (first, last) = division_range(place);
    ids(connection, SQL, (first, last, item))
}

fn ids(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<CaseId>, LedgerError> {
    let mut select = connection.prepare_cached(sql)?;
    let texts = select.query_map(params, |row| row.get::<_, String>(0))?;
    let ids = texts.map(|text| {
        let text = text?;
        let id = text.parse::<CaseId>();
        id.map_err(|_| LedgerError::Undecodable { text })
    });
    ids.collect()
}
