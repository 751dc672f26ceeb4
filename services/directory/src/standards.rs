//! Standards: how long each step may take, from when, for which place, and by which law.

use std::collections::BTreeMap;

use jiff::civil::Date;
use onestop_proto::{
    clock::{DayKind, Extension, Limit, PauseReason, Step},
    division::DivisionCode,
    text::Words,
};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    divisions::Divisions,
    error::{LoadError, Reason},
    load::{BothLanguages, Day, Period, Source},
};

/// More than any limit in the law, and few enough to count one by one.
pub(crate) const MOST_DAYS: u32 = 3650;

/// When people are told of the end of a time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Reminder {
    /// So many working days before the last one it is told that it is near (临期).
    pub(crate) before: u32,
    /// So many working days after it, the supervisor is told (督办).
    pub(crate) supervision_after: u32,
}

/// Days of a month.
const SHORTEST_MONTH: u32 = 28;
const LONGEST_MONTH: u32 = 31;

/// A time limit (时限依据).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    /// The step that it limits.
    pub step: Step,
    /// How long, and by which law.
    pub limit: Limit,
    /// What stands behind it.
    pub status: Status,
    /// What a reader of the data should know.
    pub note: Option<String>,
    /// Where it holds, with everything in it; everywhere if none.
    pub place: Option<DivisionCode>,
    /// The first day.
    pub valid_from: Date,
    /// The last day, if it is known.
    pub valid_to: Option<Date>,
}

/// What stands behind a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A law sets it.
    Statute,
    /// A published local promise (服务承诺) sets it.
    LocalPromise,
    /// Taken from elsewhere as a start; the bureau must confirm it.
    Unconfirmed,
}

impl Standard {
    const fn period(&self) -> Period {
        Period {
            from: self.valid_from,
            until: self.valid_to,
        }
    }

    /// Whether this one, of a narrower place, could ever end later than `wider`. Calendar days
    /// never end later than as many working days: both move past days off, and among n calendar
    /// days at most n are working days. The reverse does not hold over a long holiday.
    fn is_looser_than(&self, wider: &Self) -> bool {
        let (narrow, wide) = (&self.limit, &wider.limit);
        let more = |limit: &Limit| limit.extension.as_ref().map_or(0, |by| by.days * by.times);
        let stands_still_longer = narrow.pauses.iter().any(|why| !wide.pauses.contains(why));
        if more(narrow) > more(wide) || stands_still_longer {
            return true;
        }
        match (narrow.kind, wide.kind) {
            (DayKind::Calendar, DayKind::Calendar | DayKind::Working)
            | (DayKind::Working, DayKind::Working)
            | (DayKind::Month, DayKind::Month) => narrow.days > wide.days,
            (DayKind::Calendar, DayKind::Month) => narrow.days > wide.days * SHORTEST_MONTH,
            (DayKind::Month, DayKind::Calendar | DayKind::Working) => {
                narrow.days * LONGEST_MONTH > wide.days
            }
            (DayKind::Working, DayKind::Calendar | DayKind::Month) => true,
        }
    }

