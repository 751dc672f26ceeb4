//! The rows of one case in every table.

use std::hash::{DefaultHasher, Hash, Hasher};

use onestop_proto::{
    ids::{CaseId, UnitId},
    time::Timestamp,
};
use rusqlite::params;

use super::{Batch, OpenCase};
use crate::{
    domain::dossier::{
        Clock, DeadlinePeriod, Dossier, PeriodEnd, SearchScope, index_words, searchable_text,
    },
    ledger::{
        LedgerError,
        day_sums::{self, Counted, Step},
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
        self.save_periods(case_id, &dossier)?;
        self.save_counters(case_id, &dossier)?;
        dossier.discard_saved();
        self.save_worklist(case_id, &dossier)?;
        self.save_visibility(case_id, &dossier)?;
        let search_hash = self.save_search(case_id, &dossier, search_hash)?;
        let window = dossier.window.as_ref();
        let text = serde_json::to_string(&dossier).map_err(LedgerError::Dossier)?;
        self.transaction
            .prepare_cached(
                "UPDATE cases SET number = ?2, item = ?3, origin = ?4, closed = ?5, opened_at = ?6,
                 search_hash = ?7, dossier = ?8, sorted_number = ?9 WHERE case_id = ?1",
            )?
            .execute(params![
                case_id,
                window.map(|window| window.number.as_str()),
                window.map(|window| window.item.as_str()),
                window.map(|window| self.number_of(window.division)),
                closed(&dossier),
                window.map(|window| window.opened_at.as_micros()),
                search_hash,
                text,
                window.map(|window| sorted_number(&window.number)),
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

    fn unit(&mut self, unit: &UnitId) -> Result<i64, LedgerError> {
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

    /// Every division up from the window and the holders, and every unit that takes part.
    fn scopes(&mut self, dossier: &Dossier) -> Result<Vec<i64>, LedgerError> {
        let areas = self.areas(dossier);
        let mut scopes: Vec<i64> = areas.into_iter().map(division_number).collect();
        for entry in dossier.worklist_entries() {
            scopes.push(-self.unit(entry.unit)?);
        }
        Ok(scopes)
    }

    fn save_worklist(&mut self, case_id: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        let Some(window) = &dossier.window else {
            return Ok(());
        };
        for entry in dossier.worklist_entries() {
            let unit = self.unit(entry.unit)?;
            self.transaction
                .prepare_cached(
                    "INSERT INTO worklist
                     (unit_id, case_id, tab, due_at, opened_at, number, item, origin, staff, own)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                     ON CONFLICT (unit_id, case_id) DO UPDATE SET tab = excluded.tab, due_at = excluded.due_at,
                         item = excluded.item, staff = excluded.staff
                     WHERE (tab, due_at, item, staff)
                         IS NOT (excluded.tab, excluded.due_at, excluded.item, excluded.staff)",
                )?
                .execute(params![
                    unit,
                    case_id,
                    entry.tab.map_or(0, tab_number),
                    entry.due_at().map_or(NEVER, Timestamp::as_micros),
                    window.opened_at.as_micros(),
                    sorted_number(&window.number),
                    window.item.as_str(),
                    self.number_of(window.division),
                    entry.staff.map(|staff| staff.as_str()),
                    *entry.unit == window.unit,
                ])?;
        }
        Ok(())
    }

    fn save_visibility(&mut self, case_id: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        let scopes = self.scopes(dossier)?;
        let Some(window) = &dossier.window else {
            return Ok(());
        };
        let (due, closed) = (due(dossier.first_due()), closed(dossier));
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO visibility (scope, case_id, due_at, opened_at, closed) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (scope, case_id) DO UPDATE SET due_at = excluded.due_at, closed = excluded.closed
             WHERE due_at <> excluded.due_at OR closed <> excluded.closed",
        )?;
        for scope in scopes {
            insert.execute(params![
                scope,
                case_id,
                due,
                window.opened_at.as_micros(),
                closed
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

    fn save_periods(&mut self, case_id: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        for clock in &dossier.clocks {
            let unit = self.unit(&clock.unit)?;
            for period in &clock.periods {
                self.save_period(case_id, unit, clock, period)?;
            }
        }
        Ok(())
    }

    fn save_period(
        &self,
        case_id: i64,
        unit: i64,
        clock: &Clock,
        period: &DeadlinePeriod,
    ) -> Result<(), LedgerError> {
        let ending = clock.period_end(period);
        self.transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO deadline_periods
                 (case_id, clock, period, unit_id, division, item, step, from_at, to_at, due_at, ending, ran,
                  paper_at, days, place)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                case_id,
                clock.seq,
                period.seq,
                unit,
                self.number_of(clock.division),
                clock.item.as_ref().map(|item| item.as_str()),
                clock.step.as_str(),
                period.from.as_micros(),
                period.to.map_or(NEVER, Timestamp::as_micros),
                period.due_at.map(Timestamp::as_micros),
                ending as i64,
                if ending == PeriodEnd::Done { clock.ran } else { 0 },
                clock.ended_by_paper(period).map_or(NEVER, Timestamp::as_micros),
                clock.limit.kind.as_str(),
                clock.limit.place.map(division_number),
            ])?;
        let (PeriodEnd::Done, Some(at)) = (ending, period.to) else {
            return Ok(());
        };
        // A clock is dropped once it has ended: this is counted once.
        let in_time = period.due_at.is_none_or(|due| at < due);
        let by_paper = clock.ended_by_paper(period).unwrap_or(at);
        let in_time_on_paper = period.due_at.is_none_or(|due| by_paper < due);
        day_sums::count(
            self.transaction,
            &Counted {
                kind: day_sums::STEPS,
                at,
                division: self.directory.present_division(clock.division),
                item: clock.item.as_ref().map(|item| item.as_str()),
                step: Some(Step {
                    in_time,
                    in_time_on_paper,
                    ran: clock.ran,
                }),
            },
        )
    }

    fn save_counters(&mut self, case_id: i64, dossier: &Dossier) -> Result<(), LedgerError> {
        for counter in &dossier.counters {
            let unit = self.unit(&counter.unit)?;
            self.transaction
                .prepare_cached(
                    "INSERT INTO counters (kind, at, division, item, reason, case_id, unit_id)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    counter.kind as i64,
                    counter.at.as_micros(),
                    self.number_of(counter.division),
                    counter.item.as_ref().map(|item| item.as_str()),
                    counter.reason.map(|reason| reason.as_str()),
                    case_id,
                    unit,
                ])?;
            day_sums::count(
                self.transaction,
                &Counted {
                    kind: counter.kind as i64,
                    at: counter.at,
                    division: self.directory.present_division(counter.division),
                    item: counter.item.as_ref().map(|item| item.as_str()),
                    step: None,
                },
            )?;
        }
        Ok(())
    }
}

fn due(clock: Option<&Clock>) -> i64 {
    let due = clock.and_then(Clock::due_at);
    due.map_or(NEVER, Timestamp::as_micros)
}

fn closed(dossier: &Dossier) -> bool {
    let window = dossier.window.as_ref();
    window.is_some_and(|window| window.closed_at.is_some())
}

/// A hash that is never 0: 0 means that nothing is indexed.
fn hash(of: &impl Hash) -> i64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    (hasher.finish() | 1).cast_signed()
}
