//! The cases behind a figure (数字背后的案件): a list is narrowed to what one number of the timeliness or of the workload
//! counts.

use serde::{Deserialize, Serialize};

use super::AgeBand;
use crate::{
    division::DivisionCode,
    ids::{StaffId, UnitId},
    referral::ReturnReason,
    time::Timestamp,
};

choices! {
    /// What a figure counts.
    pub enum CountedAs {
        /// Opened in the period.
        Received = "received", "登记", "opened";
        /// Closed in the period; a case that was opened again may be closed twice.
        Closed = "closed", "办结", "closed";
        /// Offered to a unit in the period.
        Offered = "offered", "转办到单位", "offered to units";
        /// Declined or given back by a unit in the period.
        SentBack = "sent-back", "拒收或者退回", "declined or given back";
        Declined = "declined", "拒收", "declined";
        Returned = "returned", "退回", "given back";
        NeedMet = "need-met", "需求已落实", "needs met";
        NeedDeclined = "need-declined", "需求未落实或者不需要", "needs declined or not met";
        /// A step with a limit was done in the period.
        StepDone = "step-done", "办完的环节", "steps done";
        /// The same, after its last day.
        StepDoneLate = "step-done-late", "逾期办完的环节", "steps done late";
        /// A step was near its last day at the moment.
        StepDueSoon = "step-due-soon", "临期的环节", "steps due soon";
        /// A step was past its last day at the moment.
        StepOverdue = "step-overdue", "超期的环节", "steps overdue";
        /// In hand of a unit now.
        InHand = "in-hand", "在办", "in hand";
        InHandOverdue = "in-hand-overdue", "在办且超期", "in hand and overdue";
        ToAccept = "to-accept", "待签收", "to be accepted";
        CameBack = "came-back", "退回待处理", "came back";
        /// Done, with the file still to be handed in.
        AfterClose = "after-close", "办结后提交卷宗", "file to be handed in";
        AfterCloseOverdue = "after-close-overdue", "提交卷宗超期", "file overdue";
    }
}

choices! {
    /// Which units of a division.
    pub enum Reach {
        /// All units in it.
        All = "all", "全辖区", "all of it";
        /// Those that lie in none of its parts.
        OwnLevel = "own-level", "本级", "its own level";
    }
}

choices! {
    /// Whether a person of the unit has acted on a case that it has in hand.
    pub enum HandledBy {
        Somebody = "somebody", "已有人办理", "somebody";
        Nobody = "nobody", "尚无人办理", "nobody yet";
    }
}

/// Only the cases that a figure counts: for supervisors and auditors. The item of the list's filters is then the one that the
/// figure was counted under. A field that the kind of figure knows nothing of narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureFilter {
    /// What it counts.
    pub counted: CountedAs,
    /// Where the units are for which it counts; without it, the caller's own division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_in: Option<DivisionCode>,
    /// Which of its units.
    #[serde(default = "all_units")]
    pub reach: Reach,
    /// Only what counts for this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The period begins; without it, with the first case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The period ends before this; without it, now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// As of then; without it, as of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Only what was sent back for this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReturnReason>,
    /// Of what is in hand, only what this person acted on last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// Of what is in hand, only what a person has acted on, or what no person has acted on yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<HandledBy>,
    /// Of what is in hand, only what is of this age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<AgeBand>,
    /// Of what is in hand, only what a window in this part opened, as the workload divides it: a division directly below,
    /// the division itself, or the whole code of a window that lies outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_in: Option<DivisionCode>,
}

impl FigureFilter {
    /// All that is counted as this.
    #[must_use]
    pub const fn new(counted: CountedAs) -> Self {
        Self {
            counted,
            counted_in: None,
            reach: Reach::All,
            unit: None,
            from: None,
            to: None,
            as_of: None,
            reason: None,
            staff: None,
            handled: None,
            age: None,
            opened_in: None,
        }
    }
}

/// What a figure says, and in how many cases. Where nothing else narrows the list, it has `cases` without `unseen` rows.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct FigureTotal {
    /// The figure: how often it was counted.
    pub times: u64,
    /// In how many cases.
    pub cases: u64,
    /// Of those, how many are in no list of the caller: a unit of the division counts for them, and a window elsewhere
    /// opened them and a unit elsewhere had them.
    pub unseen: u64,
}

const fn all_units() -> Reach {
    Reach::All
}