    fn is_wider_than(&self, other: &Self) -> bool {
        match (self.place, other.place) {
            (None, Some(_)) => true,
            (Some(wide), Some(narrow)) => wide != narrow && wide.contains(narrow),
            (None | Some(_), None) => false,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    step: Vec<StepEntry>,
    standard: Vec<Spanned<Entry>>,
    reminder: Reminder,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    id: Step,
    name: BothLanguages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    step: Step,
    days: u32,
    kind: DayKind,
    basis: String,
    valid_from: Day,
    #[serde(default)]
    valid_to: Option<Day>,
    #[serde(default)]
    place: Option<DivisionCode>,
    status: Status,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    pauses: Vec<PauseReason>,
    #[serde(default)]
    extension: Option<Extension>,
}

/// All standards, by step.
#[derive(Debug)]
pub(crate) struct Standards {
    by_step: BTreeMap<Step, Vec<Standard>>,
    names: BTreeMap<Step, Words>,
    reminder: Reminder,
}

impl Standards {
    pub(crate) fn load(source: &Source, divisions: &Divisions) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut by_step: BTreeMap<Step, Vec<(usize, Standard)>> = BTreeMap::new();
        for entry in file.standard {
            let line = source.line_of(&entry);
            let standard = check(entry.into_inner(), divisions)
                .map_err(|reason| source.error(Some(line), reason))?;
            by_step
                .entry(standard.step.clone())
                .or_default()
                .push((line, standard));
        }
        for standards in by_step.values() {
            check_layers(standards).map_err(|(line, reason)| source.error(Some(line), reason))?;
        }
        let bare = |(step, standards): (Step, Vec<(usize, Standard)>)| {
            (
                step,
                standards
                    .into_iter()
                    .map(|(_, standard)| standard)
                    .collect(),
            )
        };
        Ok(Self {
            reminder: file.reminder,
            by_step: by_step.into_iter().map(bare).collect(),
            names: file
                .step
                .into_iter()
                .map(|step| (step.id, step.name.into()))
                .collect(),
        })
    }

    pub(crate) const fn reminder(&self) -> Reminder {
        self.reminder
    }

    pub(crate) fn name(&self, step: &Step) -> Option<&Words> {
        self.names.get(step)
    }

    /// The standard of the nearest place up the tree that has one on that day.
    pub(crate) fn nearest(&self, step: &Step, place: DivisionCode, on: Date) -> Option<&Standard> {
        let standards = self.by_step.get(step)?;
        let of = |layer: Option<DivisionCode>| {
            standards
                .iter()
                .find(|known| known.place == layer && known.period().covers(on))
        };
        place
            .chain()
            .find_map(|code| of(Some(code)))
            .or_else(|| of(None))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Standard> {
        self.by_step.values().flatten()
    }
}

fn check(entry: Entry, divisions: &Divisions) -> Result<Standard, Reason> {
    if !(1..=MOST_DAYS).contains(&entry.days) {
        return Err(Reason::DaysOutOfRange {
            step: entry.step,
            days: entry.days,
        });
    }
    if let Some(by) = &entry.extension
        && !(1..=MOST_DAYS).contains(&by.days.saturating_mul(by.times))
    {
        return Err(Reason::DaysOutOfRange {
            step: entry.step,
            days: by.days.saturating_mul(by.times),
        });
    }
    let period = Period::new(entry.valid_from, entry.valid_to)?;
    if let Some(code) = entry.place
        && divisions.get(code).is_none()
    {
        return Err(Reason::UnknownDivision { code });
    }
    Ok(Standard {
        step: entry.step,
        limit: Limit {
            days: entry.days,
            kind: entry.kind,
            basis: entry.basis,
            pauses: entry.pauses,
            extension: entry.extension,
        },
        status: entry.status,
        note: entry.note,
        place: entry.place,
        valid_from: period.from,
        valid_to: period.until,
    })
}

/// Within one step: one standard for a place and day, and none looser than that of a wider place.
fn check_layers(standards: &[(usize, Standard)]) -> Result<(), (usize, Reason)> {
    for (index, (line, standard)) in standards.iter().enumerate() {
        for (earlier_line, earlier) in &standards[..index] {
            let Some(day) = standard.period().overlap(earlier.period()) else {
                continue;
            };
            if standard.place == earlier.place {
                let step = standard.step.clone();
                return Err((*line, Reason::OverlappingStandards { step, day }));
            }
            refuse_looser((*line, standard), (*earlier_line, earlier))?;
            refuse_looser((*earlier_line, earlier), (*line, standard))?;
        }
    }
    Ok(())
}

fn refuse_looser(
    (line, narrow): (usize, &Standard),
    (wider_line, wide): (usize, &Standard),
) -> Result<(), (usize, Reason)> {
    match narrow.place {
        Some(place) if wide.is_wider_than(narrow) && narrow.is_looser_than(wide) => Err((
            line,
            Reason::Looser {
                step: narrow.step.clone(),
                place,
                wider_line,
            },
        )),
        Some(_) | None => Ok(()),
    }
}
