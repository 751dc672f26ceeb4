//! Missing papers: requested once, all of them (一次性告知); the clock is paused until they come, and no longer than their last day.

use onestop_proto::{
    clock::PauseReason,
    ids::Topic,
    matter::{Rejection, SupplementReceived, SupplementRequested},
};

use super::{
    Context, Matter, SpecialistRules,
    clocks::{pause, pause_until, resume},
    require_any,
};

/// Requests what is missing, and pauses the clock.
///
/// # Errors
/// If papers were requested before, nothing is named, or none are requested at the matter's step.
pub fn request_supplement<L: SpecialistRules>(
    matter: &Matter<L>,
    requested: SupplementRequested,
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    if !L::requests_papers(matter.step) {
        return Err(matter.not_now().into());
    }
    if matter.missing.is_some() {
        return Err(Rejection::ToldOnce {}.into());
    }
    require_any("missing", &requested.missing)?;
    let reason = PauseReason::Supplement;
    let paused = match requested.last_day {
        Some(day) => pause_until(matter, reason, day, context),
        None => pause(matter, reason, context),
    };
    Ok(std::iter::once(requested.into()).chain(paused).collect())
}

/// Records the papers that came; when none is missing any more, the clock runs again.
///
/// # Errors
/// If nothing came, or the matter does not wait for papers.
pub fn receive_supplement<L: SpecialistRules>(
    matter: &Matter<L>,
    materials: &[Topic],
    context: &Context<'_>,
) -> Result<Vec<L::Event>, L::Rejection> {
    let awaited = match &matter.missing {
        Some(awaited) if L::awaits_papers(matter.step) => awaited,
        Some(_) | None => return Err(matter.not_now().into()),
    };
    require_any("materials", materials)?;
    let missing: Vec<Topic> = awaited
        .iter()
        .filter(|paper| !materials.contains(paper))
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
