//! The lists beside the figures: overdue clocks, and reasons for sending cases back.

use std::{cmp::Reverse, collections::BTreeMap};

use onestop_proto::{
    ids::UnitId,
    ledger::{OverdueCases, OverdueRow, ReasonCount, UnitReasonCount, UnitReturnKind},
    referral::ReturnReason,
    time::Timestamp,
};
use rusqlite::{Row, named_params};

use super::scope::{Scope, division};
use crate::{
    domain::dossier::{CounterKind, Dossier, Window},
    ledger::{
        LedgerError,
        encoding::division_number,
        query::{Query, case::case_id},
        query_error::QueryError,
    },
};

/// Overdue clocks that are listed.
const LISTED: usize = 200;
/// Units whose reasons are listed.
const UNITS: usize = 50;

impl Query<'_> {
    pub(super) fn overdue(&self, scope: &Scope) -> Result<Vec<OverdueRow>, QueryError> {
        let mut select = self.prepare(
            "SELECT cases.id, cases.number, coalesce(late.item, cases.item) AS item, late.step,
                    units.unit, late.division, late.due_at, late.days, late.place, cases.dossier
             FROM (SELECT * FROM deadline_periods INDEXED BY deadline_periods_late
                   WHERE to_at > :at AND to_at > due_at AND due_at <= :at AND from_at <= :at
                     AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
                   ORDER BY due_at, case_id LIMIT :listed) AS late
             CROSS JOIN cases USING (case_id) CROSS JOIN units ON units.unit_id = late.unit_id
             WHERE cases.number IS NOT NULL ORDER BY late.due_at, late.case_id",
        )?;
        let mut rows = select.query(named_params! {
            ":at": scope.at.as_micros(), ":first": scope.first, ":last": scope.last,
            ":item": scope.item(), ":listed": LISTED as i64,
        })?;
        let mut overdue = Vec::new();
        while let Some(row) = rows.next()? {
            let due_at = Timestamp::from_micros(row.get("due_at")?);
            let last = due_at.plus_seconds(-1).china_date();
            let kind = parsed(row, "days")?;
            let place = row
                .get::<_, Option<i64>>("place")?
                .map(division)
                .transpose()?;
            let directory = self.context.directory;
            let dossier: String = row.get("dossier")?;
            let dossier: Dossier = serde_json::from_str(&dossier).map_err(LedgerError::Dossier)?;
            let window = dossier.window.as_ref();
            overdue.push(OverdueRow {
                case: case_id(&row.get::<_, String>("id")?)?,
                number: parsed(row, "number")?,
                item: parsed(row, "item")?,
                urgent: window.is_some_and(|window| window.urgent),
                needs: window
                    .map(|window| window.needs.clone())
                    .unwrap_or_default(),
                settled: window.map(Window::settled).unwrap_or_default(),
                settlements: window
                    .map(|window| window.settlements.clone())
                    .unwrap_or_default(),
                step: parsed(row, "step")?,
                unit: parsed(row, "unit")?,
                division: division(row.get("division")?)?,
                due_at,
                due: Some(last),
                over: directory.days_late(kind, place, last, scope.at),
                kind,
            });
        }
        Ok(overdue)
    }

    /// The cases of the division of which anything is overdue, by the rows that the list of its cases marks; none where another
    /// moment than the present is shown.
    pub(super) fn overdue_cases(&self, scope: &Scope) -> Result<Option<OverdueCases>, QueryError> {
        if scope.at < self.context.now {
            return Ok(None);
        }
        let mut select = self.prepare(
            "SELECT count(*) AS any_part, coalesce(sum(step_due <= :now), 0) AS step,
                    coalesce(sum(whole_due <= :now), 0) AS whole, coalesce(sum(date_due <= :now), 0) AS date
             FROM visibility INDEXED BY visibility_due
             CROSS JOIN cases USING (case_id)
             WHERE visibility.scope = :scope AND visibility.due_at <= :now AND cases.number IS NOT NULL
               AND (:item IS NULL OR cases.item = :item)",
        )?;
        let values = named_params! {
            ":now": self.context.now.as_micros(), ":scope": division_number(scope.within),
            ":item": scope.item(),
        };
        let counted = select.query_row(values, |row| {
            Ok(OverdueCases {
                any: row.get("any_part")?,
                step: row.get("step")?,
                whole: row.get("whole")?,
                critical_date: row.get("date")?,
            })
        })?;
        Ok(Some(counted))
    }

    pub(super) fn reasons(&self, scope: &Scope) -> Result<Vec<ReasonCount>, QueryError> {
        let mut reasons = Vec::new();
        for (kind, how) in [
            (CounterKind::Declined, UnitReturnKind::Declined),
            (CounterKind::Returned, UnitReturnKind::Returned),
        ] {
            let mut select = self.prepare(
                "SELECT reason, count(*) AS found FROM counters
                 WHERE kind = :kind AND at >= :from AND at < :to AND reason IS NOT NULL
                   AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
                 GROUP BY reason",
            )?;
            let mut rows = select.query(named_params! {
                ":kind": kind as i64, ":from": scope.from, ":to": scope.to,
                ":first": scope.first, ":last": scope.last, ":item": scope.item(),
            })?;
            while let Some(row) = rows.next()? {
                reasons.push(ReasonCount {
                    how,
                    reason: parsed(row, "reason")?,
                    count: row.get("found")?,
                });
            }
        }
        reasons.sort_by_key(|reason| (Reverse(reason.count), reason.how, reason.reason));
        Ok(reasons)
    }

    /// The reasons of the units that sent most cases back.
    pub(super) fn reasons_by_unit(
        &self,
        scope: &Scope,
    ) -> Result<Vec<UnitReasonCount>, QueryError> {
        let mut units: Vec<(i64, BTreeMap<ReturnReason, u64>)> =
            self.returns_by_unit(scope)?.into_iter().collect();
        units.sort_by_key(|(unit, reasons)| (Reverse(reasons.values().sum::<u64>()), *unit));
        units.truncate(UNITS);
        let mut name = self.prepare("SELECT unit FROM units WHERE unit_id = ?1")?;
        let mut told = Vec::new();
        for (unit, reasons) in units {
            let unit: UnitId = name.query_row([unit], |row| Ok(parsed(row, "unit")))??;
            told.extend(reasons.into_iter().map(|(reason, count)| UnitReasonCount {
                unit: unit.clone(),
                reason,
                count,
            }));
        }
        Ok(told)
    }

    /// How often each unit, by its number in the file, sent cases back for each reason.
    fn returns_by_unit(
        &self,
        scope: &Scope,
    ) -> Result<BTreeMap<i64, BTreeMap<ReturnReason, u64>>, QueryError> {
        let index = scope.index("counters_at", "counters_in");
        let mut select = self.prepare(&format!(
            "SELECT unit_id, reason, count(*) AS found FROM counters INDEXED BY {index}
             WHERE kind = :kind AND at >= :from AND at < :to AND reason IS NOT NULL
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY unit_id, reason"
        ))?;
        let mut units: BTreeMap<i64, BTreeMap<ReturnReason, u64>> = BTreeMap::new();
        for kind in [CounterKind::Declined, CounterKind::Returned] {
            let mut rows = select.query(named_params! {
                ":kind": kind as i64, ":from": scope.from, ":to": scope.to,
                ":first": scope.first, ":last": scope.last, ":item": scope.item(),
            })?;
            while let Some(row) = rows.next()? {
                let reasons = units.entry(row.get("unit_id")?).or_default();
                *reasons.entry(parsed(row, "reason")?).or_default() +=
                    row.get::<_, u64>("found")?;
            }
        }
        Ok(units)
    }
}

fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: &str) -> Result<T, QueryError> {
    let text: String = row.get(column)?;
    let parsed = text.parse();
    Ok(parsed.map_err(|_| LedgerError::Undecodable { text })?)
}
