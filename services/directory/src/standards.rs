//! Standards: how long each step may take, from when, for which place, and by which law.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use onestop_proto::{
    clock::{DayKind, Extension, Limit, PauseReason, Step},
    division::DivisionCode,
    ids::UnitId,
    text::Words,
};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    approvals::{ApprovalEntry, Approvals},
    critical_dates::CriticalDateRules,
    error::{LoadError, Reason},
    escalation::{Escalation, RungEntry},
    figures::{FigureEntry, Figures},
    former_divisions::{FormerChange, FormerDivision},
    load::{BothLanguages, Day, Period, Remark, Source},
    reading_limits::ReadingLimits,
    row_places::{KnownPlaces, RowPlace},
    strictness::looser_by,
};

pub use crate::status::Status;

/// More than any limit in the law, and few enough to count one by one.
pub(crate) const MOST_DAYS: u32 = 3650;

/// When the end of a time limit is announced.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Reminder {
    /// So many working days before the last one it is announced as near (临期).
    pub(crate) before: u32,
    /// So many working days after it, the supervisor is notified (督办).
    pub(crate) supervision_after: u32,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: Option<String>,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Option<Status>,
}

/// A time limit (时限依据).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    pub step: Step,
    /// How long, and by which law.
    pub limit: Limit,
    pub status: Status,
    /// What a reader of the data should know.
    pub note: Option<Words>,
    /// Where it holds, with everything in it; everywhere if none.
    pub place: Option<DivisionCode>,
    pub valid_from: Date,
    /// The last day, if it is known.
    pub valid_to: Option<Date>,
    pub runs_from: RunsFrom,
    /// Its line in `standards.toml`; nothing where the registry has recorded it.
    pub line: Option<usize>,
}

/// From what the limit of a matter's first step counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunsFrom {
    /// From what happened at that step: that the unit took the case.
    #[default]
    Step,
    /// From when an agency's system first received the application, whichever unit took it in the end: no lapse, decline
    /// or return starts it afresh.
    Receipt,
    /// From when the window took the application, where the law lets it receive for the agency.
    Window,
    /// From the day on which the notice of an organ was received (通知辩护、通知代理).
    Notice,
}

/// Which limit of a step holds at a place on a day, and the others that concern the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding<'a> {
    /// That of the nearest place up the tree; nothing if none is in force.
    pub standard: Option<&'a Standard>,
    /// The others that concern the place, in the order of the file.
    pub others: Vec<(&'a Standard, Relation)>,
}

/// The relation of another limit of the same step to a place and a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// In force, of a wider place: what holds is as strict, or stricter.
    Wider,
    /// Replaced by what the registry has recorded of the place, or recorded and looser than what a wider place has set.
    Replaced,
    /// No longer in force; cases that began under it keep it.
    Former,
    /// Not yet in force.
    Coming,
}

impl Standard {
    const fn period(&self) -> Period {
        Period {
            from: self.valid_from,
            until: self.valid_to,
        }
    }

    /// Whether it is in force on a day.
    pub(crate) fn is_in_force(&self, on: Date) -> bool {
        self.period().covers(on)
    }

