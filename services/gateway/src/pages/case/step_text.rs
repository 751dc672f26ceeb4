//! A step of a case, in words.

/// A step, in words.
pub(super) struct StepText {
    pub(super) number: u32,
    pub(super) title: String,
    pub(super) facts: String,
    pub(super) when: String,
    /// When the journal received it, if that was much later.
    pub(super) received: Option<String>,
    /// That it was entered late, from paper.
    pub(super) late: Option<String>,
    /// Role and name of the actor.
    pub(super) who: String,
    pub(super) unit: String,
    pub(super) custody: String,
    pub(super) clocks: Vec<ClockText>,
    /// Days of a long wait before it.
    pub(super) idle: Option<i64>,
    /// Its log and position.
    pub(super) place: String,
    pub(super) hash: String,
    pub(super) raw: String,
    /// The label of the range control.
    pub(super) label: String,
}

/// A clock, in words.
#[derive(Clone, PartialEq)]
pub(super) struct ClockText {
    pub(super) step: String,
    /// A class of the style sheet.
    pub(super) class: &'static str,
    pub(super) words: String,
}
