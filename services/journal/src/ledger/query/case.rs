//! One case.

use onestop_directory::{CaseKey, Directory};
use onestop_proto::{
    actor::Actor,
    ids::CaseId,
    ledger::{CaseHead, CaseHeadQuery},
    rejection::CommonRejection,
};
use rusqlite::{Connection, OptionalExtension};

use super::Query;
use crate::{
    domain::{dossier::Dossier, visibility::Visibility},
    ledger::{LedgerError, query_error::QueryError},
};

impl Query<'_> {
    pub(super) fn case(&self, query: &CaseHeadQuery) -> Result<CaseHead, QueryError> {
        let unknown = || CommonRejection::UnknownCase {
            case: query.case.clone(),
        };
        let key = self.context.directory.case_key(&query.case);
        let id = find(self.connection, &key.ok_or_else(unknown)?)?.ok_or_else(unknown)?;
        let dossier = dossier(self.connection, id)?.ok_or_else(unknown)?;
        if !self.visibility.includes(&dossier, self.context.directory) {
            return Err(unknown().into());
        }
        let viewer = match &self.visibility {
            Visibility::Unit(unit) => Some(unit),
            Visibility::Division(_) => None,
        };
        let row = self.context.row_for((id, &dossier), viewer, self.actor);
        let row = row.ok_or_else(unknown)?;
        let mut clocks: Vec<_> = dossier
            .open_clocks()
            .map(|clock| self.context.clock(clock))
            .collect();
        clocks.sort_by_key(|clock| clock.due_at);
        let mut critical_dates: Vec<_> = dossier
            .kept_critical_dates(None)
            .map(|date| date.standing(self.context.now.china_date()))
            .collect();
        critical_dates.sort_by_key(|date| (date.due.day, date.kind));
        Ok(CaseHead {
            row,
            critical_dates,
            custody: dossier
                .custody
                .map_or_else(Vec::new, |custody| custody.chain.into()),
            clocks,
            seen: self.seen()?,
        })
    }
}

/// The id of the case that a key names. A number that was given twice names the later case; a short code that two intakes have
/// given names none.
pub(in crate::ledger) fn find(
    connection: &Connection,
    key: &CaseKey,
) -> Result<Option<CaseId>, QueryError> {
    let (sql, text) = match key {
        CaseKey::Id(id) => return Ok(Some(*id)),
        CaseKey::Number(number) => (
            "SELECT id FROM cases WHERE number = ?1 ORDER BY case_id DESC LIMIT 1",
            number.as_str(),
        ),
        CaseKey::ShortCode(code) => (
            "SELECT id FROM cases WHERE short_code = ?1 LIMIT 2",
            code.as_str(),
        ),
    };
    let mut select = connection.prepare_cached(sql)?;
    let found = select.query_map([text], |row| row.get::<_, String>(0))?;
    let found = found.collect::<Result<Vec<String>, _>>()?;
    match found.as_slice() {
        [id] => Ok(Some(case_id(id)?)),
        _ => Ok(None),
    }
}

/// Whether the actor may see a case.
pub(in crate::ledger) fn may_see(
    connection: &Connection,
    directory: &Directory,
    actor: &Actor,
    case: CaseId,
) -> Result<bool, QueryError> {
    let visibility = Visibility::of(actor, directory)?;
    let dossier = dossier(connection, case)?;
    Ok(dossier.is_some_and(|dossier| visibility.includes(&dossier, directory)))
}

fn dossier(connection: &Connection, case: CaseId) -> Result<Option<Dossier>, QueryError> {
    let mut select = connection.prepare_cached("SELECT dossier FROM cases WHERE id = ?1")?;
    let found = select.query_row([case.to_string()], |row| row.get::<_, String>(0));
    match found.optional()? {
        Some(text) => Ok(serde_json::from_str(&text).map_err(LedgerError::Dossier)?),
        None => Ok(None),
    }
}

pub(super) fn case_id(text: &str) -> Result<CaseId, LedgerError> {
    let wrong = || LedgerError::Undecodable {
        text: text.to_owned(),
    };
    text.parse().map_err(|_| wrong())
}
