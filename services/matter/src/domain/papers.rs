//! Missing papers: told once, of everything (一次性告知); the clock stands still until they come.

use onestop_proto::{
    clock::PauseReason,
    ids::Topic,
    matter::{Rejection, SupplementReceived, SupplementRequested},
};

use super::{Context, Law, Matter, pause, resume};

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
    let paused = pause(matter, PauseReason::Supplement, context);
    Ok(std::iter::once(requested.into()).chain(paused).collect())
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
    Ok(std::iter::once(received.into()).chain(resumed).collect())
}

fn named(field: &str, list: &[Topic]) -> Result<(), Rejection> {
    if list.is_empty() {
        return Err(Rejection::Incomplete {
            field: field.to_owned(),
        });
    }
    Ok(())
}
