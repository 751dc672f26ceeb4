//! How a time limit stands, as word, shape and colour: whoever sees no colour, or hears the page, is told
//! the same. Two clocks stand beside each other and are always named: that of this step (本环节), and that of
//! the whole journey (全程).

use onestop_proto::{
    clock::{Certainty, DayKind},
    ledger::{ClockRow, ClockStatus, Journey},
};

use crate::page::Page;

/// A time limit, ready to be shown.
pub(crate) struct Badge {
    /// A class of the style sheet.
    pub(crate) look: &'static str,
    /// The shape.
    pub(crate) mark: &'static str,
    /// The word: 超期1天, 今日到期, 剩3天.
    pub(crate) word: String,
    /// Days used of days allowed, and of which kind.
    pub(crate) used: String,
    /// What is behind it: due day, basis.
    pub(crate) title: String,
}

impl Page<'_> {
    /// The clock of one step.
    pub(crate) fn step_badge(&self, clock: &ClockRow) -> Badge {
        let left = i64::from(clock.limit) - i64::from(clock.used);
        let sure = match clock.certainty {
            Certainty::Firm => String::new(),
            Certainty::Provisional => format!("（{}）", self.say.text(clock.certainty.text())),
        };
        Badge {
            look: look(clock.pace),
            mark: mark(clock.pace),
            word: self.word(clock.pace, left, clock.over),
            used: self.used(clock.used, Some(clock.limit), clock.kind),
            title: format!(
                "{} {}{sure} · {}",
                self.say.t("clock-due"),
                self.day(&clock.due),
                clock.basis
            ),
        }
    }

    /// The clock of the whole journey.
    pub(crate) fn journey_badge(&self, journey: &Journey) -> Badge {
        let left = journey
            .limit
            .map_or(i64::MAX, |limit| i64::from(limit) - i64::from(journey.used));
        let word = match journey.limit {
            Some(limit) => self.word(journey.pace, left, journey.used.saturating_sub(limit)),
            None => String::new(),
        };
        Badge {
            look: look(journey.pace),
            mark: if journey.limit.is_some() {
                mark(journey.pace)
            } else {
                ""
            },
            word,
            used: self.used(journey.used, journey.limit, journey.kind),
            title: journey.due.map_or_else(String::new, |due| {
                format!("{} {}", self.say.t("clock-due"), self.day(&due))
            }),
        }
    }

    /// The name of a step that has a limit.
    pub(crate) fn step_name(&self, step: &onestop_proto::clock::Step) -> String {
        let known = self.app.directory.step_name(step);
        known.map_or_else(
            || step.to_string(),
            |words| self.say.words(words).to_owned(),
        )
    }

    /// What an item and a topic of it are called.
    pub(crate) fn about(
        &self,
        item: &onestop_proto::ids::ServiceItem,
        topic: &onestop_proto::ids::Topic,
    ) -> String {
        let words = self.app.directory.subject_name(item, topic);
        self.say.words(&words).to_owned()
    }

    fn word(&self, pace: ClockStatus, left: i64, over: u32) -> String {
        match pace {
            ClockStatus::Overdue => self.say.t1("due-over", "days", over.max(1).to_string()),
            ClockStatus::Paused => self.say.t("due-paused"),
            ClockStatus::DueSoon | ClockStatus::Running if left <= 0 => self.say.t("due-today"),
            ClockStatus::DueSoon | ClockStatus::Running => {
                self.say.t1("due-left", "days", left.to_string())
            }
        }
    }

    fn used(&self, used: u32, limit: Option<u32>, kind: DayKind) -> String {
        let kind = self.say.text(kind.text());
        match limit {
            Some(limit) => format!("{used}/{limit} {kind}"),
            None => format!("{used} {kind}"),
        }
    }
}

fn look(pace: ClockStatus) -> &'static str {
    match pace {
        ClockStatus::Running => "calm",
        ClockStatus::DueSoon => "soon",
        ClockStatus::Overdue => "over",
        ClockStatus::Paused => "paused",
    }
}

fn mark(pace: ClockStatus) -> &'static str {
    match pace {
        ClockStatus::Running => "○",
        ClockStatus::DueSoon => "▲",
        ClockStatus::Overdue => "■",
        ClockStatus::Paused => "‖",
    }
}
