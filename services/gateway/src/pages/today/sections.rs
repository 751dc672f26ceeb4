//! The sections of the day: lists of cases, and what can be done about each of them there.

use onestop_proto::{
    actor::Role,
    ledger::{CaseGroup, Today, WorklistTab},
    query::AvailableCommands,
};

/// The list of what is late.
const LATE: &str = "today-due";
/// The list of what came back to the supervisor who asked.
const ANSWERED: &str = "today-answered";

pub(super) struct Section {
    /// The id of its message.
    pub(super) name: &'static str,
    pub(super) group: CaseGroup,
    pub(super) tab: Option<WorklistTab>,
    pub(super) action: Option<RowAction>,
}

impl Section {
    pub(super) fn is_late(&self) -> bool {
        self.name == LATE
    }

    pub(super) fn is_answers(&self) -> bool {
        self.name == ANSWERED
    }

    /// How many cases are not among its rows.
    pub(super) fn missing(&self) -> u64 {
        self.group
            .count
            .saturating_sub(self.group.rows.len() as u64)
    }
}

/// The command of intake that a section shows beside a case, where intake lists it as available.
#[derive(Clone, Copy)]
pub(super) struct RowAction {
    pub(super) command: &'static str,
    /// The id of its message.
    pub(super) name: &'static str,
}

const RECEIVE: RowAction = RowAction {
    command: "receive-material",
    name: "today-receive",
};
const REFER_AGAIN: RowAction = RowAction {
    command: "request-referral",
    name: "today-refer-again",
};
const CLOSE: RowAction = RowAction {
    command: "close",
    name: "today-close",
};

/// The lists of a role: what is late first, then what waits for a decision, then what came back and what is to be done.
pub(super) fn sections(role: Role, today: Today, available: &AvailableCommands) -> Vec<Section> {
    let section = |name, group: CaseGroup, tab, action: Option<RowAction>| {
        let is_offered = |action: &RowAction| {
            let mut rows = group.rows.iter();
            rows.any(|row| available.include(row.case, action.command))
        };
        Section {
            name,
            action: action.filter(is_offered),
            group,
            tab,
        }
    };
    let due = section(LATE, today.due, None, None);
    let to_decide = section(
        "tab-to-decide",
        today.to_decide,
        Some(WorklistTab::ToDecide),
        None,
    );
    if role == Role::Supervisor {
        let answered = section(ANSWERED, today.answered, None, None);
        return vec![due, to_decide, answered];
    }
    vec![
        due,
        to_decide,
        section(
            "today-returned",
            today.returned,
            Some(WorklistTab::Returned),
            Some(REFER_AGAIN),
        ),
        section(
            "today-papers",
            today.papers,
            Some(WorklistTab::PapersMissing),
            Some(RECEIVE),
        ),
        section(
            "today-to-close",
            today.to_close,
            Some(WorklistTab::ToClose),
            Some(CLOSE),
        ),
        section(
            "today-to-accept",
            today.to_accept,
            Some(WorklistTab::ToAccept),
            None,
        ),
        section("today-taken", today.taken, None, None),
    ]
}
