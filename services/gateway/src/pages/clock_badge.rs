//! A time limit as word, shape and colour, so that readers who see no colour, or hear the page, learn the same.
//! Two clocks are shown and always named: that of the present step (本环节), and that of the whole case (全程).

use onestop_proto::{
    case::Stage,
    clock::{Certainty, DayKind},
    field_names::both_languages,
    ledger::{CaseRow, ClockRow, ClockStatus, Journey, OverduePart, WorklistTab},
    matter::CriticalDateStanding,
    text::Text,
};

use super::shell::Page;

/// A badge in a list, with what it is of.
pub(super) struct DueBadge {
    pub(super) badge: Badge,
    /// What it is of, where a reader could take it for another.
    pub(super) name: String,
    /// What readers that see no title hear besides.
    pub(super) heard: String,
}

impl DueBadge {
    const fn named(badge: Badge, name: String) -> Self {
        Self {
            badge,
            name,
            heard: String::new(),
        }
    }
}

/// A time limit, ready to be shown.
#[derive(Clone, Default)]
pub(super) struct Badge {
    /// A class of the style sheet.
    pub(super) class: &'static str,
    pub(super) shape: &'static str,
    /// 超期1天, 今日到期, 剩3天.
    pub(super) word: String,
    /// Days used of days allowed, and their kind.
    pub(super) counted: String,
    /// The same, and by how many days the last day was moved: without that, days used and days left would be more than the limit.
    pub(super) used: String,
    /// Due day and legal basis.
    pub(super) title: String,
}