    /// Its relation to a day on which another one holds.
    pub(crate) fn relation_on(&self, on: Date) -> Relation {
        if self.period().covers(on) {
            Relation::Wider
        } else if self.valid_from > on {
            Relation::Coming
        } else {
            Relation::Former
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
    #[serde(default, rename = "late-entry")]
    late_entry: LateEntryRules,
    #[serde(default)]
    rung: Vec<Spanned<RungEntry>>,
    #[serde(default)]
    approval: Vec<Spanned<ApprovalEntry>>,
    #[serde(default, rename = "critical-date")]
    critical_date: CriticalDateRules,
    #[serde(default, rename = "reading-limits")]
    reading_limits: ReadingLimits,
    #[serde(default)]
    figure: Vec<Spanned<FigureEntry>>,
}

/// What of late entry is no limit.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LateEntryRules {
    one_person_offices: BTreeSet<UnitId>,
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
    valid_to: Option<Day>,
    place: Option<DivisionCode>,
    status: Status,
    note: Option<Remark>,
    #[serde(default)]
    pauses: Vec<PauseReason>,
    /// For how many months it is paused at most.
    pause_months: Option<u32>,
    extension: Option<Extension>,
    /// Whether it gives a party time.
    #[serde(default)]
    for_party: bool,
    #[serde(default)]
    runs_from: RunsFrom,
}

/// A standard of a division of before (原区划), at the place that took its place.
#[derive(Debug, Clone)]
pub(crate) struct FormerStandard {
    pub(crate) standard: Standard,
    pub(crate) former: FormerDivision,
}

impl FormerStandard {
    /// What a reader of the standard should know.
    pub(crate) fn note(former: &FormerDivision) -> Words {
        let (zh, en) = match former.change {
            FormerChange::Merged => ("撤并", "was merged"),
            FormerChange::Moved => ("改名、换码或者改隶", "has another code or name now"),
        };
        let name = &former.name;
        Words {
            zh: format!("原{name}所定，{zh}后继续有效"),
            en: format!("set by {name}, which {en}; it holds on"),
        }
    }
}

/// All standards, by step.
#[derive(Debug)]
pub(crate) struct Standards {
    by_step: BTreeMap<Step, Vec<Standard>>,
    /// Those of divisions of before, by step.
    of_former: BTreeMap<Step, Vec<FormerStandard>>,
    names: BTreeMap<Step, Words>,
    reminder: Reminder,
    late_entry: LateEntryRules,
    escalation: Escalation,
    approvals: Approvals,
    figures: Figures,
    critical_date: CriticalDateRules,
    reading_limits: ReadingLimits,
}

impl Standards {
    pub(crate) fn load(source: &Source, places: KnownPlaces<'_>) -> Result<Self, LoadError> {
        let file: File = source.toml()?;
        let mut by_step: BTreeMap<Step, Vec<Standard>> = BTreeMap::new();
        let mut of_former: BTreeMap<Step, Vec<FormerStandard>> = BTreeMap::new();
        for entry in file.standard {
            let line = source.line_of(&entry);
            let here = |reason| source.error(Some(line), reason);
            let place = places.of_row(entry.get_ref().place).map_err(here)?;
            let standard = check(entry.into_inner(), line, &place).map_err(here)?;
            let step = standard.step.clone();
            if let RowPlace::Former(former) = place {
                let standards = of_former.entry(step).or_default();
                standards.push(FormerStandard { standard, former });
            } else {
                by_step.entry(step).or_default().push(standard);
            }
        }
        let at = |(line, reason)| source.error(Some(line), reason);
        for standards in by_step.values() {
            check_layers(standards).map_err(at)?;
        }
        for standards in of_former.values() {
            check_former(standards).map_err(at)?;
        }
        Ok(Self {
            reminder: file.reminder,
            late_entry: file.late_entry,
            critical_date: file.critical_date,
            reading_limits: file.reading_limits,
            escalation: Escalation::load(file.rung, source)?,
            approvals: Approvals::load(file.approval, source, places)?,
            figures: Figures::load(file.figure, source)?,
            by_step,
            of_former,
            names: file
                .step
                .into_iter()
                .map(|step| (step.id, step.name.into()))
                .collect(),
        })
    }

    pub(crate) const fn reminder(&self) -> &Reminder {
        &self.reminder
    }

    pub(crate) fn is_one_person_office(&self, unit: &UnitId) -> bool {
        self.late_entry.one_person_offices.contains(unit)
    }

    pub(crate) const fn critical_date(&self) -> &CriticalDateRules {
        &self.critical_date
    }

    pub(crate) const fn reading_limits(&self) -> &ReadingLimits {
        &self.reading_limits
    }

    pub(crate) const fn figures(&self) -> &Figures {
        &self.figures
    }

    pub(crate) const fn approvals(&self) -> &Approvals {
        &self.approvals
    }

    pub(crate) const fn escalation(&self) -> &Escalation {
        &self.escalation
    }

    pub(crate) fn name(&self, step: &Step) -> Option<&Words> {
        self.names.get(step)
    }

    /// The standard of the nearest place up the tree that has one on that day.
    pub(crate) fn nearest(&self, step: &Step, place: DivisionCode, on: Date) -> Option<&Standard> {
        let of = |layer: Option<DivisionCode>| self.of_layer(step, layer, on);
        place
            .chain()
            .find_map(|code| of(Some(code)))
            .or_else(|| of(None))
    }

