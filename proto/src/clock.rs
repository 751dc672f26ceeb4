//! Clocks: running time limits (时限). Every service that owns a step starts, pauses, resumes and
//! stops its clock by events of one shape, so that every reader can tell which clock ran when.

mod book;
mod state;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use book::{ClockBook, ClockEvent};
pub use state::{Alarm, Clock, DueChange, DueHistory, ExtensionDenied, RunState};

use crate::{
    date_words::day_words,
    division::DivisionCode,
    free_text::FreeText,
    ids::{StaffId, UnitId},
    text::{Text, Words},
    time::Timestamp,
};

text_id! {
    /// The step that a time limit is for, as in `legal-aid.review`; the key into the directory's
    /// standards.
    Step, "a step", "^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*$", "'<item>.<step>' is wanted",
    |text| text.split_once('.').is_some_and(|(item, step)| {
        let word = |part: &str| part.parse::<crate::ids::Topic>().is_ok();
        word(item) && word(step)
    })
}

choices! {
    /// How the days of a limit are counted.
    pub enum DayKind {
        /// Calendar days (自然日), the last moved past a day off (民法典 art. 203).
        Calendar = "calendar", "自然日", "calendar days";
        Working = "working", "工作日", "working days";
        /// Months (个月), to the day of the same number (民法典 art. 202), moved past a day off.
        Month = "month", "个月", "months";
    }
}

choices! {
    /// Whether the calendar that a due date rests on has been announced.
    pub enum Certainty {
        Firm = "firm", "确定", "firm";
        /// It rests on days off that are computed, not announced: of a year, or of a place.
        Provisional = "provisional", "暂定", "provisional";
    }
}

impl Certainty {
    /// What is said beside a day; nothing beside one that is certain.
    #[must_use]
    pub const fn remark(self) -> Option<Text> {
        match self {
            Self::Firm => None,
            Self::Provisional => Some(self.text()),
        }
    }
}

choices! {
    /// Why a time limit is paused.
    pub enum PauseReason {
        Supplement = "supplement", "补充材料", "papers are to be supplied";
        Cooperation = "cooperation", "协查", "another body is asked";
        Verification = "verification", "核实情况", "facts are verified";
        ForceMajeure = "force-majeure", "不可抗力", "force majeure";
    }
}

/// By how much a limit can be extended (延长).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// How many days of the limit's kind at a time; calendar days where it is in months.
    pub days: u32,
    /// How often.
    pub times: u32,
    /// Who approves it.
    pub approver: String,
}

/// A limit beside a clock's own, of a wider place that counts another kind of days, or of the law for the whole application:
/// what ends earlier holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ceiling {
    /// How many days, or months.
    pub days: u32,
    /// Of which kind.
    pub kind: DayKind,
    /// The law, or the local promise, that sets it.
    pub basis: String,
    /// By how much it can be extended; nothing if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// From when it counts, where it ran before the clock did; nothing where it counts from the clock's beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// On whose days it is counted, where those are not the clock's own: of an application those of its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
}

/// The rule that a clock was started under, kept with it: a case keeps the rule it started under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Limit {
    /// How many days, or months.
    pub days: u32,
    /// Of which kind.
    pub kind: DayKind,
    /// The law, or the local promise, that sets it.
    pub basis: String,
    /// What it may be paused for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<PauseReason>,
    /// For how many months it is paused at most, all pauses together; nothing where no rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_months: Option<u32>,
    /// By how much it can be extended; nothing if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// Limits of wider places in other kinds of days, and those of the law that run already: it ends with the earliest of
    /// them all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<Ceiling>,
    /// Whose local days off count (全国年节及纪念日放假办法 art. 4); nothing where the national calendar alone does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
    /// Whether it gives a party time (申请司法确认、申请复查): a last day that the unit has told the party is never moved earlier.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_party: bool,
}

impl Limit {
    /// A limit that can be neither paused nor extended.
    pub fn plain(days: u32, kind: DayKind, basis: &str) -> Self {
        Self {
            days,
            kind,
            basis: basis.to_owned(),
            pauses: Vec::new(),
            pause_months: None,
            extension: None,
            within: Vec::new(),
            place: None,
            for_party: false,
        }
    }
}

/// When something is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Due {
    /// The last day.
    #[schemars(with = "String")]
    pub day: Date,
    /// The end of that day: at this moment it is overdue.
    pub at: Timestamp,
    /// Whether the calendar behind it is announced.
    pub certainty: Certainty,
}

/// A clock began to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockStarted {
    /// Which step it measures.
    pub step: Step,
    /// The rule.
    pub limit: Limit,
    /// When the step must be done.
    pub due: Due,
    /// Since when it runs; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// A clock was paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockPaused {
    /// Which step.
    pub step: Step,
    /// Why it may be paused.
    pub basis: String,
    /// Since when.
    pub at: Timestamp,
    /// Until when at most: then it runs again by itself. Nothing where only its limit bounds the pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A clock runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockResumed {
    /// Which step.
    pub step: Step,
    /// The new last day: the days that it stood still are added.
    pub due: Due,
    /// Since when it runs again; missing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// A clock was given more time (延长), before it was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockExtended {
    /// Which step.
    pub step: Step,
    /// The new last day.
    pub due: Due,
    /// Who approved it.
    pub approved_by: StaffId,
    /// Why.
    #[schemars(with = "FreeText")]
    pub reason: String,
}

/// A last day was counted anew, after days off were announced (更正): a provisional one, or one that is later by days off of
/// the place. A last day that was firm is never moved earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockCorrected {
    /// Which step.
    pub step: Step,
    /// The last day as it was.
    pub was: Due,
    /// The last day as it is.
    pub due: Due,
    /// The version of the directory whose calendar it was counted on.
    pub directory: String,
    /// Whose local days off count from now on; nothing where that is as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
}

impl ClockCorrected {
    /// What a reader should see of it.
    pub fn words(&self) -> Words {
        let (was, due) = (day_words(self.was.day), day_words(self.due.day));
        let certainty = self.due.certainty.text();
        if was == due {
            Words {
                zh: format!("{}（{}）", due.zh, certainty.zh),
                en: format!("{} ({})", due.en, certainty.en),
            }
        } else {
            Words {
                zh: format!("原 {}，改为 {}（{}）", was.zh, due.zh, certainty.zh),
                en: format!("{} becomes {} ({})", was.en, due.en, certainty.en),
            }
        }
    }
}

/// A clock is about to be over (临期); emitted once for every due day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockDueSoon {
    /// Which step.
    pub step: Step,
    /// The last day.
    pub due: Due,
}

/// A clock is over and the step not done: the unit is urged (逾期，催办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockOverdue {
    /// Which step.
    pub step: Step,
    /// The last day.
    pub due: Due,
}

/// The step is still not done: the supervisor of the division is informed (督办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockSupervised {
    /// Which step.
    pub step: Step,
    /// The last day.
    pub due: Due,
    /// Whose task it is to see to it.
    pub supervisor: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

/// A clock ended: the step is done, or no longer to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClockStopped {
    /// Which step.
    pub step: Step,
    /// Why.
    pub why: Stop,
}

choices! {
    /// Why a clock ended.
    pub enum Stop {
        Done = "done", "已完成", "the step was done";
        Left = "left", "案件已转出", "the case left the unit";
    }
}