impl Page<'_> {
    /// The clock of one step.
    pub(super) fn step_badge(&self, clock: &ClockRow) -> Badge {
        let certainty = Some(clock.certainty);
        let due = self.due(&clock.due, certainty);
        let days = Days {
            used: clock.used,
            limit: Some(clock.limit),
            kind: clock.kind,
            moved: moved(clock),
        };
        Badge {
            word: self.word(clock.pace, clock.left, clock.over, certainty),
            counted: self.days_counted(&days),
            used: self.days_used(&days),
            title: match clock.pace {
                // Its last day moves with every day of the pause.
                ClockStatus::Paused => self.basis(&clock.basis),
                ClockStatus::Running | ClockStatus::DueSoon | ClockStatus::Overdue => {
                    format!("{due} · {}", self.basis(&clock.basis))
                }
            },
            ..Badge::of(clock.pace)
        }
    }

    /// What a limit rests on: the law as it is cited, or that the directory has none, in the reader's language.
    pub(super) fn basis(&self, basis: &str) -> String {
        self.i18n.words(&both_languages(basis)).to_owned()
    }

    /// A critical date (关键期限): what has to be done, until when, and how many days are left.
    pub(super) fn critical_date_badge(&self, date: &CriticalDateStanding) -> Badge {
        let pace = match (date.over, date.warned) {
            (0, false) => ClockStatus::Running,
            (0, true) => ClockStatus::DueSoon,
            (1.., _) => ClockStatus::Overdue,
        };
        let certainty = Some(date.due.certainty);
        let until = self.i18n.t1("clock-until", "day", self.due_day(&date.due));
        let law = date.reckoned.as_ref();
        let law = law.map_or_else(String::new, |reckoned| {
            format!(" · {}", self.basis(&reckoned.limit.basis))
        });
        let basis = self.i18n.text(date.basis.text());
        Badge {
            word: self.word(pace, date.left, date.over, certainty),
            used: until.clone(),
            title: format!("{until} · {basis}{law}"),
            ..Badge::of(pace)
        }
    }

    /// The clock of the whole case.
    pub(super) fn journey_badge(&self, journey: &Journey) -> Badge {
        let badge = Badge::of(journey.pace);
        let limit = journey.limit.unwrap_or(u32::MAX);
        let reached = journey.used.saturating_add(journey.left);
        let days = Days {
            used: journey.used,
            limit: journey.limit,
            kind: journey.kind,
            moved: reached.saturating_sub(limit.saturating_add(journey.over)),
        };
        let (counted, used) = (self.days_counted(&days), self.days_used(&days));
        let title = journey
            .due
            .map_or_else(String::new, |due| self.due(&due, journey.certainty));
        if journey.limit.is_none() {
            return Badge {
                shape: "",
                counted,
                used,
                title,
                ..badge
            };
        }
        Badge {
            word: self.word(journey.pace, journey.left, journey.over, journey.certainty),
            counted,
            used,
            title,
            ..badge
        }
    }

    /// The clock of the whole case, as long as there is one: of a case that is over, that it is.
    pub(super) fn case_badge(&self, row: &CaseRow) -> Badge {
        let badge = self.journey_badge(&row.journey);
        match row.stage {
            Stage::Closed | Stage::Archived | Stage::Merged | Stage::Withdrawn => {
                self.over(badge, row.stage.text())
            }
            Stage::AtWindow
            | Stage::Referred
            | Stage::HandedOver
            | Stage::ResultBack
            | Stage::Answered => badge,
        }
    }

    /// The same in a unit's own list, which says of a case that the unit has done or sent away that it did: nothing of the
    /// whole is awaited from it.
    pub(super) fn listed_case_badge(&self, row: &CaseRow) -> Badge {
        let badge = self.case_badge(row);
        match (row.closed_at, row.tab) {
            (
                None,
                Some(tab @ (WorklistTab::Done | WorklistTab::SentAway | WorklistTab::AfterClose)),
            ) => self.over(badge, tab.text()),
            (Some(_) | None, _) => badge,
        }
    }

    fn over(&self, badge: Badge, word: Text) -> Badge {
        Badge {
            class: "done",
            shape: "✓",
            word: self.i18n.text(word).to_owned(),
            title: String::new(),
            ..badge
        }
    }

    /// What a list says of a case's time: its step, the whole where no step runs or where it is overdue, and the critical date. Of
    /// a case that is over it says so first, and names a step that is left.
    pub(super) fn due_badges(&self, row: &CaseRow) -> Vec<DueBadge> {
        let step = row.step.as_ref();
        let is_over = row.closed_at.is_some();
        let whole_is_overdue = row.overdue.contains(&OverduePart::Whole);
        let mut badges = Vec::new();
        if is_over || step.is_none() {
            badges.push(DueBadge::named(self.listed_case_badge(row), String::new()));
        }
        if let Some(clock) = step {
            let name = if is_over {
                self.step_name(&clock.step)
            } else {
                String::new()
            };
            let badge = self.step_badge(clock);
            let used = format!("{} {}", self.i18n.t("clock-step"), badge.used);
            badges.push(DueBadge {
                heard: used,
                ..DueBadge::named(badge, name)
            });
        }
        if step.is_some() && whole_is_overdue {
            let badge = self.journey_badge(&row.journey);
            badges.push(DueBadge::named(badge, self.i18n.t("clock-journey")));
        }
        if let Some(date) = &row.critical_date {
            let name = self.i18n.text(date.kind.text()).to_owned();
            badges.push(DueBadge::named(self.critical_date_badge(date), name));
        }
        badges
    }

    /// What of a case is overdue, in words.
    pub(super) fn overdue_parts(&self, row: &CaseRow) -> String {
        let parts = row.overdue.iter();
        self.list(parts.map(|part| self.i18n.text(part.text()).to_owned()))
    }

    /// One badge of each kind, with the message that explains it.
    pub(super) fn badge_legend(&self) -> [(Badge, &'static str); 4] {
        let badge = |pace, left, over| Badge {
            word: self.pace(pace, left, over),
            ..Badge::of(pace)
        };
        [
            (badge(ClockStatus::Running, 3, 0), "shape-calm"),
            (badge(ClockStatus::DueSoon, 0, 0), "shape-soon"),
            (badge(ClockStatus::Overdue, 0, 1), "shape-over"),
            (badge(ClockStatus::Paused, 0, 0), "shape-paused"),
        ]
    }

    pub(super) fn in_brackets(&self, remark: impl std::fmt::Display) -> String {
        self.i18n.t1("brackets", "remark", remark.to_string())
    }

    fn due(&self, day: &jiff::civil::Date, certainty: Option<Certainty>) -> String {
        let day = self.day_of(day, certainty);
        format!("{} {day}", self.i18n.t("clock-due"))
    }

    /// 超期1天, 剩3天（暂定）: by the days left and past, and whether the last day is certain.
    fn word(
        &self,
        pace: ClockStatus,
        left: u32,
        over: u32,
        certainty: Option<Certainty>,
    ) -> String {
        let remark = self.certainty_remark(certainty);
        format!("{}{remark}", self.pace(pace, left, over))
    }

    fn pace(&self, pace: ClockStatus, left: u32, over: u32) -> String {
        match pace {
            ClockStatus::Overdue => self.i18n.t1("due-over", "days", over.max(1).to_string()),
            ClockStatus::Paused => self.i18n.t("due-paused"),
            ClockStatus::DueSoon | ClockStatus::Running if left == 0 => self.i18n.t("due-today"),
            ClockStatus::DueSoon | ClockStatus::Running => {
                self.i18n.t1("due-left", "days", left.to_string())
            }
        }
    }

    /// 3/7 calendar days. The day on which it begins is day 0.
    fn days_counted(&self, days: &Days) -> String {
        let kind = self.i18n.text(days.kind.text());
        match days.limit {
            Some(limit) => format!("{}/{limit} {kind}", days.used),
            None => format!("{} {kind}", days.used),
        }
    }

    /// The same, and by how many days the last day was moved.
    fn days_used(&self, days: &Days) -> String {
        let counted = self.days_counted(days);
        match days.moved {
            0 => counted,
            moved => {
                let why = self.i18n.t1("clock-moved", "days", moved.to_string());
                format!("{counted}{}", self.in_brackets(why))
            }
        }
    }
}

