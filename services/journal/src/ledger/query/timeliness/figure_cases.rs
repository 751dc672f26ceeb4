//! The cases behind a figure of the timeliness: by the conditions that the figure itself is counted by.

use std::collections::BTreeMap;

use onestop_proto::{
    ids::ServiceItem,
    ledger::{FigureFilter, Reach, TimelinessQuery},
    time::Timestamp,
};
use rusqlite::{ToSql, named_params};

use super::scope::Scope;
use crate::{
    domain::dossier::{CounterKind, ReadContext},
    ledger::{query::Query, query_error::QueryError},
};

/// How often a figure counts each case, by the case's number in the file.
pub(in crate::ledger::query) type CountedCases = BTreeMap<i64, u64>;

/// What a figure of the timeliness is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger::query) enum TimelinessFigure {
    /// What happened in a period.
    Happened(&'static [CounterKind]),
    /// The steps that were done in a period.
    Done,
    /// Those of them that were late.
    DoneLate,
    /// The clocks that are near their end at a moment.
    DueSoon,
    /// The clocks that are past it.
    Overdue,
}

impl Query<'_> {
    /// The cases that a figure of the timeliness counts.
    pub(in crate::ledger::query) fn timeliness_cases(
        &self,
        figure: TimelinessFigure,
        filter: &FigureFilter,
        item: Option<&ServiceItem>,
    ) -> Result<CountedCases, QueryError> {
        let scope = self.figure_scope(filter, item)?;
        // A unit that no case has ever reached has no number.
        let unit = match &filter.unit {
            None => None,
            Some(unit) => match self.unit(unit)? {
                Some(number) => Some(number),
                None => return Ok(CountedCases::new()),
            },
        };
        let counter = ClockCounter {
            query: self,
            scope: &scope,
            unit,
        };
        match figure {
            TimelinessFigure::Happened(kinds) => {
                let reason = filter.reason.map(|reason| reason.as_str());
                self.happened(&scope, kinds, unit, reason)
            }
            TimelinessFigure::Done => counter.done(""),
            TimelinessFigure::DoneLate => counter.done("AND to_at >= due_at"),
            TimelinessFigure::DueSoon => counter.due_soon(),
            TimelinessFigure::Overdue => counter.overdue(),
        }
    }

    fn figure_scope(
        &self,
        filter: &FigureFilter,
        item: Option<&ServiceItem>,
    ) -> Result<Scope, QueryError> {
        let mut scope = self.scope(&TimelinessQuery {
            within: filter.counted_in,
            from: filter.from.unwrap_or(Timestamp::from_micros(0)),
            to: filter.to.unwrap_or(Timestamp::from_micros(i64::MAX)),
            as_of: filter.as_of,
            item: item.cloned(),
        })?;
        match filter.reach {
            Reach::All => {}
            Reach::OwnLevel => scope.last = scope.first + scope.width - 1,
        }
        Ok(scope)
    }

    fn happened(
        &self,
        scope: &Scope,
        kinds: &[CounterKind],
        unit: Option<i64>,
        reason: Option<&str>,
    ) -> Result<CountedCases, QueryError> {
        let index = scope.index("counters_at", "counters_in");
        let sql = format!(
            "SELECT case_id, count(*) AS times FROM counters INDEXED BY {index}
             WHERE kind = :kind AND at >= :from AND at < :to
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
               AND (:unit IS NULL OR unit_id = :unit) AND (:reason IS NULL OR reason = :reason)
             GROUP BY case_id"
        );
        let mut counted = CountedCases::new();
        for kind in kinds {
            let values = named_params! {
                ":kind": *kind as i64, ":from": scope.from, ":to": scope.to,
                ":first": scope.first, ":last": scope.last, ":item": scope.item(),
                ":unit": unit, ":reason": reason,
            };
            self.add_cases(&sql, values, &mut counted)?;
        }
        Ok(counted)
    }

    fn add_cases(
        &self,
        sql: &str,
        values: &[(&str, &dyn ToSql)],
        counted: &mut CountedCases,
    ) -> Result<(), QueryError> {
        let mut select = self.prepare(sql)?;
        let mut rows = select.query(values)?;
        while let Some(row) = rows.next()? {
            let times: u64 = row.get("times")?;
            *counted.entry(row.get("case_id")?).or_default() += times;
        }
        Ok(())
    }
}

/// Counts the clocks of each case.
struct ClockCounter<'a> {
    query: &'a Query<'a>,
    scope: &'a Scope,
    unit: Option<i64>,
}

impl ClockCounter<'_> {
    fn done(&self, also: &str) -> Result<CountedCases, QueryError> {
        let scope = self.scope;
        let index = scope.index("deadline_periods_done", "deadline_periods_in");
        let when = format!("ending = 2 AND to_at >= :from AND to_at < :to {also}");
        let period: [(&str, &dyn ToSql); 2] = [(":from", &scope.from), (":to", &scope.to)];
        self.count(index, &when, &period)
    }

    fn due_soon(&self) -> Result<CountedCases, QueryError> {
        let context = ReadContext::new(self.query.context.directory, self.scope.at);
        let (at, soon) = (self.scope.at.as_micros(), context.soon.as_micros());
        let when = "due_at > :at AND due_at <= :soon AND from_at <= :at AND to_at > :at";
        let span: [(&str, &dyn ToSql); 2] = [(":at", &at), (":soon", &soon)];
        self.count("deadline_periods_due", when, &span)
    }

    fn overdue(&self) -> Result<CountedCases, QueryError> {
        let at = self.scope.at.as_micros();
        let when = "to_at > :at AND to_at > due_at AND due_at <= :at AND from_at <= :at";
        let moment: [(&str, &dyn ToSql); 1] = [(":at", &at)];
        self.count("deadline_periods_late", when, &moment)
    }

    fn count(
        &self,
        index: &str,
        when: &str,
        times: &[(&str, &dyn ToSql)],
    ) -> Result<CountedCases, QueryError> {
        let scope = self.scope;
        let sql = format!(
            "SELECT case_id, count(*) AS times FROM deadline_periods INDEXED BY {index}
             WHERE {when} AND division BETWEEN :first AND :last
               AND (:item IS NULL OR item = :item) AND (:unit IS NULL OR unit_id = :unit)
             GROUP BY case_id"
        );
        let item = scope.item();
        let mut values: Vec<(&str, &dyn ToSql)> = vec![
            (":first", &scope.first),
            (":last", &scope.last),
            (":item", &item),
            (":unit", &self.unit),
        ];
        values.extend_from_slice(times);
        let mut counted = CountedCases::new();
        self.query.add_cases(&sql, &values, &mut counted)?;
        Ok(counted)
    }
}
