//! Timeliness, from what happened when: spans of clocks and marks, never from how things stand today.

use std::collections::BTreeMap;

use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{
        OverdueRow, ReasonCount, Rejection, Timeliness, TimelinessFigures, TimelinessQuery,
        TimelinessRow, UnitReturnKind,
    },
    time::Timestamp,
};
use rusqlite::{Row, ToSql, named_params};

use super::{Asking, NoAnswer, case_id, page::span};
use crate::{
    domain::{
        dossier::{MarkKind, Sight},
        reach::Reach,
    },
    ledger::{LedgerError, days},
};

/// Overdue clocks that are listed.
const LISTED: usize = 200;

/// What is asked, as the file has it.
struct Asked {
    within: DivisionCode,
    /// Codes in the division: the first and the last.
    first: i64,
    last: i64,
    /// What a code is divided by for the division directly below.
    width: i64,
    from: i64,
    to: i64,
    at: Timestamp,
    item: Option<ServiceItem>,
}

/// Microseconds of a day.
const DAY: f64 = 86_400_000_000.0;

impl Asking<'_> {
    pub(super) fn timeliness(&self, query: &TimelinessQuery) -> Result<Timeliness, NoAnswer> {
        let asked = self.asked(query)?;
        let mut figures: BTreeMap<DivisionCode, TimelinessFigures> = BTreeMap::new();
        figures.insert(asked.within, TimelinessFigures::default());
        self.counted(&asked, &mut figures)?;
        self.steps(&asked, &mut figures)?;
        self.standing(&asked, &mut figures)?;
        let parts = figures.values();
        let total = parts.fold(TimelinessFigures::default(), |total, part| {
            sum(&total, part)
        });
        let rows = figures
            .into_iter()
            .map(|(division, figures)| TimelinessRow { division, figures })
            .collect();
        Ok(Timeliness {
            within: asked.within,
            rows,
            total,
            overdue: self.overdue(&asked)?,
            reasons: self.reasons(&asked)?,
            as_of: asked.at,
            seen: self.seen()?,
        })
    }

    fn asked(&self, query: &TimelinessQuery) -> Result<Asked, NoAnswer> {
        let Reach::Area(yours) = self.reach else {
            let role = self.actor.role;
            return Err(Rejection::NotForRole { role }.into());
        };
        let within = query.within.unwrap_or(yours);
        if !yours.contains(within) {
            return Err(Rejection::NotYourDivision { within, yours }.into());
        }
        if query.to < query.from {
            return Err(Rejection::EmptyPeriod {}.into());
        }
        let at = query
            .as_of
            .map_or(self.sight.now, |at| at.min(self.sight.now));
        let (first, last) = span(within);
        Ok(Asked {
            within,
            first,
            last,
            width: days::width_below(within.tier()),
            from: query.from.as_micros(),
            // What had not happened by then does not count.
            to: query.to.as_micros().min(at.as_micros().saturating_add(1)),
            at,
            item: query.item.clone(),
        })
    }

    /// Runs a select over `part`, the division directly below, and adds what it says to the figures.
    fn add(
        &self,
        sql: &str,
        values: &[(&str, &dyn ToSql)],
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
        add: impl Fn(&mut TimelinessFigures, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), NoAnswer> {
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
        asked: &Asked,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
    ) -> Result<(), NoAnswer> {
        let kinds = [
            MarkKind::Received,
            MarkKind::Closed,
            MarkKind::Offered,
            MarkKind::Declined,
            MarkKind::Returned,
        ];
        for kind in kinds {
            let add = |figures: &mut TimelinessFigures, row: &Row<'_>| -> rusqlite::Result<()> {
                let counter = match kind {
                    MarkKind::Received => &mut figures.received,
                    MarkKind::Closed => &mut figures.closed,
                    MarkKind::Offered => &mut figures.offered,
                    MarkKind::Declined | MarkKind::Returned => &mut figures.sent_back,
                };
                *counter += row.get::<_, u64>("found")?;
                Ok(())
            };
            let index = asked.index("marks_at", "marks_in");
            let one_by_one = format!(
                "SELECT division / :width * :width AS part, count(*) AS found
                 FROM marks INDEXED BY {index}
                 WHERE kind = :kind AND at >= :from AND at < :to
                   AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
                 GROUP BY part"
            );
            for (from, to) in self.sums(asked, kind as i64, figures, add)? {
                self.add(
                    &one_by_one,
                    named_params! {
                        ":width": asked.width, ":kind": kind as i64, ":from": from, ":to": to,
                        ":first": asked.first, ":last": asked.last, ":item": asked.item(),
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
        asked: &Asked,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
    ) -> Result<(), NoAnswer> {
        // What clocks ran stands in for their average until all of it is known.
        let add = |figures: &mut TimelinessFigures, row: &Row<'_>| -> rusqlite::Result<()> {
            figures.steps += row.get::<_, u64>("found")?;
            figures.in_time += row.get::<_, u64>("in_time")?;
            let ran: f64 = row.get("ran")?;
            *figures.average_days.get_or_insert_default() += ran;
            Ok(())
        };
        let index = asked.index("spans_done", "spans_in");
        let one_by_one = format!(
            "SELECT division / :width * :width AS part, count(*) AS found,
                    sum(due_at IS NULL OR to_at < due_at) AS in_time, total(ran) AS ran
             FROM spans INDEXED BY {index}
             WHERE ending = 2 AND to_at >= :from AND to_at < :to
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY part"
        );
        for (from, to) in self.sums(asked, days::STEPS, figures, add)? {
            self.add(
                &one_by_one,
                named_params! {
                    ":width": asked.width, ":from": from, ":to": to,
                    ":first": asked.first, ":last": asked.last, ":item": asked.item(),
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
        asked: &Asked,
        kind: i64,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
        add: impl Fn(&mut TimelinessFigures, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<Vec<(i64, i64)>, NoAnswer> {
        if !asked.is_summed() {
            return Ok(vec![(asked.from, asked.to)]);
        }
        let cut = days::cut(asked.from, asked.to);
        self.add(
            "SELECT part, sum(found) AS found, sum(in_time) AS in_time, total(ran) AS ran FROM days
             WHERE within = :within AND kind = :kind AND day >= :from AND day < :to
               AND (:item IS NULL OR item = :item)
             GROUP BY part",
            named_params! {
                ":within": asked.first, ":kind": kind, ":from": cut.days.0, ":to": cut.days.1,
                ":item": asked.item(),
            },
            figures,
            add,
        )?;
        let left = cut.edges.into_iter().filter(|(from, to)| from < to);
        Ok(left.collect())
    }

    /// What was overdue, and what was near its end, at the moment.
    fn standing(
        &self,
        asked: &Asked,
        figures: &mut BTreeMap<DivisionCode, TimelinessFigures>,
    ) -> Result<(), NoAnswer> {
        let sight = Sight::new(self.sight.directory, asked.at);
        let (at, soon) = (asked.at.as_micros(), sight.soon.as_micros());
        self.add(
            "SELECT division / :width * :width AS part, count(*) AS found
             FROM spans INDEXED BY spans_late
             WHERE to_at > :at AND to_at > due_at AND due_at <= :at AND from_at <= :at
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY part",
            named_params! {
                ":width": asked.width, ":at": at,
                ":first": asked.first, ":last": asked.last, ":item": asked.item(),
            },
            figures,
            |figures, row| {
                figures.overdue = row.get("found")?;
                Ok(())
            },
        )?;
        self.add(
            "SELECT division / :width * :width AS part, count(*) AS found
             FROM spans INDEXED BY spans_due
             WHERE due_at > :at AND due_at <= :soon AND from_at <= :at AND to_at > :at
               AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
             GROUP BY part",
            named_params! {
                ":width": asked.width, ":at": at, ":soon": soon,
                ":first": asked.first, ":last": asked.last, ":item": asked.item(),
            },
            figures,
            |figures, row| {
                figures.due_soon = row.get("found")?;
                Ok(())
            },
        )
    }

    fn overdue(&self, asked: &Asked) -> Result<Vec<OverdueRow>, NoAnswer> {
        let mut select = self.prepare(
            "SELECT cases.id, cases.number, coalesce(late.item, cases.item) AS item, late.step,
                    units.unit, late.division, late.due_at
             FROM (SELECT * FROM spans INDEXED BY spans_late
                   WHERE to_at > :at AND to_at > due_at AND due_at <= :at AND from_at <= :at
                     AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
                   ORDER BY due_at, n LIMIT :listed) AS late
             CROSS JOIN cases USING (n) CROSS JOIN units ON units.u = late.unit
             WHERE cases.number IS NOT NULL ORDER BY late.due_at, late.n",
        )?;
        let mut rows = select.query(named_params! {
            ":at": asked.at.as_micros(), ":first": asked.first, ":last": asked.last,
            ":item": asked.item(), ":listed": LISTED as i64,
        })?;
        let mut overdue = Vec::new();
        while let Some(row) = rows.next()? {
            let due_at = Timestamp::from_micros(row.get("due_at")?);
            overdue.push(OverdueRow {
                case: case_id(&row.get::<_, String>("id")?)?,
                number: parsed(row, "number")?,
                item: parsed(row, "item")?,
                step: parsed(row, "step")?,
                unit: parsed(row, "unit")?,
                division: division(row.get("division")?)?,
                due_at,
                over: self.sight.days_over(due_at, asked.at),
            });
        }
        Ok(overdue)
    }

    fn reasons(&self, asked: &Asked) -> Result<Vec<ReasonCount>, NoAnswer> {
        let mut reasons = Vec::new();
        for (kind, how) in [
            (MarkKind::Declined, UnitReturnKind::Declined),
            (MarkKind::Returned, UnitReturnKind::Returned),
        ] {
            let mut select = self.prepare(
                "SELECT reason, count(*) AS found FROM marks
                 WHERE kind = :kind AND at >= :from AND at < :to AND reason IS NOT NULL
                   AND division BETWEEN :first AND :last AND (:item IS NULL OR item = :item)
                 GROUP BY reason",
            )?;
            let mut rows = select.query(named_params! {
                ":kind": kind as i64, ":from": asked.from, ":to": asked.to,
                ":first": asked.first, ":last": asked.last, ":item": asked.item(),
            })?;
            while let Some(row) = rows.next()? {
                reasons.push(ReasonCount {
                    how,
                    reason: parsed(row, "reason")?,
                    count: row.get("found")?,
                });
            }
        }
        reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.count), reason.how, reason.reason));
        Ok(reasons)
    }
}

impl Asked {
    fn is_summed(&self) -> bool {
        days::is_summed(self.within.tier())
    }

    /// By time where much lies in the division, by place where little does.
    fn index(&self, by_time: &'static str, by_place: &'static str) -> &'static str {
        if self.is_summed() { by_time } else { by_place }
    }

    fn item(&self) -> Option<&str> {
        self.item.as_ref().map(|item| item.as_str())
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
        average_days: (steps > 0).then(|| (days(total) + days(part)) / steps as f64),
        due_soon: total.due_soon + part.due_soon,
        overdue: total.overdue + part.overdue,
        offered: total.offered + part.offered,
        sent_back: total.sent_back + part.sent_back,
    }
}

fn division(number: i64) -> Result<DivisionCode, LedgerError> {
    let text = format!("{number:012}");
    text.parse().map_err(|_| LedgerError::Foreign { text })
}

fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: &str) -> Result<T, NoAnswer> {
    let text: String = row.get(column)?;
    let parsed = text.parse();
    Ok(parsed.map_err(|_| LedgerError::Foreign { text })?)
}
