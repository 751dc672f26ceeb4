//! The bounds of effective time: an act is entered when it happens, or afterwards from paper (补录), and then neither
//! before what it rests on nor so late that it can no longer be checked.

use onestop_proto::{clock::Step, matter::Rejection};

use super::{Context, Matter, SpecialistRules};

/// The step that limits how late paper can be entered, in the directory's standards: `<service>.late-entry`.
const LATE_ENTRY: &str = "late-entry";

/// Refuses a moment that an act cannot have.
///
/// # Errors
/// That it is in the future, before what it rests on, or entered too late.
pub(super) fn check<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let (occurred, now) = (context.happened_at, context.now);
    if occurred > now {
        return Err(Rejection::ImpossibleTime { occurred, now });
    }
    if occurred == now {
        return Ok(());
    }
    let earlier = matter.counted_from.max(context.latest_act);
    if let Some(earlier) = earlier.filter(|earlier| occurred < *earlier) {
        return Err(Rejection::BeforeBasis { occurred, earlier });
    }
    let step = format!("{}.{LATE_ENTRY}", L::service());
    let step: Option<Step> = step.parse().ok();
    let directory = context.directory;
    let limit = step.and_then(|step| directory.limit(&step, matter.division, now.china_date()));
    let Some(limit) = limit else { return Ok(()) };
    let due = directory.due(&limit, occurred);
    if now >= due.at {
        let (day, basis) = (due.day.to_string(), limit.basis);
        return Err(Rejection::EnteredTooLate {
            occurred,
            day,
            basis,
        });
    }
    Ok(())
}
