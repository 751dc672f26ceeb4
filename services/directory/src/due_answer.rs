//! What `onestop directory due`, the API and the page 期限计算 answer: the last day of a step that began at a moment, stood
//! still and was extended.

use std::ops::RangeInclusive;

use onestop_proto::{
    clock::{DueChange, DueHistory, Limit},
    reckoning::{DueQuery, DueReckoning, Standstill},
    time::Timestamp,
};

use crate::{Directory, Reckoning};

/// Why a last day cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DueRefusal {
    #[error("没有这个区划 / there is no such division")]
    NoSuchPlace,
    /// A day of a year for which no calendar is reckoned.
    #[error(
        "年份不在日历范围内，请填 1950 至 2200 年的日期 / no calendar of that year: give a day from 1950 to 2200"
    )]
    OutOfYears {
        /// The field of the question.
        field: &'static str,
    },
    #[error("这个环节当日在该地没有期限 / the step has no limit there on that day")]
    NoLimit,
    /// The limit pauses for nothing.
    #[error("该期限不因任何事由暂停（{basis}） / it does not stand still for anything ({basis})")]
    NeverStandsStill { basis: String },
    /// It cannot be extended that often.
    #[error(
        "该期限最多可延长 {times} 次（{basis}） / it can be extended {times} time(s) ({basis})"
    )]
    NotExtensible {
        /// How often it can be.
        times: u32,
        basis: String,
    },
    /// Something is said to have moved its end before it began.
    #[error("早于期限开始 / that is before it began")]
    BeforeItBegan,
    /// Something is said to have moved its end when it was over.
    #[error(
        "当时期限已届满，不再暂停或者延长 / it was over by then: what is over neither stands still nor is extended"
    )]
    AfterItEnded,
}

impl DueRefusal {
    /// The field of the question that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoSuchPlace => "at",
            Self::OutOfYears { field } => field,
            Self::NoLimit => "step",
            Self::NeverStandsStill { .. } | Self::BeforeItBegan | Self::AfterItEnded => "pause",
            Self::NotExtensible { .. } => "extend",
        }
    }
}

impl Directory {
    /// Reckons the last day of a step.
    ///
    /// # Errors
    /// If the place or the limit does not exist, or what is said to have moved the end could not have.
    pub fn reckon_due(&self, query: &DueQuery) -> Result<DueReckoning, DueRefusal> {
        let place = query.at;
        self.division(place).ok_or(DueRefusal::NoSuchPlace)?;
        check_years(query)?;
        let limit = self.limit(&query.step, place, query.from.china_date());
        let limit = limit.ok_or(DueRefusal::NoLimit)?;
        check(query, &limit)?;
        let course = Course {
            directory: self,
            limit: &limit,
            history: DueHistory {
                since: query.from,
                changes: Vec::new(),
            },
        };
        let history = course.of(query)?;
        let Reckoning { due, ends, skipped } = self.reckon(&limit, &history);
        Ok(DueReckoning {
            step: query.step.clone(),
            from: query.from,
            limit,
            due,
            ends,
            skipped,
            directory: self.version().to_owned(),
        })
    }
}

/// The years of which a calendar is reckoned.
const YEARS: RangeInclusive<i16> = 1950..=2200;

/// Refuses a moment of a year that can only be a slip.
fn check_years(query: &DueQuery) -> Result<(), DueRefusal> {
    let paused = query.pause.iter().flat_map(|pause| [pause.from, pause.to]);
    let paused = paused.map(|at| ("pause", at));
    let extended = query.extend.iter().map(|at| ("extend", *at));
    let mut all = [("from", query.from)]
        .into_iter()
        .chain(paused)
        .chain(extended);
    match all.find(|(_, at)| !YEARS.contains(&at.china_date().year())) {
        Some((field, _)) => Err(DueRefusal::OutOfYears { field }),
        None => Ok(()),
    }
}

/// What may have moved the end of a limit: as many extensions as it allows, and pauses if it has any, all after it began.
fn check(query: &DueQuery, limit: &Limit) -> Result<(), DueRefusal> {
    let basis = || limit.basis.clone();
    if !query.pause.is_empty() && limit.pauses.is_empty() {
        return Err(DueRefusal::NeverStandsStill { basis: basis() });
    }
    let times = limit.extension.as_ref().map_or(0, |by| by.times);
    if query.extend.len() > times as usize {
        let basis = basis();
        return Err(DueRefusal::NotExtensible { times, basis });
    }
    let paused = query.pause.iter().map(|pause| pause.from);
    let mut moments = paused.chain(query.extend.iter().copied());
    if moments.any(|at| at < query.from) {
        return Err(DueRefusal::BeforeItBegan);
    }
    Ok(())
}

/// The pauses in order, each moment once: those that overlap are one.
fn apart(pauses: &[Standstill]) -> Vec<Standstill> {
    let mut sorted = pauses.to_vec();
    sorted.sort_by_key(|pause| pause.from);
    let mut apart: Vec<Standstill> = Vec::new();
    for pause in sorted {
        match apart.last_mut() {
            Some(last) if pause.from <= last.to => last.to = last.to.max(pause.to),
            Some(_) | None => apart.push(pause),
        }
    }
    apart
}

/// A limit whose end is moved as the clock of a step moves it: while it runs, it is paused and extended; once it is over, it is
/// neither.
struct Course<'a> {
    directory: &'a Directory,
    limit: &'a Limit,
    history: DueHistory,
}

impl Course<'_> {
    /// What moved the end, in the order in which it happened.
    fn of(mut self, query: &DueQuery) -> Result<DueHistory, DueRefusal> {
        let mut extensions = query.extend.clone();
        extensions.sort();
        let mut extensions = extensions.into_iter().peekable();
        for pause in apart(&query.pause) {
            while let Some(at) = extensions.next_if(|at| *at <= pause.from) {
                self.extend(at)?;
            }
            self.require_running(pause.from)?;
            let ends = self.limit.pause_ends(pause.from, &self.history.changes);
            let to = ends.map_or(pause.to, |ends| ends.min(pause.to));
            while let Some(at) = extensions.next_if(|at| *at < to) {
                self.extend(at)?;
            }
            let from = pause.from;
            self.history
                .changes
                .push(DueChange::StoodStill { from, to });
        }
        for at in extensions {
            self.extend(at)?;
        }
        Ok(self.history)
    }

    fn extend(&mut self, at: Timestamp) -> Result<(), DueRefusal> {
        self.require_running(at)?;
        self.history.changes.push(DueChange::Extended);
        Ok(())
    }

    fn require_running(&self, at: Timestamp) -> Result<(), DueRefusal> {
        if at < self.directory.reckon(self.limit, &self.history).due.at {
            return Ok(());
        }
        Err(DueRefusal::AfterItEnded)
    }
}
