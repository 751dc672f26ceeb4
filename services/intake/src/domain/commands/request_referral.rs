//! Referring a case that is at the window (转办): because no unit took it, or because its result does not
//! help enough.

use onestop_proto::case::{Event, ReferralRequested, Rejection, RequestReferral};

use crate::domain::{Case, Context, offering::check_offered};

pub(super) fn decide(
    case: &Case,
    request: &RequestReferral,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let place = request.place.unwrap_or(case.place);
    let about = request.other.as_ref().unwrap_or(&case.about);
    check_offered(about, place, context)?;
    Ok(vec![Event::from(ReferralRequested {
        number: case.opened.number.clone(),
        item: about.item.clone(),
        topic: about.topic.clone(),
        place,
        urgent: case.opened.urgent,
        opposed_to: case.opened.opposed_to,
    })])
}
