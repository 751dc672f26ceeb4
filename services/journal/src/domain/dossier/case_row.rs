//! The row of a case in a list, with the days of its clocks; and the text by which it is found.

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    clock::{DayKind, Due, Step},
    ids::{CaseId, UnitId},
    ledger::{CaseRow, ClockRow, ClockStatus, Journey},
    time::Timestamp,
};

use super::{Clock, Dossier, Window};

/// What a row is computed with: the reference data, and the moment.
#[derive(Clone, Copy)]
pub(crate) struct ReadContext<'a> {
    /// Names, calendar, limits.
    pub(crate) directory: &'a Directory,
    /// Now.
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

    /// The end of this day.
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

    /// Days after the day of `from`, up to and with that of `to`: working days, or calendar days.
    pub(crate) fn days(&self, kind: DayKind, from: Date, to: Date) -> u32 {
        match kind {
            DayKind::Calendar | DayKind::Month => {
                let days = to.since(from).map_or(0, |span| span.get_days());
                u32::try_from(days).unwrap_or(0)
            }
            DayKind::Working => {
                let (mut day, mut count) = (from, 0);
                while day < to {
                    day = day.tomorrow().unwrap_or(Date::MAX);
                    count += u32::from(self.directory.is_working_day(day));
                }
                count
            }
        }
    }

    /// Working days past the end of a day, at a moment.
    pub(crate) fn days_over(&self, due_at: Timestamp, at: Timestamp) -> u32 {
        if at < due_at {
            return 0;
        }
        let last = due_at.plus_seconds(-1).china_date();
        self.days(DayKind::Working, last, at.china_date())
    }

    /// A clock with its days.
    pub(crate) fn clock(&self, clock: &Clock) -> ClockRow {
        let kind = match clock.limit.kind {
            DayKind::Month => DayKind::Calendar,
            DayKind::Calendar | DayKind::Working => clock.limit.kind,
        };
        let began = clock.started_at.china_date();
        let until = clock.paused_since.unwrap_or(self.now).china_date();
        let pauses = clock.pauses.iter();
        let pauses = pauses.map(|(from, to)| self.days(kind, from.china_date(), to.china_date()));
        let used = self.days(kind, began, until).saturating_sub(pauses.sum());
        let extension = clock.limit.extension.as_ref().map_or(0, |by| by.days);
        let first = match clock.limit.kind {
            DayKind::Month => {
                let months = i64::from(clock.limit.days);
                let end = began.saturating_add(jiff::Span::new().months(months.min(1_200)));
                self.days(kind, began, end)
            }
            DayKind::Calendar | DayKind::Working => clock.limit.days,
        };
        let pace = match clock.paused_since {
            Some(_) => ClockStatus::Paused,
            None => self.pace(clock.due.at),
        };
        let over = match pace {
            ClockStatus::Overdue => self.days(kind, clock.due.day, self.now.china_date()),
            ClockStatus::Running | ClockStatus::DueSoon | ClockStatus::Paused => 0,
        };
        ClockRow {
            step: clock.step.clone(),
            unit: clock.unit.clone(),
            started_at: clock.started_at,
            used,
            limit: first + extension * clock.extended,
            kind,
            basis: clock.limit.basis.clone(),
            due: clock.due.day,
            due_at: clock.due.at,
            certainty: clock.due.certainty,
            pace,
            over,
            supervised: clock.supervised,
            extended: clock.extended,
        }
    }

    fn journey(&self, window: &Window) -> Journey {
        let began = window.opened_at.china_date();
        let until = window.closed_at.unwrap_or(self.now);
        let step: Option<Step> = format!("intake.{}", window.item).parse().ok();
        let limit = step.and_then(|step| self.directory.limit(&step, window.division, began));
        let kind = match limit.as_ref().map(|limit| limit.kind) {
            Some(DayKind::Calendar | DayKind::Month) => DayKind::Calendar,
            Some(DayKind::Working) | None => DayKind::Working,
        };
        let due = limit
            .as_ref()
            .map(|limit| self.directory.due(limit, window.opened_at));
        let closed = window.closing_recorded.or(window.closed_at);
        let pace = match (&due, closed) {
            (Some(due), Some(closed)) if closed >= due.at => ClockStatus::Overdue,
            (Some(due), None) => self.pace(due.at),
            (Some(_) | None, _) => ClockStatus::Running,
        };
        let days = |due: &Due| self.days(kind, began, due.day);
        let allowed = limit.map(|limit| match limit.kind {
            DayKind::Month => due.as_ref().map_or(0, days),
            DayKind::Calendar | DayKind::Working => limit.days,
        });
        Journey {
            used: self.days(kind, began, until.china_date()),
            limit: allowed,
            kind,
            due: due.map(|due| due.day),
            pace,
        }
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
        let staff_of = viewer.unwrap_or(holder);
        let entries = viewer
            .map(|_| dossier.worklist_entries())
            .unwrap_or_default();
        let entry = entries.iter().find(|entry| Some(entry.unit) == viewer);
        let clock = match viewer {
            Some(_) => entry.and_then(|entry| entry.clock),
            None => dossier.first_due(),
        };
        Some(CaseRow {
            case,
            number: window.number.clone(),
            item: window.item.clone(),
            topic: window.topic.clone(),
            place: window.place,
            channel: window.channel,
            urgent: window.urgent,
            needs: window.needs.clone(),
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
            staff: dossier.staff.get(staff_of).cloned(),
            outcome: window.outcome,
            rating: window.rating,
            step: clock.map(|clock| self.clock(clock)),
            journey: self.journey(window),
        })
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
    let also = directory.also_called(&window.item, &window.topic);
    texts.extend(also.iter().cloned());
    for entry in dossier.worklist_entries() {
        let unit = directory.unit(entry.unit);
        texts.extend(unit.map(|unit| unit.name.clone()));
    }
    Some(texts.join(" "))
}
