//! A case that the window would be asked to take itself: it keeps it, and refers nothing to itself.

use onestop_directory::RouteQuery;
use onestop_proto::{ids::UnitId, referral::ReferralSubject, routing::Urgency};

use super::Context;

/// Whether the rules of the directory choose the window itself for what it would refer.
pub(super) fn works_itself(
    window: &UnitId,
    subject: &ReferralSubject,
    context: &Context<'_>,
) -> bool {
    let routed = context.directory.route(&RouteQuery {
        item: &subject.item,
        topic: &subject.topic,
        place: subject.place,
        place_kind: None,
        on: context.happened_at().china_date(),
        sent_away: &[],
        excluded: &[],
        urgency: if subject.urgent {
            Urgency::Urgent
        } else {
            Urgency::Ordinary
        },
        organ: subject.notice.as_ref().map(|notice| notice.organ),
        load: &|_| 0,
    });
    routed.is_ok_and(|route| route.chosen == *window)
}
