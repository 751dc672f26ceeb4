//! Acceptance (受理), certificate (出证), refusal (不予办理).

use onestop_proto::{
    clock::Stop,
    notarization::{Accepted, Event, Issue, Issued, Refuse, Refused, Rejection, Step},
};

use super::{Context, Matter, issue_clock, start_clock};

/// Acceptance ends the examination and starts the clock of the certificate. Whoever accepts has told
/// the parties the meaning and the consequences, which the law wants recorded (公证法 art. 27).
pub(super) fn accept(matter: &Matter, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let Step::Examination = matter.step else {
        return Err(matter.not_now());
    };
    let mut events = vec![Event::from(Accepted {
        told_by: context.actor.staff.clone(),
    })];
    events.extend(matter.stop_clock(Stop::Done));
    events.push(Event::from(start_clock(
        issue_clock(),
        matter.division,
        context,
    )));
    Ok(events)
}

pub(super) fn issue(matter: &Matter, issue: &Issue) -> Result<Vec<Event>, Rejection> {
    let Step::Accepted = matter.step else {
        return Err(matter.not_now());
    };
    if issue.certificate.trim().is_empty() {
        return Err(Rejection::Incomplete {
            field: "certificate".to_owned(),
        });
    }
    let mut events = vec![Event::from(Issued {
        certificate: issue.certificate.clone(),
    })];
    events.extend(matter.stop_clock(Stop::Done));
    Ok(events)
}

pub(super) fn refuse(matter: &Matter, refuse: &Refuse) -> Result<Vec<Event>, Rejection> {
    let (Step::Examination | Step::Supplement | Step::Accepted) = matter.step else {
        return Err(matter.not_now());
    };
    let mut events = vec![Event::from(Refused {
        reason: refuse.reason,
    })];
    events.extend(matter.stop_clock(Stop::Done));
    Ok(events)
}
