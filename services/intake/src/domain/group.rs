//! People who ask together (群体性事项): from so many on, as the directory's data says, the event
//! `group-reported` notifies the supervisor of the window, once a case.

use onestop_proto::{
    case::{Applicant, Event, GroupReported},
    division::DivisionCode,
};

use super::Context;

/// What the supervisor learns of those who ask together; nothing of fewer, or where no unit supervises the window.
pub(super) fn report(
    applicant: &Applicant,
    window: DivisionCode,
    context: &Context<'_>,
) -> Option<Event> {
    let rule = context.directory.group_rule()?;
    let people = u32::try_from(applicant.people.len()).ok()?;
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
