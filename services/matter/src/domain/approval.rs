//! Drafts of decisions that wait for another person's approval (审批). The clock of the step runs on: the decision ends it.

use onestop_proto::ids::{StaffId, UnitId};

use super::{Matter, SpecialistRules, evolve};

/// A draft that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draft<'a> {
    /// Who drafted it.
    pub drafted_by: &'a StaffId,
    /// The unit whose staff approves it.
    pub approver: &'a UnitId,
}

/// A draft that still waits when the matter has gone on to another step falls away, and that is recorded.
pub(super) fn let_drafts_lapse<L: SpecialistRules>(
    matter: &Matter<L>,
    mut events: Vec<L::Event>,
) -> Vec<L::Event> {
    if L::draft(matter).is_none() {
        return events;
    }
    let after = events.iter().fold(Some(matter.clone()), evolve);
    let left = after.filter(|after| after.step != matter.step);
    let lapsed = left
        .as_ref()
        .and_then(L::draft)
        .and_then(|draft| L::draft_lapsed(&draft));
    events.extend(lapsed);
    events
}
