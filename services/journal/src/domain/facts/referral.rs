//! The facts of referral's events about the handoffs.

use onestop_proto::{
    acting_person::ActingPerson,
    catalogue::Argument,
    date_words::day_words,
    division::DivisionCode,
    ids::UnitId,
    narrowed,
    referral::{self, FormerApplication},
    routing::Candidate,
    text::Words,
};

use super::{Names, labelled, list, message};

narrowed! {
    /// The events about handoffs that say more than their title.
    enum Fact of referral {
        CustodyTaken, Routed, Unroutable, Offered, Accepted, Declined, Returned, Recalled, Expired,
        Completed, Engaged, OtherSideEngaged, ConflictFound, UrgencyChanged,
    }
}

pub(super) fn facts(event: &referral::Event, names: Names<'_>) -> Option<Words> {
    Some(match Fact::of(event)? {
        Fact::CustodyTaken(taken) => Words::untranslated(&names.unit(&taken.by)),
        Fact::Routed(routed) => after_former(routing(routed, names), routed.former.as_ref()),
        Fact::Unroutable(unroutable) => {
            let found = search_without_result(unroutable, names);
            after_former(found, unroutable.former.as_ref())
        }
        Fact::Offered(offered) => {
            let to = (&names.unit(&offered.to)).into();
            let until = day_words(offered.until.last_china_date()).into();
            message("offered", &[("to", to), ("until", until)])
        }
        Fact::Accepted(accepted) => moved(&accepted.from, &accepted.to, names),
        Fact::Declined(declined) => {
            let why = labelled(&names.unit(&declined.by), declined.reason.text());
            with_place(why, declined.belongs_to, names)
        }
        Fact::Returned(returned) => {
            let moved = moved(&returned.from, &returned.to, names);
            let why = labelled(moved, returned.reason.text());
            with_place(why, returned.belongs_to, names)
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
        Fact::UrgencyChanged(changed) => changed.urgency.text().into(),
        Fact::Engaged(engaged) => acting(&engaged.person),
        Fact::OtherSideEngaged(engaged) => acting(&engaged.person),
        Fact::ConflictFound(found) => {
            let supervisor = (&names.unit(&found.supervisor)).into();
            let person = (&found.person.label()).into();
            message(
                "conflict-found",
                &[("person", person), ("supervisor", supervisor)],
            )
        }
        Fact::Completed(completed) => {
            let moved = moved(&completed.from, &completed.to, names);
            labelled(moved, completed.outcome.text())
        }
    })
}

/// Where a new application goes, and which one it follows.
fn after_former(routed: Words, former: Option<&FormerApplication>) -> Words {
    let Some(former) = former else { return routed };
    let ended = day_words(former.ended_at.china_date());
    let mut facts: Vec<(&'static str, Argument)> = vec![
        ("routed", routed.into()),
        ("end", former.end.text().into()),
        ("ended", ended.into()),
    ];
    let Some(received) = former.received_at else {
        return message("renewed-unreceived", &facts);
    };
    facts.push(("received", day_words(received.china_date()).into()));
    message("renewed", &facts)
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

/// Why a case was sent away, and which place is responsible instead, where the unit says one.
fn with_place(why: Words, place: Option<DivisionCode>, names: Names<'_>) -> Words {
    let Some(place) = place else { return why };
    let place = names.0.full_name(place);
    message(
        "belongs-to",
        &[("why", why.into()), ("place", (&place).into())],
    )
}

/// Who acts: a colleague by the id, whose name a reader sees, or by the licence alone.
fn acting(person: &ActingPerson) -> Words {
    match (&person.staff, &person.licence) {
        (None, Some(licence)) => message("licensed", &[("licence", licence.into())]),
        (Some(_) | None, _) => Words::untranslated(person.label()),
    }
}

fn moved(from: &UnitId, to: &UnitId, names: Names<'_>) -> Words {
    let (from, to) = (names.unit(from), names.unit(to));
    message("moved", &[("from", (&from).into()), ("to", (&to).into())])
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;
    use onestop_proto::referral::{Declined, Event, ReturnReason};

    use super::*;

    /// Where a unit says that a case belongs, every timeline and print says too, also of another province.
    #[test]
    fn the_place_that_is_responsible_instead_is_told() {
        let directory = Directory::built_in().unwrap();
        let told = |place: Option<&str>| {
            let declined = Event::from(Declined {
                handoff: "019ab0c4-8000-7000-8000-000000000001".parse().unwrap(),
                by: "s6chnegt3.legal-aid".parse().unwrap(),
                staff: None,
                holder: "s6chnegt3.window".parse().unwrap(),
                reason: ReturnReason::NotInJurisdiction,
                belongs_to: place.map(|place| place.parse().unwrap()),
                note: None,
                at: "2026-03-02 10:00:00".parse().unwrap(),
            });
            facts(&declined, Names(&directory)).unwrap().zh
        };
        let outside = told(Some("510104"));
        assert!(
            outside.ends_with("；应由 四川省（510104） 负责"),
            "{outside}"
        );
        let here = told(Some("530802"));
        assert!(here.ends_with("；应由 普洱市思茅区 负责"), "{here}");
        assert!(!told(None).contains("应由"));
    }
}
