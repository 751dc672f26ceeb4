//! Correcting what was taken down (更正): a new event names the event that it corrects.

use onestop_proto::case::{About, Care, Correct, Corrected, Event, Needs, Rejection};

use crate::domain::{
    Case, Context, Decision, Reference, Standing, applicant,
    field_problem::collect_problems,
    group,
    needs::check as check_needs,
    notice::{self, Asking},
    offering::{TopicChoice, check_offered, check_worked},
    respondents,
};

pub(super) fn decide(case: &Case, correct: &Correct, context: &Context<'_>) -> Decision {
    let Reference::EventOfCase = context.reference else {
        return Err(Rejection::NoSuchEvent {
            event: correct.event,
        });
    };
    let Correct {
        event,
        reason,
        applicant,
        needs,
        place,
        topic,
    } = correct;
    if applicant.is_none() && needs.is_none() && place.is_none() && topic.is_none() {
        return Err(Rejection::NothingCorrected {});
    }
    let offered = if place.is_some() || topic.is_some() {
        // What routing went by is corrected before it goes by it.
        let (Standing::AtWindow | Standing::ResultBack) = case.standing else {
            return Err(case.not_now());
        };
        check_subject(case, correct, context)
    } else {
        Ok(())
    };
    let asking = Asking::by(case.opened.notice.as_deref());
    let checked = applicant
        .as_ref()
        .map(|applicant| applicant::check(applicant, &case.about.item, asking, context));
    let asked_for = needs.as_ref().map_or(Ok(()), check_needs);
    let checked = collect_problems(asked_for, checked.transpose());
    let findings = collect_problems(offered, checked)?;
    let care = findings.iter().flat_map(|findings| &findings.care);
    let needs = with_care(case, needs.as_ref(), care);
    let corrected = Event::from(Corrected {
        corrects: *event,
        reason: *reason,
        applicant: applicant.as_ref().map(|_| context.sealed.clone()),
        needs,
        place: *place,
        topic: topic.clone(),
        respondents: applicant.as_ref().and_then(respondents::count),
        people: applicant.as_ref().map(group::size),
        warnings: findings
            .map(|findings| findings.warnings)
            .unwrap_or_default(),
    });
    let told = applicant
        .as_ref()
        .and_then(|now| group::report_corrected(case, now, context));
    Ok(std::iter::once(corrected).chain(told).collect())
}

/// Refuses a topic or a place that does not fit the case. An item that has moved out since stays the case's where it is.
fn check_subject(case: &Case, correct: &Correct, context: &Context<'_>) -> Result<(), Rejection> {
    let about = About {
        item: case.about.item.clone(),
        topic: correct
            .topic
            .clone()
            .unwrap_or_else(|| case.about.topic.clone()),
    };
    let choice = if about.topic == case.about.topic {
        TopicChoice::Before
    } else {
        TopicChoice::Now
    };
    match correct.place {
        Some(place) => check_offered(&about, place, choice, context)?,
        None => check_worked(&about, case.place, choice, context)?,
    }
    let letter = notice::kept(case.opened.notice.as_deref(), &about, context.directory);
    notice::check(&about, letter.as_ref(), context)
}

/// What the window must see to, with whom it takes special care of by the identity numbers; none if that changes nothing.
fn with_care<'a>(
    case: &Case,
    corrected: Option<&Needs>,
    care: impl Iterator<Item = &'a Care>,
) -> Option<Needs> {
    let mut needs = corrected.unwrap_or(&case.needs).clone();
    for care in care {
        if !needs.care.contains(care) {
            needs.care.push(*care);
        }
    }
    (corrected.is_some() || needs != case.needs).then_some(needs)
}

#[cfg(test)]
mod tests {
    use onestop_proto::{
        case::{Applicant, Document, DocumentKind, Person},
        division::DivisionCode,
    };

    use super::*;
    use crate::domain::{evolve, test_support::*};

    #[test]
    fn a_person_who_is_added_is_taken_care_of() {
        let world = world();
        let history = [world.opened()];
        let mut applicant = Applicant::named("岩温");
        applicant.people.push(Person {
            document: Some(Document {
                kind: DocumentKind::IdentityCard,
                number: Some("11010519491231002X".to_owned()),
            }),
            ..Person::named("玉香")
        });
        let added = Correct {
            applicant: Some(applicant),
            ..correction()
        };
        let events = world
            .after(&history)
            .with(Reference::EventOfCase)
            .when(added)
            .unwrap();
        let case = evolve(history.iter().fold(None, evolve), &events[0]).unwrap();
        assert_eq!(case.needs.care, [Care::Elderly]);
    }

    #[test]
    fn a_correction_names_an_event_of_the_case_and_what_it_should_have_said() {
        let world = world();
        let history = [world.opened()];
        let mended = Correct {
            applicant: Some(Applicant::named("玉香")),
            topic: Some("labour-relation".parse().unwrap()),
            ..correction()
        };
        let refused = world.after(&history).when(mended.clone()).unwrap_err();
        assert_eq!(
            refused,
            Rejection::NoSuchEvent {
                event: HANDOFF.parse().unwrap()
            }
        );
        let nothing = world
            .after(&history)
            .with(Reference::EventOfCase)
            .when(correction());
        assert_eq!(nothing.unwrap_err(), Rejection::NothingCorrected {});

        let unknown = Correct {
            topic: Some("weather".parse().unwrap()),
            ..correction()
        };
        let refused = world
            .after(&history)
            .with(Reference::EventOfCase)
            .when(unknown);
        assert!(matches!(refused, Err(Rejection::UnknownTopic { .. })));

        let place: DivisionCode = "530821".parse().unwrap();
        let moved = Correct {
            place: Some(place),
            ..correction()
        };
        let events = world
            .after(&history)
            .with(Reference::EventOfCase)
            .when(moved.clone())
            .unwrap();
        let case = evolve(history.iter().fold(None, evolve), &events[0]).unwrap();
        assert_eq!(case.place, place);
        assert_eq!(
            case.opened.place,
            TOWN.parse().unwrap(),
            "what was written stays"
        );

        // Once routing has gone by it, it is no longer corrected here.
        let referred = [world.opened(), world.requested()];
        let refused = world
            .after(&referred)
            .with(Reference::EventOfCase)
            .when(moved);
        assert!(matches!(refused, Err(Rejection::NotNow { .. })));
    }
}
