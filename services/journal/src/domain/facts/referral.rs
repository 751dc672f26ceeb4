//! The facts of referral's events about the handoffs.

use onestop_proto::{ids::UnitId, narrowed, referral, text::Words, time::Timestamp};

use super::{Names, labelled, message};

narrowed! {
    /// The events about handoffs that say more than their title.
    enum Fact of referral {
        CustodyTaken, Routed, Unroutable, Offered, Accepted, Declined, Returned, Recalled, Expired,
        Completed,
    }
}

pub(super) fn facts(event: &referral::Event, names: Names<'_>) -> Option<Words> {
    Some(match Fact::of(event)? {
        Fact::CustodyTaken(taken) => Words::untranslated(&names.unit(&taken.by)),
        Fact::Routed(routed) => routing(routed, names),
        Fact::Unroutable(unroutable) => {
            let count = unroutable.candidates.len();
            message("unroutable", &[("count", (&count).into())])
        }
        Fact::Offered(offered) => {
            let to = (&names.unit(&offered.to)).into();
            let until = (&last_day(offered.until)).into();
            message("offered", &[("to", to), ("until", until)])
        }
        Fact::Accepted(accepted) => moved(&accepted.from, &accepted.to, names),
        Fact::Declined(declined) => labelled(&names.unit(&declined.by), declined.reason.text()),
        Fact::Returned(returned) => {
            let moved = moved(&returned.from, &returned.to, names);
            labelled(moved, returned.reason.text())
        }
        Fact::Recalled(recalled) => {
            let to = (&names.unit(&recalled.to)).into();
            let reason = recalled.reason.text().into();
            message("recalled", &[("to", to), ("reason", reason)])
        }
        Fact::Expired(expired) => {
            let to = (&names.unit(&expired.to)).into();
            message("expired", &[("to", to)])
        }
        Fact::Completed(completed) => {
            let moved = moved(&completed.from, &completed.to, names);
            labelled(moved, completed.outcome.text())
        }
    })
}

fn routing(routed: &referral::Routed, names: Names<'_>) -> Words {
    let route = &routed.route;
    message(
        "routed",
        &[
            ("chosen", (&names.unit(&route.chosen)).into()),
            ("rule", route.rule.clone().into()),
            ("count", (&route.candidates.len()).into()),
            ("basis", (&route.basis).into()),
        ],
    )
}

fn moved(from: &UnitId, to: &UnitId, names: Names<'_>) -> Words {
    let (from, to) = (names.unit(from), names.unit(to));
    message("moved", &[("from", (&from).into()), ("to", (&to).into())])
}

/// The day that ends at a moment.
fn last_day(end: Timestamp) -> String {
    end.plus_seconds(-1).china_date().to_string()
}
