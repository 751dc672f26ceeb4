//! Acceptance (受理), certificate (出证), refusal (不予办理).

use onestop_matter::domain::{Context, Matter, start, stop};
use onestop_proto::{
    clock::Stop,
    notarization::{Accepted, Event, Issue, Issued, Refuse, Refused, Rejection, Step},
};

use super::Notarization;

type Decision = Result<Vec<Event>, Rejection>;

/// From acceptance to the certificate: 15 working days, 公证法 art. 30.
const ISSUE: &str = "notarization.issue";

/// Acceptance ends the examination and starts the clock of the certificate. Whoever accepts has told
/// the parties the meaning and the consequences, which the law wants recorded (公证法 art. 27).
pub(super) fn accept(matter: &Matter<Notarization>, context: &Context<'_>) -> Decision {
    let Step::Examination = matter.step else {
        return Err(matter.not_now());
    };
    let told_by = context.actor.staff.clone();
    let certificate = start(ISSUE, matter, context);
    Ok(done(matter, Accepted { told_by })
        .chain([certificate])
        .collect())
}

pub(super) fn issue(matter: &Matter<Notarization>, issue: &Issue) -> Decision {
    let Step::Accepted = matter.step else {
        return Err(matter.not_now());
    };
    if issue.certificate.trim().is_empty() {
        let field = "certificate".to_owned();
        return Err(Rejection::Incomplete { field });
    }
    let certificate = issue.certificate.clone();
    Ok(done(matter, Issued { certificate }).collect())
}

pub(super) fn refuse(matter: &Matter<Notarization>, refuse: &Refuse) -> Decision {
    let (Step::Examination | Step::Supplement | Step::Accepted) = matter.step else {
        return Err(matter.not_now());
    };
    let reason = refuse.reason;
    Ok(done(matter, Refused { reason }).collect())
}

/// What happened, and the end of the clock that measured the way to it.
fn done(matter: &Matter<Notarization>, event: impl Into<Event>) -> impl Iterator<Item = Event> {
    std::iter::once(event.into()).chain(stop(matter, Stop::Done))
}
