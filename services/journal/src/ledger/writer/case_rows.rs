//! The rows of one case in every table.

use std::hash::{DefaultHasher, Hash, Hasher};

use onestop_proto::{
    ids::short_code::ShortCode,
    ids::{CaseId, UnitId},
    time::Timestamp,
};
use rusqlite::params;

use super::{Batch, OpenCase};
use crate::{
    domain::dossier::{Deadlines, Dossier, SearchScope, index_words, searchable_text},
    ledger::{
        LedgerError,
        encoding::{division_number, sorted_number, tab_number},
        schema::NEVER,
    },
};

impl Batch<'_> {
    /// Saves a case, and returns it as it would be loaded again.
    pub(super) fn save_case(&mut self, open: OpenCase) -> Result<OpenCase, LedgerError> {
        let OpenCase {
            id,
            case_id,
            mut dossier,
            search_hash,
        } = open;
        let case_id = match case_id {
            Some(case_id) => case_id,
            None => self.insert(id)?,
        };
        // A case is searched by its code too, so it has one before any of its rows is written.
        if let Some(window) = &mut dossier.window
            && window.short_code.is_none()
        {
            window.short_code = Some(ShortCode::derived(id));
        }
        self.save_periods(case_id, &dossier)?;
        self.save_counters(case_id, &dossier)?;
        dossier.discard_saved();
        dossier.whole = dossier.reckon_whole(self.directory);
        self.save_worklist(case_id, &dossier)?;
        self.save_visibility(case_id, &dossier)?;
        let search_hash = self.save_search(case_id, &dossier, search_hash)?;
        let window = dossier.window.as_ref();
        let text = serde_json::to_string(&dossier).map_err(LedgerError::Dossier)?;
        self.transaction
            .prepare_cached(
                "UPDATE cases SET number = ?2, item = ?3, origin = ?4, closed = ?5, opened_at = ?6,
                 search_hash = ?7, dossier = ?8, sorted_number = ?9, short_code = ?10
                 WHERE case_id = ?1",
            )?
            .execute(params![
                case_id,
                window.map(|window| window.number.as_str()),
                window.map(|window| window.item.as_str()),
                window.map(|window| self.number_of(window.division)),
                dossier.is_closed(),
                window.map(|window| window.opened_at.as_micros()),
                search_hash,
                text,
                window.map(|window| sorted_number(&window.number)),
                window.and_then(|window| window.short_code.as_ref().map(ShortCode::as_str)),
            ])?;
        Ok(OpenCase {
            id,
            case_id: Some(case_id),
            dossier,
            search_hash,
        })
    }

    fn insert(&self, id: CaseId) -> Result<i64, LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO cases (id, closed, search_hash, dossier) VALUES (?1, 0, 0, '{}')",
            )?
            .execute([id.to_string()])?;
        Ok(self.transaction.last_insert_rowid())
    }

    pub(super) fn unit(&mut self, unit: &UnitId) -> Result<i64, LedgerError> {
        if let Some(known) = self.units.get(unit) {
            return Ok(*known);
        }
        let mut select = self.transaction.prepare_cached(
            "INSERT INTO units (unit) VALUES (?1) ON CONFLICT DO UPDATE SET unit = unit RETURNING unit_id",
        )?;
        let number = select.query_row([unit.as_str()], |row| row.get(0))?;
        self.units.insert(unit.clone(), number);
        Ok(number)
    }

    /// Every division up from the window and the holders, and every unit that takes part; with what each is shown.
    fn scopes(&mut self, dossier: &Dossier) -> Result<Vec<(i64, Deadlines)>, LedgerError> {
        let (areas, of_all) = (self.areas(dossier), dossier.deadlines());
        let areas = areas.into_iter();
        let mut scopes: Vec<_> = areas.map(|area| (division_number(area), of_all)).collect();
        for entry in dossier.worklist_entries() {
            scopes.push((-self.unit(entry.unit)?, entry.deadlines()));
        }
        Ok(scopes)
    }

    fn save_worklist(&mut self, case_id: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        let Some(window) = &dossier.window else {
            return Ok(());
        };
        for entry in dossier.worklist_entries() {
            let unit = self.unit(entry.unit)?;
            let due = entry.deadlines();
            self.transaction
                .prepare_cached(
                    "INSERT INTO worklist
                     (unit_id, case_id, tab, due_at, opened_at, number, item, origin, staff, own,
                      step_due, whole_due, date_due, work_tab, drafter, answered_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                     ON CONFLICT (unit_id, case_id) DO UPDATE SET tab = excluded.tab, due_at = excluded.due_at,
                         item = excluded.item, staff = excluded.staff, step_due = excluded.step_due,
                         whole_due = excluded.whole_due, date_due = excluded.date_due,
                         work_tab = excluded.work_tab, drafter = excluded.drafter,
                         answered_at = excluded.answered_at
                     WHERE (tab, item, staff, step_due, whole_due, date_due, work_tab, drafter, answered_at)
                         IS NOT (excluded.tab, excluded.item, excluded.staff, excluded.step_due,
                             excluded.whole_due, excluded.date_due, excluded.work_tab, excluded.drafter,
                             excluded.answered_at)",
                )?
                .execute(params![
                    unit,
                    case_id,
                    entry.tab.map_or(0, tab_number),
                    micros(due.first()),
                    window.opened_at.as_micros(),
                    sorted_number(&window.number),
                    window.item.as_str(),
                    self.number_of(window.division),
                    entry.staff.map(|staff| staff.as_str()),
                    *entry.unit == window.unit,
                    micros(due.step),
                    micros(due.whole),
                    micros(due.critical_date),
                    entry.work_tab.map_or(0, tab_number),
                    entry.drafters,
                    entry.answered_at.map(Timestamp::as_micros),
                ])?;
        }
        Ok(())
    }

    fn save_visibility(&mut self, case_id: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        let scopes = self.scopes(dossier)?;
        let Some(window) = &dossier.window else {
            return Ok(());
        };
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO visibility
             (scope, case_id, due_at, opened_at, closed, step_due, whole_due, date_due)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (scope, case_id) DO UPDATE SET due_at = excluded.due_at, closed = excluded.closed,
                 step_due = excluded.step_due, whole_due = excluded.whole_due, date_due = excluded.date_due
             WHERE (closed, step_due, whole_due, date_due)
                 IS NOT (excluded.closed, excluded.step_due, excluded.whole_due, excluded.date_due)",
        )?;
        for (scope, due) in scopes {
            insert.execute(params![
                scope,
                case_id,
                micros(due.first()),
                window.opened_at.as_micros(),
                dossier.is_closed(),
                micros(due.step),
                micros(due.whole),
                micros(due.critical_date),
            ])?;
        }
        Ok(())
    }

    fn save_search(
        &self,
        case_id: i64,
        dossier: &Dossier,
        before: i64,
    ) -> Result<i64, LedgerError> {
        let Some(text) = searchable_text(dossier, self.directory) else {
            return Ok(before);
        };
        let entries = dossier.worklist_entries();
        let scopes = self.areas(dossier).into_iter().map(SearchScope::Division);
        let scopes = scopes.chain(entries.iter().map(|entry| SearchScope::Unit(entry.unit)));
        let scopes: Vec<String> = scopes.map(|scope| scope.word()).collect();
        let scopes = scopes.join(" ");
        let hash = hash(&(&text, &scopes));
        if hash == before {
            return Ok(before);
        }
        if before != 0 {
            self.transaction
                .prepare_cached("DELETE FROM search WHERE rowid = ?1")?
                .execute([case_id])?;
        }
        self.transaction
            .prepare_cached("INSERT INTO search (rowid, scope, words) VALUES (?1, ?2, ?3)")?
            .execute(params![case_id, scopes, index_words(&text)])?;
        Ok(hash)
    }
}

/// When something is due, as the file has it.
fn micros(due: Option<Timestamp>) -> i64 {
    due.map_or(NEVER, Timestamp::as_micros)
}

/// A hash that is never 0: 0 means that nothing is indexed.
fn hash(of: &impl Hash) -> i64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    (hasher.finish() | 1).cast_signed()
}
