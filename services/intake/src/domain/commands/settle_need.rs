//! Recording how a need of the citizen was seen to (需求落实).

use onestop_proto::case::{Event, NeedSettled, Rejection, SettleNeed};

use crate::domain::{Case, Decision};

pub(super) fn decide(case: &Case, settle: &SettleNeed) -> Decision {
    let SettleNeed { need, how } = *settle;
    if !case.open_needs().contains(&need) {
        return Err(Rejection::NoSuchNeed { need });
    }
    Ok(vec![Event::from(NeedSettled { need, how })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{
        Archive, Close, NeedKind, NeedOutcome, Needs, NoteHomeVisit, Open, SpokenLanguage,
        VisitOutcome, VisitPurpose,
    };

    use super::*;
    use crate::domain::test_support::*;

    /// A question that was answered, of a citizen with needs.
    fn answered_with(world: &World, needs: Needs) -> Vec<Event> {
        let Event::Opened(mut opened) = world.opened_for("consultation") else {
            panic!("a case begins with its opening")
        };
        opened.needs = needs;
        vec![Event::from(opened), answered()]
    }

    fn settle(need: NeedKind, how: NeedOutcome) -> SettleNeed {
        SettleNeed { need, how }
    }

    fn visit(outcome: VisitOutcome) -> NoteHomeVisit {
        NoteHomeVisit {
            purpose: VisitPurpose::Answer,
            on: None,
            address: None,
            outcome: Some(outcome),
        }
    }

    #[test]
    fn the_language_goes_with_the_referral() {
        let opening = Open {
            needs: Needs {
                language: Some(SpokenLanguage::Lahu),
                ..Needs::default()
            },
            ..open("mediation", "land", TOWN)
        };
        let events = world().after(&[]).when(opening).unwrap();
        let [Event::Opened(_), Event::ReferralRequested(requested), ..] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(requested.subject.language, Some(SpokenLanguage::Lahu));
    }

    #[test]
    fn a_need_is_met_or_declined_before_the_case_is_archived() {
        let world = world();
        let needs = Needs {
            language: Some(SpokenLanguage::Lahu),
            interpreter: true,
            home_visit: true,
            ..Needs::default()
        };
        let mut history = answered_with(&world, needs);
        let open = vec![NeedKind::Interpreter, NeedKind::HomeVisit];
        let closed = world.after(&history).when(Close {}).unwrap();
        // The closing tells its reader.
        assert!(matches!(&closed[..], [Event::Closed(closed)] if closed.open_needs == open));
        history.extend(closed);
        let refused = world.after(&history).when(Archive {});
        assert_eq!(refused, Err(Rejection::NeedsOpen { needs: open }));

        let met = settle(NeedKind::Interpreter, NeedOutcome::ByOthers);
        history.extend(world.after(&history).when(met.clone()).unwrap());
        let need = NeedKind::Interpreter;
        let twice = world.after(&history).when(met);
        assert_eq!(twice, Err(Rejection::NoSuchNeed { need }));
        let declined = settle(NeedKind::HomeVisit, NeedOutcome::Declined);
        history.extend(world.after(&history).when(declined).unwrap());
        assert!(world.after(&history).when(Archive {}).is_ok());
    }

    #[test]
    fn a_visit_that_is_done_is_the_one_that_was_needed() {
        let world = world();
        let needs = Needs {
            home_visit: true,
            ..Needs::default()
        };
        let mut history = answered_with(&world, needs);
        for (outcome, open) in [(VisitOutcome::NotAtHome, 1), (VisitOutcome::Done, 0)] {
            history.extend(world.after(&history).when(visit(outcome)).unwrap());
            let case = history.iter().fold(None, crate::domain::evolve).unwrap();
            assert_eq!(case.open_needs().len(), open, "{outcome}");
        }
    }

    #[test]
    fn what_is_not_needed_is_not_settled() {
        let world = world();
        let history = answered_with(&world, Needs::default());
        let need = NeedKind::Language;
        let refused = world
            .after(&history)
            .when(settle(need, NeedOutcome::ByStaff));
        assert_eq!(refused, Err(Rejection::NoSuchNeed { need }));
    }
}
