//! The row of a case in a list, with the days of its clocks; and the text by which it is found.

use std::collections::BTreeSet;

use jiff::civil::Date;
use onestop_directory::{Course, Directory};
use onestop_proto::{
    actor::{Actor, Role},
    clock::{DayKind, Due},
    ids::{CaseId, UnitId},
    ledger::{CaseRow, ClockRow, ClockStatus, Journey, OverduePart},
    matter::{CriticalDate, CriticalDateStanding},
    time::Timestamp,
};

use super::{Clock, Deadlines, Dossier, WholeLimit, Window, worklist::WorklistEntry};

/// What a row is computed with: the reference data, and the moment.
#[derive(Clone, Copy)]
pub(crate) struct ReadContext<'a> {
    /// Names, calendar, limits.
    pub(crate) directory: &'a Directory,
    pub(crate) now: Timestamp,
    /// What is due by then is due soon.
    pub(crate) soon: Timestamp,
}

/// No holiday is longer, so that the days that are near their end are found within so many.
const LONGEST_LOOK_AHEAD: u32 = 40;

impl<'a> ReadContext<'a> {
    pub(crate) fn new(directory: &'a Directory, now: Timestamp) -> Self {
        let mut day = now.china_date();
        let mut soon = now;
        for _ in 0..LONGEST_LOOK_AHEAD {
            let at = Timestamp::end_of_china_day(day);
            let certainty = directory.certainty(day);
            if directory.due_soon_at(&Due { day, at, certainty }) > now {
                break;
            }
            soon = at;
            day = day.tomorrow().unwrap_or(Date::MAX);
        }
        Self {
            directory,
            now,
            soon,
        }
    }

    pub(crate) fn tonight(&self) -> Timestamp {
        Timestamp::end_of_china_day(self.now.china_date())
    }

    /// The pace of something that is due at a moment.
    pub(crate) fn pace(&self, due_at: Timestamp) -> ClockStatus {
        if due_at <= self.now {
            ClockStatus::Overdue
        } else if due_at <= self.soon {
            ClockStatus::DueSoon
        } else {
            ClockStatus::Running
        }
    }

    /// A clock with its days.
    pub(crate) fn clock(&self, clock: &Clock) -> ClockRow {
        let count = self.directory.day_count(&clock.course(), self.now);
        let pace = match clock.paused_since {
            Some(_) => ClockStatus::Paused,
            None => self.pace(clock.due.at),
        };
        ClockRow {
            step: clock.step.clone(),
            unit: clock.unit.clone(),
            started_at: clock.started_at,
            used: count.used,
            limit: count.allowed,
            left: count.left,
            kind: count.kind,
            basis: clock.limit.basis.clone(),
            due: clock.due.day,
            due_at: clock.due.at,
            certainty: clock.due.certainty,
            pace,
            over: count.late,
            supervised: clock.supervised,
            extended: clock.extended,
        }
    }

    fn journey(&self, dossier: &Dossier, window: &Window) -> Journey {
        let began = window.opened_at.china_date();
        let until = window.closed_at.unwrap_or(self.now);
        let Some(WholeLimit { limit, due }) = &dossier.whole else {
            let (began, until) = (began, until.china_date());
            return Journey {
                used: self
                    .directory
                    .days_between(DayKind::Working, None, began, until),
                limit: None,
                left: 0,
                over: 0,
                kind: DayKind::Working,
                due: None,
                certainty: None,
                pace: ClockStatus::Running,
            };
        };
        let course = Course {
            limit,
            since: window.opened_at,
            pauses: &[],
            paused_since: None,
            extended: 0,
            due,
        };
        let closed = window.closing_recorded.or(window.closed_at);
        let pace = match closed {
            Some(closed) if closed >= due.at => ClockStatus::Overdue,
            Some(_) => ClockStatus::Running,
            None => self.pace(due.at),
        };
        let count = self.directory.day_count(&course, until);
        // Who is measured cannot mend the measure by a date: late is what the record says.
        let recorded = self
            .directory
            .day_count(&course, closed.unwrap_or(self.now));
        Journey {
            used: count.used,
            limit: Some(count.allowed),
            left: closed.map_or(recorded.left, |_| 0),
            over: recorded.late,
            kind: count.kind,
            due: Some(due.day),
            certainty: Some(due.certainty),
            pace,
        }
    }

    /// The row of a case with what is for its reader: what they have to decide, and what they were answered.
    pub(crate) fn row_for(
        &self,
        (case, dossier): (CaseId, &Dossier),
        viewer: Option<&UnitId>,
        reader: &Actor,
    ) -> Option<CaseRow> {
        let row = self.row(case, dossier, viewer)?;
        let unit = &reader.unit;
        let decides = match reader.role {
            Role::Supervisor | Role::Specialist => dossier.decisions_before(unit),
            Role::Clerk | Role::UnitAdministrator | Role::Auditor | Role::System => BTreeSet::new(),
        };
        let mut answers: Vec<_> = dossier.answers_to(unit).cloned().collect();
        answers.reverse();
        Some(CaseRow {
            to_decide: decides.into_iter().collect(),
            answers,
            ..row
        })
    }

