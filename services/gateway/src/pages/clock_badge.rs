//! A time limit as word, shape and colour, so that readers who see no colour, or hear the page, learn the same.
//! Two clocks are shown and always named: that of the present step (本环节), and that of the whole case (全程).

use onestop_proto::{
    case::Stage,
    clock::{Certainty, DayKind},
    field_names::both_languages,
    ledger::{CaseRow, ClockRow, ClockStatus, Journey},
    matter::CriticalDateStanding,
};

use super::shell::Page;

/// A time limit, ready to be shown.
#[derive(Default)]
pub(super) struct Badge {
    /// A class of the style sheet.
    pub(super) class: &'static str,
    pub(super) shape: &'static str,
    /// 超期1天, 今日到期, 剩3天.
    pub(super) word: String,
    /// Days used of days allowed, and their kind.
    pub(super) used: String,
    /// Due day and legal basis.
    pub(super) title: String,
}

impl Page<'_> {
    /// The clock of one step.
    pub(super) fn step_badge(&self, clock: &ClockRow) -> Badge {
        let provisional = match clock.certainty {
            Certainty::Firm => String::new(),
            Certainty::Provisional => self.in_brackets(self.i18n.text(clock.certainty.text())),
        };
        let due = self.due(&clock.due);
        Badge {
            word: self.pace(clock.pace, clock.left, clock.over),
            used: self.days_used(clock.used, Some(clock.limit), clock.kind),
            title: format!("{due}{provisional} · {}", self.basis(&clock.basis)),
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
        let until = self.i18n.t1("clock-until", "day", self.day(&date.due.day));
        let law = date.reckoned.as_ref();
        let law = law.map_or_else(String::new, |reckoned| {
            format!(" · {}", self.basis(&reckoned.limit.basis))
        });
        let basis = self.i18n.text(date.basis.text());
        Badge {
            word: self.pace(pace, date.left, date.over),
            used: until.clone(),
            title: format!("{until} · {basis}{law}"),
            ..Badge::of(pace)
        }
    }

    /// The clock of the whole case.
    pub(super) fn journey_badge(&self, journey: &Journey) -> Badge {
        let badge = Badge::of(journey.pace);
        let used = self.days_used(journey.used, journey.limit, journey.kind);
        let title = journey.due.map_or_else(String::new, |due| self.due(&due));
        if journey.limit.is_none() {
            return Badge {
                shape: "",
                used,
                title,
                ..badge
            };
        }
        Badge {
            word: self.pace(journey.pace, journey.left, journey.over),
            used,
            title,
            ..badge
        }
    }

    /// The clock of the whole case, as long as there is one: of a case that is over, that it is.
    pub(super) fn case_badge(&self, row: &CaseRow) -> Badge {
        let badge = self.journey_badge(&row.journey);
        match row.stage {
            Stage::Closed | Stage::Archived | Stage::Merged => Badge {
                class: "done",
                shape: "✓",
                word: self.i18n.text(row.stage.text()).to_owned(),
                title: String::new(),
                ..badge
            },
            Stage::AtWindow
            | Stage::Referred
            | Stage::ResultBack
            | Stage::Answered
            | Stage::Withdrawn => badge,
        }
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

    /// A remark in the brackets of the page's language.
    pub(super) fn in_brackets(&self, remark: impl std::fmt::Display) -> String {
        self.i18n.t1("brackets", "remark", remark.to_string())
    }

    fn due(&self, day: &jiff::civil::Date) -> String {
        format!("{} {}", self.i18n.t("clock-due"), self.day(day))
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

    fn days_used(&self, used: u32, limit: Option<u32>, kind: DayKind) -> String {
        let kind = self.i18n.text(kind.text());
        match limit {
            Some(limit) => format!("{used}/{limit} {kind}"),
            None => format!("{used} {kind}"),
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
