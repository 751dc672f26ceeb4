//! Whether a limit of a narrower place could ever end later than that of a wider one (从严不从宽).

use onestop_proto::{
    clock::{DayKind, Limit, PauseReason},
    text::Words,
};
use serde::{Serialize, Serializer};

use crate::error_words::message;

/// Days of a month.
const SHORTEST_MONTH: u32 = 28;
const LONGEST_MONTH: u32 = 31;

/// How a limit is looser than that of a wider place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looseness {
    Longer {
        narrow: (u32, DayKind),
        /// The length of the wider one.
        wide: (u32, DayKind),
    },
    /// It pauses for a reason for which the wider one does not.
    Pause { reason: PauseReason },
    LongerPause {
        /// The months for which the wider one is paused at most.
        wide: u32,
    },
    /// It can be extended by more.
    Extension {
        /// Its extensions, in days.
        narrow: u32,
        /// Those of the wider one.
        wide: u32,
    },
}

/// How `narrow` is looser than `wide`; `None` if it is not. A limit in other days than the wider one may be tighter at
/// one time of the year and not at another: then it holds together with the wider one, and what ends earlier counts. It
/// is refused where it could never end earlier: n working days never end before n calendar days.
pub(crate) fn looser_by(narrow: &Limit, wide: &Limit) -> Option<Looseness> {
    let length = |limit: &Limit| (limit.days, limit.kind);
    let most = match (narrow.kind, wide.kind) {
        (DayKind::Calendar, DayKind::Calendar | DayKind::Working)
        | (DayKind::Working, DayKind::Working | DayKind::Calendar)
        | (DayKind::Month, DayKind::Month) => wide.days,
        (DayKind::Calendar | DayKind::Working, DayKind::Month) => {
            wide.days.saturating_mul(LONGEST_MONTH)
        }
        (DayKind::Month, DayKind::Calendar) => wide.days / SHORTEST_MONTH,
        (DayKind::Month, DayKind::Working) => wide.days / LONGEST_MONTH,
    };
    let by_length = (narrow.days > most).then(|| Looseness::Longer {
        narrow: length(narrow),
        wide: length(wide),
    });
    let mut pauses = narrow.pauses.iter().copied();
    let pause = pauses.find(|reason| !wide.pauses.contains(reason));
    let longer_pause = wide
        .pause_months
        .filter(|most| narrow.pause_months.is_some_and(|own| own > *most));
    let more = |limit: &Limit| limit.extension.as_ref().map_or(0, |by| by.days * by.times);
    let extension = (more(narrow) > more(wide)).then(|| Looseness::Extension {
        narrow: more(narrow),
        wide: more(wide),
    });
    by_length
        .or(pause.map(|reason| Looseness::Pause { reason }))
        .or(longer_pause.map(|wide| Looseness::LongerPause { wide }))
        .or(extension)
}

/// The days of a limit at most, by which limits in different kinds of days are put in an order: one that comes later in it
/// is never [`looser_by`] its length.
pub(crate) fn longest(limit: &Limit) -> u32 {
    match limit.kind {
        DayKind::Calendar | DayKind::Working => limit.days,
        DayKind::Month => limit.days.saturating_mul(LONGEST_MONTH),
    }
}

impl Looseness {
    fn words(&self) -> Words {
        match self {
            Self::Longer {
                narrow: (days, kind),
                wide: (most, most_kind),
            } => message(
                "looser-longer",
                &[
                    ("days", days.into()),
                    ("kind", kind.text().into()),
                    ("most", most.into()),
                    ("most_kind", most_kind.text().into()),
                ],
            ),
            Self::Pause { reason } => message(
                "looser-pause",
                &[("reason", reason.into()), ("label", reason.text().into())],
            ),
            Self::LongerPause { wide } => message("looser-longer-pause", &[("wide", wide.into())]),
            Self::Extension { narrow, wide } => message(
                "looser-extension",
                &[("narrow", narrow.into()), ("wide", wide.into())],
            ),
        }
    }
}

/// As a part of the sentence of a [`Reason`](crate::Reason).
impl Serialize for Looseness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.words().serialize(serializer)
    }
}
