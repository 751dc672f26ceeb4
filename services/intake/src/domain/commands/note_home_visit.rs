//! Noting a visit to the citizen's home (上门服务): on which day, where, and what came of it.

use onestop_proto::{
    case::{Event, HomeVisited, NoteHomeVisit},
    typed::says_nothing,
};

use crate::domain::{Context, Decision, field_problem::incomplete};

pub(super) fn decide(visit: &NoteHomeVisit, context: &Context<'_>) -> Decision {
    let today = context.happened_at().china_date();
    let on = visit.on.unwrap_or(today);
    if on > today {
        return Err(incomplete(
            "on",
            "上门日期在将来：请在上门之后登记 / the day of the visit is in the future: record it afterwards",
        ));
    }
    let address = visit.address.as_ref();
    let is_said = address.is_some_and(|address| !says_nothing(&address.0));
    Ok(vec![Event::from(HomeVisited {
        purpose: visit.purpose,
        on: Some(on),
        address: is_said.then(|| context.sealed.clone()),
        outcome: visit.outcome,
    })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Plaintext, Rejection, VisitOutcome, VisitPurpose};

    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn a_visit_has_a_day_a_place_and_an_outcome() {
        let world = world();
        let history = [world.opened()];
        let visit = NoteHomeVisit {
            purpose: VisitPurpose::Material,
            on: Some("2026-11-22".parse().unwrap()),
            address: Some(Plaintext("新塘村三组".to_owned())),
            outcome: Some(VisitOutcome::Done),
        };
        let events = world.after(&history).when(visit.clone()).unwrap();
        let [Event::HomeVisited(visited)] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!((visited.on, visited.outcome), (visit.on, visit.outcome));
        assert!(visited.address.is_some());
        let to_come = NoteHomeVisit {
            on: Some("2036-01-01".parse().unwrap()),
            ..visit.clone()
        };
        let refused = world.after(&history).when(to_come);
        assert!(matches!(refused, Err(Rejection::Incomplete { field, .. }) if field == "on"));
        let today = NoteHomeVisit {
            on: None,
            address: Some(Plaintext(" ".to_owned())),
            ..visit
        };
        let events = world.after(&history).when(today).unwrap();
        assert!(
            matches!(&events[..], [Event::HomeVisited(visited)] if visited.on.is_some() && visited.address.is_none())
        );
        // Stored before a visit had a day.
        let stored = serde_json::from_str::<HomeVisited>(r#"{"purpose":"material"}"#);
        assert!(stored.unwrap().on.is_none());
    }
}