    /// The standard of exactly this place, or of everywhere, that is in force on a day.
    pub(crate) fn of_layer(
        &self,
        step: &Step,
        layer: Option<DivisionCode>,
        on: Date,
    ) -> Option<&Standard> {
        let mut all = self.of_step(step).iter();
        all.find(|known| known.place == layer && known.is_in_force(on))
    }

    /// All standards of a step, in the order of the file.
    pub(crate) fn of_step(&self, step: &Step) -> &[Standard] {
        self.by_step.get(step).map_or(&[], Vec::as_slice)
    }

    /// All standards of divisions of before.
    pub(crate) fn of_former(&self) -> impl Iterator<Item = &FormerStandard> {
        self.of_former.values().flatten()
    }

    /// What holds, and the others that concern the place.
    pub(crate) fn holding(&self, step: &Step, place: DivisionCode, on: Date) -> Holding<'_> {
        let holds = self.nearest(step, place, on);
        let concerns = |known: &&Standard| known.place.is_none_or(|wide| wide.contains(place));
        let others = self
            .of_step(step)
            .iter()
            .filter(concerns)
            .filter(|known| holds.is_none_or(|holds| holds.line != known.line))
            .map(|known| (known, known.relation_on(on)));
        Holding {
            standard: holds,
            others: others.collect(),
        }
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.by_step.keys()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Standard> {
        self.by_step.values().flatten()
    }
}

fn check(entry: Entry, line: usize, place: &RowPlace) -> Result<Standard, Reason> {
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
    let of_former = || match place {
        RowPlace::Former(former) => Some(FormerStandard::note(former)),
        RowPlace::Everywhere | RowPlace::Present(_) => None,
    };
    Ok(Standard {
        step: entry.step,
        limit: Limit {
            days: entry.days,
            kind: entry.kind,
            basis: entry.basis,
            pauses: entry.pauses,
            pause_months: entry.pause_months,
            extension: entry.extension,
            within: Vec::new(),
            place: None,
            for_party: entry.for_party,
        },
        status: entry.status,
        note: entry.note.map(Words::from).or_else(of_former),
        place: place.present(),
        valid_from: period.from,
        valid_to: period.until,
        runs_from: entry.runs_from,
        line: Some(line),
    })
}

/// Within one step: one standard for a place and day, and none looser than that of a wider place.
fn check_layers(standards: &[Standard]) -> Result<(), (usize, Reason)> {
    for (index, standard) in standards.iter().enumerate() {
        for earlier in &standards[..index] {
            let Some(day) = standard.period().overlap(earlier.period()) else {
                continue;
            };
            if standard.place == earlier.place {
                return Err(overlapping(standard, earlier, day));
            }
            refuse_looser(standard, earlier)?;
            refuse_looser(earlier, standard)?;
        }
    }
    Ok(())
}

/// One standard of a step for a division of before and a day.
fn check_former(standards: &[FormerStandard]) -> Result<(), (usize, Reason)> {
    for (index, one) in standards.iter().enumerate() {
        for earlier in &standards[..index] {
            let both = one.standard.period().overlap(earlier.standard.period());
            if let Some(day) = both.filter(|_| one.former.code == earlier.former.code) {
                return Err(overlapping(&one.standard, &earlier.standard, day));
            }
        }
    }
    Ok(())
}

fn overlapping(standard: &Standard, earlier: &Standard, day: Date) -> (usize, Reason) {
    let reason = Reason::OverlappingStandards {
        step: standard.step.clone(),
        day,
        other_line: earlier.line.unwrap_or_default(),
    };
    (standard.line.unwrap_or_default(), reason)
}

fn refuse_looser(narrow: &Standard, wide: &Standard) -> Result<(), (usize, Reason)> {
    let Some(place) = narrow.place.filter(|_| wide.is_wider_than(narrow)) else {
        return Ok(());
    };
    match looser_by(&narrow.limit, &wide.limit) {
        Some(how) => Err((
            narrow.line.unwrap_or_default(),
            Reason::LessStrict {
                step: narrow.step.clone(),
                place,
                wider_line: wide.line.unwrap_or_default(),
                how,
            },
        )),
        None => Ok(()),
    }
}
