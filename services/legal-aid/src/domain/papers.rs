//! Missing papers: told once, of everything (一次性告知); the clock stands still until they come.

use onestop_proto::{
    clock::{ClockPaused, ClockResumed, Motion},
    ids::Topic,
    legal_aid::{
        Event, Rejection, RequestSupplement, Step, SupplementReceived, SupplementRequested,
    },
};

use super::{Context, Matter};

/// Why the clock may stand still.
const BASIS: &str = "补正期间不计入审查期限（法律援助法第四十三条）";

pub(super) fn request(
    matter: &Matter,
    request: &RequestSupplement,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Step::Review = matter.step else {
        return Err(matter.not_now());
    };
    if matter.missing.is_some() {
        return Err(Rejection::ToldOnce {});
    }
    if request.missing.is_empty() {
        return Err(Rejection::Incomplete {
            field: "missing".to_owned(),
        });
    }
    let mut events = vec![Event::from(SupplementRequested {
        missing: request.missing.clone(),
    })];
    events.extend(matter.clock.as_ref().map(|clock| {
        Event::from(ClockPaused {
            step: clock.step.clone(),
            basis: BASIS.to_owned(),
            at: context.now,
        })
    }));
    Ok(events)
}

/// What came is taken down; when nothing is missing any more, the clock runs again.
pub(super) fn receive(
    matter: &Matter,
    materials: &[Topic],
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let (Step::Supplement, Some(awaited)) = (matter.step, &matter.missing) else {
        return Err(matter.not_now());
    };
    if materials.is_empty() {
        return Err(Rejection::Incomplete {
            field: "materials".to_owned(),
        });
    }
    let missing: Vec<Topic> = awaited
        .iter()
        .filter(|wanted| !materials.contains(wanted))
        .cloned()
        .collect();
    let complete = missing.is_empty();
    let received = SupplementReceived {
        materials: materials.to_vec(),
        missing,
    };
    let mut events = vec![Event::from(received)];
    if complete
        && let Some(clock) = &matter.clock
        && let Motion::Paused { since } = clock.motion
    {
        let due = context
            .directory
            .resumed(&clock.limit, &clock.due, since, context.now);
        events.push(Event::from(ClockResumed {
            step: clock.step.clone(),
            due,
        }));
    }
    Ok(events)
}
