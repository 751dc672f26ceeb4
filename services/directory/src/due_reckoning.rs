//! What `onestop directory due`, the API and the page 期限计算 answer: the last day of a step that began at a moment, stood
//! still and was extended.

use onestop_proto::{
    clock::{DueChange, DueHistory, Limit},
    reckoning::{DueQuery, DueReckoning},
    time::Timestamp,
};

use crate::{Directory, Reckoning};

/// Why a last day cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DueRefusal {
    /// The place is not listed.
    #[error("there is no such division")]
    NoSuchPlace,
    /// The step has no limit there on that day.
    #[error("the step has no limit there on that day")]
    NoLimit,
    /// The limit pauses for nothing.
    #[error("it does not stand still for anything ({basis})")]
    NeverStandsStill {
        /// The rule.
        basis: String,
    },
    /// It cannot be extended that often.
    #[error("it can be extended {times} time(s) ({basis})")]
    NotExtensible {
        /// How often it can be.
        times: u32,
        /// The rule.
        basis: String,
    },
    /// Something is said to have moved its end before it began.
    #[error("that is before it began")]
    BeforeItBegan,
}

impl DueRefusal {
    /// The field of the question that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoSuchPlace => "at",
            Self::NoLimit => "step",
            Self::NeverStandsStill { .. } | Self::BeforeItBegan => "pause",
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
        let limit = self.limit(&query.step, place, query.from.china_date());
        let limit = limit.ok_or(DueRefusal::NoLimit)?;
        let history = history(query, &limit)?;
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

/// What moved the end, in the order in which it happened, as far as the limit allows it.
fn history(query: &DueQuery, limit: &Limit) -> Result<DueHistory, DueRefusal> {
    let basis = || limit.basis.clone();
    if !query.pause.is_empty() && limit.pauses.is_empty() {
        return Err(DueRefusal::NeverStandsStill { basis: basis() });
    }
    let times = limit.extension.as_ref().map_or(0, |by| by.times);
    if query.extend.len() > times as usize {
        let basis = basis();
        return Err(DueRefusal::NotExtensible { times, basis });
    }
    let pauses = query.pause.iter().map(|pause| {
        let (from, to) = (pause.from, pause.to);
        (from, DueChange::StoodStill { from, to })
    });
    let extensions = query.extend.iter().map(|at| (*at, DueChange::Extended));
    let mut changes: Vec<(Timestamp, DueChange)> = pauses.chain(extensions).collect();
    changes.sort_by_key(|(at, _)| *at);
    if changes.first().is_some_and(|(at, _)| *at < query.from) {
        return Err(DueRefusal::BeforeItBegan);
    }
    let changes = changes.into_iter().map(|(_, change)| change);
    Ok(DueHistory {
        since: query.from,
        changes: changes.fold(Vec::new(), |before, change| and_then(before, change, limit)),
    })
}

/// What moved the end, and one change more: a pause lasts no longer than the limit lets it.
fn and_then(mut before: Vec<DueChange>, change: DueChange, limit: &Limit) -> Vec<DueChange> {
    let allowed = match change {
        DueChange::StoodStill { from, to } => {
            let ends = limit.pause_ends(from, &before);
            let to = ends.map_or(to, |ends| ends.min(to));
            DueChange::StoodStill { from, to }
        }
        DueChange::Extended => change,
    };
    before.push(allowed);
    before
}
