//! People who ask together (群体性事项): from so many on, as the directory's data says, the event
//! `group-reported` notifies the supervisor of the window, once a group: those of one case, and of the cases that were merged
//! into it because their people have one matter.

use onestop_proto::{
    case::{Applicant, Event, GroupReported, MergeReason},
    division::DivisionCode,
};

use super::{Case, Context, Standing};

/// Those of the cases that were merged into a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Joined {
    /// How many people ask in them.
    pub(crate) people: u32,
    /// Whether one of them was reported as a group's.
    pub(crate) reported: bool,
}

impl Joined {
    /// With those of one more merged case. The people of a duplicate ask in the other case already.
    pub(crate) fn with(self, merged: &Case) -> Self {
        let others = match merged.standing {
            Standing::Merged {
                reason: MergeReason::SameMatter,
                ..
            } => merged.known_people(),
            Standing::Merged {
                reason: MergeReason::Duplicate,
                ..
            }
            | Standing::AtWindow
            | Standing::Referred { .. }
            | Standing::HandedOver { .. }
            | Standing::ResultBack
            | Standing::Answered
            | Standing::Withdrawn
            | Standing::Closed
            | Standing::Archived => 0,
        };
        Self {
            people: self.people.saturating_add(others),
            reported: self.reported || merged.group_reported,
        }
    }
}

/// How many people ask.
pub(super) fn size(applicant: &Applicant) -> u32 {
    u32::try_from(applicant.people.len()).unwrap_or(u32::MAX)
}

/// What the supervisor learns of those who ask together; nothing of fewer, or where no unit supervises the window.
pub(super) fn report(people: u32, window: DivisionCode, context: &Context<'_>) -> Option<Event> {
    let rule = context.directory.group_rule()?;
    if people < rule.people {
        return None;
    }
    let supervisor = context.directory.supervisor_of(window)?;
    Some(Event::from(GroupReported {
        people,
        least: rule.people,
        basis: rule.basis.clone(),
        supervisor: supervisor.id.clone(),
        division: supervisor.division,
    }))
}

/// The same where the people of a case were taken down anew, unless their group was reported before.
pub(super) fn report_corrected(
    case: &Case,
    now: &Applicant,
    context: &Context<'_>,
) -> Option<Event> {
    if case.group_reported || context.joined.reported {
        return None;
    }
    let people = size(now).saturating_add(context.joined.people);
    report(people, case.opened.window_division, context)
}

/// The same where a case of other people goes on in another one, to the supervisor of the window where it does.
pub(super) fn report_merged(case: &Case, into: &Case, context: &Context<'_>) -> Option<Event> {
    if case.group_reported || into.group_reported || context.joined.reported {
        return None;
    }
    let both = case.known_people().saturating_add(into.known_people());
    let people = both.saturating_add(context.joined.people);
    report(people, into.opened.window_division, context)
}
