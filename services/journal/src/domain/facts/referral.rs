//! The facts of referral's events about the handoffs.

use jiff::civil::Date;
use onestop_proto::{
    date_words::day_words, ids::UnitId, narrowed, referral, routing::Candidate, text::Words,
    time::Timestamp,
};

use super::{Names, labelled, list, message};

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
        Fact::Unroutable(unroutable) => search_without_result(unroutable, names),
        Fact::Offered(offered) => {
            let to = (&names.unit(&offered.to)).into();
            let until = day_words(last_day(offered.until)).into();
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

/// Why each unit cannot have the case, and who designates one.
fn search_without_result(unroutable: &referral::Unroutable, names: Names<'_>) -> Words {
    let reason = |candidate: &Candidate| {
        let unit = names.unit(&candidate.unit);
        let verdict = labelled(&unit, candidate.verdict.text());
        match &candidate.why {
            Some(why) => message(
                "candidate",
                &[("verdict", verdict.into()), ("why", why.clone().into())],
            ),
            None => verdict,
        }
    };
    let count = (&unroutable.candidates.len()).into();
    let reasons = if unroutable.candidates.is_empty() {
        message("no-candidate", &[]).into()
    } else {
        list(unroutable.candidates.iter().map(reason)).into()
    };
    match &unroutable.arbiter {
        Some(arbiter) => {
            let supervisor = (&names.unit(&arbiter.supervisor)).into();
            message(
                "unroutable-submitted",
                &[
                    ("count", count),
                    ("reasons", reasons),
                    ("supervisor", supervisor),
                ],
            )
        }
        None => message("unroutable", &[("count", count), ("reasons", reasons)]),
    }
}

fn moved(from: &UnitId, to: &UnitId, names: Names<'_>) -> Words {
    let (from, to) = (names.unit(from), names.unit(to));
    message("moved", &[("from", (&from).into()), ("to", (&to).into())])
}

fn last_day(end: Timestamp) -> Date {
    end.plus_seconds(-1).china_date()
}