    /// The row of a case, as a unit sees it, or as its holder does. None before the opening was received.
    pub(crate) fn row(
        &self,
        case: CaseId,
        dossier: &Dossier,
        viewer: Option<&UnitId>,
    ) -> Option<CaseRow> {
        let window = dossier.window.as_ref()?;
        let custody = dossier.custody.as_ref();
        let held = custody.map(|custody| custody.chain.holder());
        let holder = held.map_or(&window.unit, |held| &held.unit);
        let entries = viewer.map_or_else(Vec::new, |_| dossier.worklist_entries());
        let entry = entries.iter().find(|entry| Some(entry.unit) == viewer);
        let shown = viewer.map_or_else(|| Limits::of_all(dossier), |_| Limits::of_part(entry));
        Some(CaseRow {
            case,
            number: window.number.clone(),
            short_code: window.short_code.clone(),
            item: window.item.clone(),
            topic: window.topic.clone(),
            place: window.place,
            channel: window.channel,
            urgent: window.urgent,
            late_entry: dossier.late_entry,
            needs: window.needs.clone(),
            settled: window.settled(),
            settlements: window.settlements.clone(),
            window: window.unit.clone(),
            window_division: window.division,
            holder: holder.clone(),
            holder_division: held.map_or(window.division, |held| held.division),
            stage: window.stage,
            tab: entry.and_then(|entry| entry.tab),
            opened_at: window.opened_at,
            last_at: dossier.last_at.unwrap_or(window.opened_at),
            closed_at: window.closed_at,
            offer: custody.and_then(|custody| custody.offer.clone()),
            handoff: custody.and_then(|custody| custody.handoff),
            custody_revision: custody.map(|custody| custody.revision),
            back: custody.and_then(|custody| custody.back.clone()),
            refusal: dossier.refusal(window),
            external: window.external.clone(),
            staff: dossier.staff.get(viewer.unwrap_or(holder)).cloned(),
            holder_staff: dossier.staff.get(holder).cloned(),
            to_decide: Vec::new(),
            group: window.group.as_ref().map(|notice| notice.people),
            designation: dossier.designating_bureau().cloned(),
            answers: Vec::new(),
            outcome: window.outcome,
            rating: window.rating,
            step: shown.clock.map(|clock| self.clock(clock)),
            papers: dossier.awaited_papers(),
            reopened: window.opened_again(),
            critical_date: shown.standing(self.now),
            journey: self.journey(dossier, window),
            overdue: shown.overdue(self.now),
        })
    }
}

/// What a row says of the limits of a case.
#[derive(Default)]
struct Limits<'a> {
    clock: Option<&'a Clock>,
    critical_date: Option<&'a CriticalDate>,
    deadlines: Option<Deadlines>,
}

impl<'a> Limits<'a> {
    /// Of all units together.
    fn of_all(dossier: &'a Dossier) -> Self {
        Self {
            clock: dossier.first_due(),
            critical_date: dossier.first_critical_date(None),
            deadlines: Some(dossier.deadlines()),
        }
    }

    /// Of what concerns one unit; none where it has no part in the case.
    fn of_part(entry: Option<&WorklistEntry<'a>>) -> Self {
        entry.map_or_else(Self::default, |entry| Self {
            clock: entry.clock,
            critical_date: entry.critical_date,
            deadlines: Some(entry.deadlines()),
        })
    }

    fn standing(&self, now: Timestamp) -> Option<CriticalDateStanding> {
        let today = now.china_date();
        self.critical_date.map(|date| date.standing(today))
    }

    fn overdue(&self, now: Timestamp) -> Vec<OverduePart> {
        let deadlines = self.deadlines.as_ref();
        deadlines.map_or_else(Vec::new, |deadlines| deadlines.overdue(now))
    }
}

/// What can be searched of a case: its number, the item and what people call it, the place, the units.
pub(crate) fn searchable_text(dossier: &Dossier, directory: &Directory) -> Option<String> {
    let window = dossier.window.as_ref()?;
    let about = directory.subject_name(&window.item, &window.topic);
    let mut texts = vec![
        window.number.to_string(),
        about.zh,
        about.en,
        directory.full_name(window.place),
        directory.full_name(window.division),
    ];
    texts.extend(window.short_code.as_ref().map(ToString::to_string));
    let also = directory.also_called(&window.item, &window.topic);
    texts.extend(also.iter().cloned());
    for entry in dossier.worklist_entries() {
        let unit = directory.unit(entry.unit);
        texts.extend(unit.map(|unit| unit.name.clone()));
    }
    Some(texts.join(" "))
}
