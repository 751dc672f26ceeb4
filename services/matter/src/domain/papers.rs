//! Missing papers: told once, of everything (一次性告知); the clock stands still until they come.

use onestop_proto::{
    clock::{ClockPaused, ClockResumed, Motion},
    ids::Topic,
    matter::{Rejection, SupplementReceived, SupplementRequested},
};

use super::{Context, Law, Matter};

/// Asks for what is missing, and stops the clock meanwhile.
///
/// # Errors
/// If it was asked before, nothing is named, or the matter is past its first step.
pub fn request_supplement<L: Law>(
    matter: &Matter<L>,
    missing: &[Topic],
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    if matter.step != L::FIRST {
        return Err(matter.not_now().into());
    }
    if matter.missing.is_some() {
        return Err(Rejection::ToldOnce {}.into());
    }
    named("missing", missing)?;
    let requested = SupplementRequested {
        missing: missing.to_vec(),
    };
    let pause = matter.clock.as_ref().map(|clock| ClockPaused {
        step: clock.step.clone(),
        basis: L::PAUSE.to_owned(),
        at: context.now,
    });
    Ok(std::iter::once(requested.into())
        .chain(pause.map(L::Event::from))
        .collect())
}

/// Takes down what came; when nothing is missing any more, the clock runs again.
///
/// # Errors
/// If nothing came, or nothing is waited for.
pub fn receive_supplement<L: Law>(
    matter: &Matter<L>,
    materials: &[Topic],
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let awaited = match &matter.missing {
        Some(awaited) if matter.step == L::SUPPLEMENT => awaited,
        Some(_) | None => return Err(matter.not_now().into()),
    };
    named("materials", materials)?;
    let missing: Vec<Topic> = awaited
        .iter()
        .filter(|wanted| !materials.contains(wanted))
        .cloned()
        .collect();
    let resumed = missing
        .is_empty()
        .then(|| resume(matter, context))
        .flatten();
    let received = SupplementReceived {
        materials: materials.to_vec(),
        missing,
    };
    Ok(std::iter::once(received.into())
        .chain(resumed.map(L::Event::from))
        .collect())
}

fn resume<L: Law>(matter: &Matter<L>, context: &Context<'_>) -> Option<ClockResumed> {
    let clock = matter.clock.as_ref()?;
    let Motion::Paused { since } = clock.motion else {
        return None;
    };
    let directory = context.directory;
    Some(ClockResumed {
        step: clock.step.clone(),
        due: directory.resumed(&clock.limit, &clock.due, since, context.now),
    })
}

fn named(field: &str, list: &[Topic]) -> Result<(), Rejection> {
    if list.is_empty() {
        return Err(Rejection::Incomplete {
            field: field.to_owned(),
        });
    }
    Ok(())
}
