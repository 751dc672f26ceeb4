//! What the logs of services lack that others have heard of them. Pure.

use onestop_proto::envelope::Source;
use serde::Serialize;
use uuid::Uuid;

/// Where a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Place {
    Running,
    /// Here, and its service is stopped.
    Stopped,
    /// Not here, and its service does not answer.
    Missing,
}

#[derive(Debug, Clone)]
pub(super) struct Log {
    pub(super) source: Source,
    pub(super) place: Place,
    pub(super) count: u64,
    pub(super) epoch: Uuid,
}

/// Whether a log has the last event that was heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Same,
    Other,
    /// It could not be compared: the log is too short, or no subscriber gives the hash.
    Unknown,
}

/// How far a service has heard a log.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    pub(super) by: Source,
    pub(super) of: Source,
    pub(super) epoch: Uuid,
    pub(super) next: u64,
    pub(super) seen: Seen,
}

/// A source that a service has set aside, and the history that the source has.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    pub(super) by: Source,
    pub(super) of: Source,
    pub(super) epoch: Uuid,
}

/// Everything that was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) logs: Vec<Log>,
    pub(super) heard: Vec<Reached>,
    pub(super) aside: Vec<Aside>,
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub(super) enum Difference {
    /// There is no log, and others have heard of it.
    Lost {
        of: Source,
        by: Source,
        known: u64,
    },
    /// The log ends before what another has heard.
    Lacks {
        of: Source,
        by: Source,
        count: u64,
        known: u64,
        place: Place,
    },
    /// Another follows a later incarnation: this log is a copy from before.
    Older {
        of: Source,
        by: Source,
        place: Place,
    },
    /// The log has another event than the one that was heard.
    Differs {
        of: Source,
        by: Source,
        position: u64,
    },
    Aside {
        of: Source,
        by: Source,
        epoch: Uuid,
    },
    /// A service has not heard everything yet. It does so by itself.
    Behind {
        of: Source,
        by: Source,
        missing: u64,
    },
}

/// How a difference is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mend {
    /// The log is refilled from what others heard.
    Refill,
    /// The service is restored from a backup, which has what is in no event.
    Restore,
    /// It is stopped first; then as above.
    StopFirst,
    /// The operator decides which history is right.
    Decide,
    /// The source is followed again, for a reason.
    Follow,
    ByItself,
}

impl Difference {
    /// How it is mended; `keeps_more` are services that keep what is in no event.
    pub(super) fn mend(&self, keeps_more: impl Fn(&Source) -> bool) -> Mend {
        match self {
            Self::Lost { of, .. } if keeps_more(of) => Mend::Restore,
            Self::Lost { .. } => Mend::Refill,
            Self::Lacks { place, .. } | Self::Older { place, .. } => match place {
                Place::Running => Mend::StopFirst,
                Place::Stopped | Place::Missing => Mend::Refill,
            },
            Self::Differs { .. } => Mend::Decide,
            Self::Aside { .. } => Mend::Follow,
            Self::Behind { .. } => Mend::ByItself,
        }
    }

    pub(super) fn of(&self) -> &Source {
        match self {
            Self::Lost { of, .. }
            | Self::Lacks { of, .. }
            | Self::Older { of, .. }
            | Self::Differs { of, .. }
            | Self::Aside { of, .. }
            | Self::Behind { of, .. } => of,
        }
    }
}

/// The differences, log by log: of each log, the worst that a subscriber reports.
pub(super) fn differences(facts: &Facts) -> Vec<Difference> {
    let mut found = Vec::new();
    for log in &facts.logs {
        let heard: Vec<&Reached> = facts
            .heard
            .iter()
            .filter(|heard| heard.of == log.source && heard.next > 0)
            .collect();
        found.extend(of_log(log, &heard));
    }
    let aside = facts.aside.iter().map(|aside| Difference::Aside {
        of: aside.of.clone(),
        by: aside.by.clone(),
        epoch: aside.epoch,
    });
    found.extend(aside);
    found
}

fn of_log(log: &Log, heard: &[&Reached]) -> Vec<Difference> {
    let Some(furthest) = heard.iter().max_by_key(|heard| heard.next) else {
        return Vec::new();
    };
    let (of, place) = (&log.source, log.place);
    if place == Place::Missing {
        return vec![Difference::Lost {
            of: of.clone(),
            by: furthest.by.clone(),
            known: furthest.next,
        }];
    }
    if let Some(other) = heard.iter().find(|heard| heard.seen == Seen::Other) {
        return vec![Difference::Differs {
            of: of.clone(),
            by: other.by.clone(),
            position: other.next - 1,
        }];
    }
    if furthest.next > log.count {
        return vec![Difference::Lacks {
            of: of.clone(),
            by: furthest.by.clone(),
            count: log.count,
            known: furthest.next,
            place,
        }];
    }
    if let Some(later) = heard.iter().find(|heard| heard.epoch > log.epoch) {
        return vec![Difference::Older {
            of: of.clone(),
            by: later.by.clone(),
            place,
        }];
    }
    let behind = heard.iter().filter(|heard| heard.next < log.count);
    let behind = behind.map(|heard| Difference::Behind {
        of: of.clone(),
        by: heard.by.clone(),
        missing: log.count - heard.next,
    });
    behind.collect()
}

#[cfg(test)]
mod tests;