/// Days of a limit.
struct Days {
    used: u32,
    limit: Option<u32>,
    kind: DayKind,
    /// By how many days its last day gave way to a later one.
    moved: u32,
}

/// By how many days the last day of a clock gave way, since it was a day off; of a paused clock it is not known yet.
fn moved(clock: &ClockRow) -> u32 {
    match clock.pace {
        ClockStatus::Paused => 0,
        ClockStatus::Running | ClockStatus::DueSoon | ClockStatus::Overdue => {
            let reached = clock.used.saturating_add(clock.left);
            reached.saturating_sub(clock.limit.saturating_add(clock.over))
        }
    }
}

impl Badge {
    fn of(pace: ClockStatus) -> Self {
        let (class, shape) = match pace {
            ClockStatus::Running => ("calm", "○"),
            ClockStatus::DueSoon => ("soon", "▲"),
            ClockStatus::Overdue => ("over", "■"),
            ClockStatus::Paused => ("paused", "‖"),
        };
        Self {
            class,
            shape,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_directory::{Course, Directory};
    use onestop_proto::time::Timestamp;

    use super::*;

    /// Opened on a Saturday: seven days later is one again, and the last day gives way to the Monday.
    #[test]
    fn days_used_and_left_are_the_limit_and_what_its_last_day_gave_way() {
        let directory = Directory::built_in().unwrap();
        let step: onestop_proto::clock::Step = "legal-aid.review".parse().unwrap();
        let since: Timestamp = "2026-02-28 10:00:00".parse().unwrap();
        let place = "530821".parse().unwrap();
        let limit = directory.limit(&step, place, since.china_date()).unwrap();
        let due = directory.due(&limit, since);
        let course = Course {
            limit: &limit,
            since,
            pauses: &[],
            paused_since: None,
            extended: 0,
            due: &due,
        };
        let mut seen = Vec::new();
        for day in 0..14 {
            let at = since.plus_seconds(day * 24 * 3_600);
            let count = directory.day_count(&course, at);
            let over = due.at <= at;
            let row = ClockRow {
                step: step.clone(),
                unit: "s6chnegt3.legal-aid".parse().unwrap(),
                started_at: since,
                used: count.used,
                limit: count.allowed,
                left: count.left,
                kind: count.kind,
                basis: limit.basis.clone(),
                due: due.day,
                due_at: due.at,
                certainty: due.certainty,
                pace: if over {
                    ClockStatus::Overdue
                } else {
                    ClockStatus::Running
                },
                over: count.late,
                supervised: false,
                extended: 0,
            };
            let moved = moved(&row);
            assert_eq!(count.used + count.left, count.allowed + moved + count.late);
            seen.push(moved);
        }
        assert_eq!(seen, [2; 14], "from Saturday to Monday, the same every day");
    }
}
