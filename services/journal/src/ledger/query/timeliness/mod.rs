//! Timeliness at any moment, from deadline periods and counters, never from today's state.

mod figure_cases;
mod lists;
mod scope;

use std::collections::BTreeMap;

use onestop_proto::{
    division::DivisionCode,
    ledger::{Timeliness, TimelinessFigures, TimelinessQuery, TimelinessRow},
};
use rusqlite::{Result, Row, ToSql, named_params};

use self::scope::Scope;
pub(super) use self::{
    figure_cases::{CountedCases, TimelinessFigure},
    scope::division,
};
use super::Query;
use crate::{
    domain::dossier::{CounterKind, ReadContext},
    ledger::{day_sums, query_error::QueryError},
};

/// Microseconds of a day.
const DAY: f64 = 86_400_000_000.0;

impl Query<'_> {
    pub(super) fn timeliness(&self, query: &TimelinessQuery) -> Result<Timeliness, QueryError> {
        let scope = self.scope(query)?;
        let mut figures: BTreeMap<DivisionCode, TimelinessFigures> = BTreeMap::new();
        figures.insert(scope.within, TimelinessFigures::default());
        self.counted(&scope, &mut figures)?;
        self.steps(&scope, &mut figures)?;
        self.open_clocks(&scope, &mut figures)?;
        let parts = figures.values();
        let total = parts.fold(TimelinessFigures::default(), |total, part| {
            sum(&total, part)
        });
        let rows = figures
            .into_iter()
            .map(|(division, figures)| TimelinessRow { division, figures })
            .collect();
        Ok(Timeliness {
            within: scope.within,
            rows,
            total,
            overdue: self.overdue(&scope)?,
            reasons: self.reasons(&scope)?,
            reasons_by_unit: self.reasons_by_unit(&scope)?,
            overdue_cases: self.overdue_cases(&scope)?,
            as_of: scope.at,
            seen: self.seen()?,
        })
    }

    /// Runs a select over `part`, the division directly below, and adds what it says to the figures.
    fn add(
        &self,
        sql: &str,
        values: &[(&str, &dyn ToSql)],
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
        add: impl Fn(&mut TimelinessFigures, &Row<'_>) -> Result<()>,
    ) -> Result<(), QueryError> {
        let mut select = self.prepare(sql)?;
        let mut rows = select.query(values)?;
        while let Some(row) = rows.next()? {
            let part = division(row.get("part")?)?;
            add(figures.entry(part).or_default(), row)?;
        }
        Ok(())
    }

    fn counted(
        &self,
        scope: &Scope,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
    ) -> Result<(), QueryError> {
        let kinds = [
            CounterKind::Received,
            CounterKind::Closed,
            CounterKind::Offered,
            CounterKind::Declined,
            CounterKind::Returned,
            CounterKind::NeedMet,
            CounterKind::NeedDeclined,
        ];
        for kind in kinds {
            let add = |figures: &mut TimelinessFigures, row: &Row<'_>| -> Result<()> {
                let counter = match kind {
                    CounterKind::Received => &mut figures.received,
                    CounterKind::Closed => &mut figures.closed,
                    CounterKind::Offered => &mut figures.offered,
                    CounterKind::Declined | CounterKind::Returned => &mut figures.sent_back,
                    CounterKind::NeedMet => &mut figures.needs_met,
                    CounterKind::NeedDeclined => &mut figures.needs_declined,
                };
                *counter += row.get::<_, u64>("found")?;
                Ok(())
            };
            let index = scope.index("counters_at", "counters_in");
            let one_by_one = format!(
                "SELECT division / :width * :width AS part, count(*) AS found
                 FROM counters INDEXED BY {index}
                 WHERE kind = :kind AND at >= :from AND at < :to
                   AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
                 GROUP BY part"
            );
            for (from, to) in self.sums(scope, kind as i64, figures, add)? {
                self.add(
                    &one_by_one,
                    named_params! {
                        ":width": scope.width, ":kind": kind as i64, ":from": from, ":to": to,
                        ":first": scope.first, ":last": scope.last, ":item": scope.item(),
                    },
                    figures,
                    add,
                )?;
            }
        }
        Ok(())
    }

    fn steps(
        &self,
        scope: &Scope,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
    ) -> Result<(), QueryError> {
        // Holds the sum of what the clocks ran, until the average is computed below.
        let add = |figures: &mut TimelinessFigures, row: &Row<'_>| -> Result<()> {
            figures.steps += row.get::<_, u64>("found")?;
            figures.in_time += row.get::<_, u64>("in_time")?;
            figures.in_time_on_paper += row.get::<_, u64>("in_time_on_paper")?;
            let ran: f64 = row.get("ran")?;
            *figures.average_days.get_or_insert_default() += ran;
            Ok(())
        };
        let index = scope.index("deadline_periods_done", "deadline_periods_in");
        let one_by_one = format!(
            "SELECT division / :width * :width AS part, count(*) AS found,
                    sum(due_at IS NULL OR to_at < due_at) AS in_time,
                    sum(due_at IS NULL OR paper_at < due_at) AS in_time_on_paper, total(ran) AS ran
             FROM deadline_periods INDEXED BY {index}
             WHERE ending = 2 AND to_at >= :from AND to_at < :to
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY part"
        );
        for (from, to) in self.sums(scope, day_sums::STEPS, figures, add)? {
            self.add(
                &one_by_one,
                named_params! {
                    ":width": scope.width, ":from": from, ":to": to,
                    ":first": scope.first, ":last": scope.last, ":item": scope.item(),
                },
                figures,
                add,
            )?;
        }
        for figures in figures.values_mut() {
            let steps = figures.steps as f64;
            figures.average_days = figures.average_days.map(|ran| ran / steps / DAY);
        }
        Ok(())
    }

    /// Adds the sums of whole days where there are any; the periods that are left to be counted one by one.
    fn sums(
        &self,
        scope: &Scope,
        kind: i64,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
        add: impl Fn(&mut TimelinessFigures, &Row<'_>) -> Result<()>,
    ) -> Result<Vec<(i64, i64)>, QueryError> {
        if !scope.is_summed() {
            return Ok(vec![(scope.from, scope.to)]);
        }
        let cut = day_sums::cut(scope.from, scope.to);
        self.add(
            "SELECT part, sum(found) AS found, sum(in_time) AS in_time,
                    sum(in_time_on_paper) AS in_time_on_paper, total(ran) AS ran
             FROM day_sums
             WHERE within = :within AND kind = :kind AND day >= :from AND day < :to
               AND (:item IS NULL OR item = :item)
             GROUP BY part",
            named_params! {
                ":within": scope.first, ":kind": kind, ":from": cut.days.0, ":to": cut.days.1,
                ":item": scope.item(),
            },
            figures,
            add,
        )?;
        let left = cut.edges.into_iter().filter(|(from, to)| from < to);
        Ok(left.collect())
    }

    /// The clocks that were overdue, and those due soon, at the moment.
    fn open_clocks(
        &self,
        scope: &Scope,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
    ) -> Result<(), QueryError> {
        let context = ReadContext::new(self.context.directory, scope.at);
        let (at, soon) = (scope.at.as_micros(), context.soon.as_micros());
        self.add(
            "SELECT division / :width * :width AS part, count(*) AS found
             FROM deadline_periods INDEXED BY deadline_periods_late
             WHERE to_at > :at AND to_at > due_at AND due_at <= :at AND from_at <= :at
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY part",
            named_params! {
                ":width": scope.width, ":at": at,
                ":first": scope.first, ":last": scope.last, ":item": scope.item(),
            },
            figures,
            |figures, row| {
                figures.overdue = row.get("found")?;
                Ok(())
            },
        )?;
        self.add(
            "SELECT division / :width * :width AS part, count(*) AS found
             FROM deadline_periods INDEXED BY deadline_periods_due
             WHERE due_at > :at AND due_at <= :soon AND from_at <= :at AND to_at > :at
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY part",
            named_params! {
                ":width": scope.width, ":at": at, ":soon": soon,
                ":first": scope.first, ":last": scope.last, ":item": scope.item(),
            },
            figures,
            |figures, row| {
                figures.due_soon = row.get("found")?;
                Ok(())
            },
        )
    }
}

/// Averages are of steps, so they weigh as many.
fn sum(total: &TimelinessFigures, part: &TimelinessFigures) -> TimelinessFigures {
    let days =
        |figures: &TimelinessFigures| figures.average_days.unwrap_or(0.0) * figures.steps as f64;
    let steps = total.steps + part.steps;
    TimelinessFigures {
        received: total.received + part.received,
        closed: total.closed + part.closed,
        steps,
        in_time: total.in_time + part.in_time,
        in_time_on_paper: total.in_time_on_paper + part.in_time_on_paper,
        average_days: (steps > 0).then(|| (days(total) + days(part)) / steps as f64),
        due_soon: total.due_soon + part.due_soon,
        overdue: total.overdue + part.overdue,
        offered: total.offered + part.offered,
        sent_back: total.sent_back + part.sent_back,
        needs_met: total.needs_met + part.needs_met,
        needs_declined: total.needs_declined + part.needs_declined,
    }
}
