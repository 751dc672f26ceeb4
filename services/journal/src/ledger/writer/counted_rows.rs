//! The rows of a case that are summed over time: the periods of its clocks, and what is counted.

use onestop_proto::time::Timestamp;
use rusqlite::params;

use super::Batch;
use crate::{
    domain::dossier::{Clock, DeadlinePeriod, Dossier, PeriodEnd},
    ledger::{
        LedgerError,
        day_sums::{self, Counted, Step},
        encoding::division_number,
        schema::NEVER,
    },
};

impl Batch<'_> {
    pub(super) fn save_periods(
        &mut self,
        case_id: i64,
        dossier: &Dossier,
    ) -> Result<(), LedgerError> {
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
                // Figures of a moment count what was recorded by then.
                period.from.max(clock.recorded_at).as_micros(),
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

    pub(super) fn save_counters(
        &mut self,
        case_id: i64,
        dossier: &Dossier,
    ) -> Result<(), LedgerError> {
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
