//! What an organ is informed of where a defence or a victim's agency was applied for (关于刑事诉讼法律援助工作的规定 art. 12, 22): who
//! acts, another lawyer, the end.

use super::*;

/// The clocks that run, with their last days.
fn clocks(history: &[Event]) -> Vec<(String, String)> {
    let matter = state(history).unwrap();
    let all = matter.clocks.iter();
    all.map(|clock| (clock.step.to_string(), clock.due.day.to_string()))
        .collect()
}

fn has(history: &[Event], step: &str, day: &str) -> bool {
    clocks(history).contains(&(step.to_owned(), day.to_owned()))
}

fn by_other_reasons() -> Command {
    DetermineMeans::exempt(ExemptGroup::NoFixedIncome, "低保证").into()
}

/// Granted on Tuesday 3 March 2026.
fn granted(world: &World, topic: &str) -> Vec<Event> {
    let history = world.received_as(topic, None);
    world.then(history, &[by_other_reasons(), Grant {}.into()])
}

fn another() -> Command {
    Reassign {
        firm: lawyer().firm,
        licence: "15308202610000002".to_owned(),
        years: None,
        reason: ReassignReason::Unable,
    }
    .into()
}

/// Three days from the grant, as for the assignment, however late the lawyer is assigned; and the aid is not concluded before.
#[test]
fn the_organ_is_informed_within_three_days_of_the_grant() {
    let world = world();
    for topic in ["defence-applied", "victim-agency"] {
        let mut history = granted(&world, topic);
        let assigned = world.when(&history, "2026-03-05 10:00:00", lawyer());
        history.extend(assigned.unwrap());
        assert!(
            has(&history, "legal-aid.inform-organ-applied", "2026-03-06"),
            "{topic}: {:?}",
            clocks(&history)
        );
        let contract = Contract {
            agreement: "2026-17".to_owned(),
        };
        let signed = world.when(&history, "2026-03-05 11:00:00", contract);
        history.extend(signed.unwrap());
        let early = world.when(&history, "2026-03-05 12:00:00", Conclude {});
        assert_eq!(early.unwrap_err(), Rejection::OrganToTell {});
        let late = announcements(
            &state(&history).unwrap(),
            &world.context(at("2026-03-07 09:00:00")),
        );
        let overdue = late.iter().any(|event| {
            matches!(event, Event::ClockOverdue(late) if late.step.as_str() == "legal-aid.inform-organ-applied")
        });
        assert!(overdue, "{topic}: {late:?}");
        history.extend(world.when(&history, "2026-03-05 13:00:00", told()).unwrap());
        assert!(
            clocks(&history).is_empty(),
            "{topic}: {:?}",
            clocks(&history)
        );
        assert!(
            world
                .when(&history, "2026-03-05 14:00:00", Conclude {})
                .is_ok()
        );
    }
}

/// Where a lawyer gives the aid already, the organ is informed from the grant on.
#[test]
fn aid_that_was_given_first_is_told_from_the_grant() {
    let world = world();
    let history = world.received_as("defence-applied", None);
    let history = world.then(history, &[at_once(), by_other_reasons(), Grant {}.into()]);
    assert!(has(
        &history,
        "legal-aid.inform-organ-applied",
        "2026-03-06"
    ));
}

/// The organ is informed again of a change of the lawyer, which mends no lateness.
#[test]
fn another_lawyer_is_told() {
    let world = world();
    let assigned = world.then(granted(&world, "victim-agency"), &[lawyer().into()]);
    let mut informed = world.then(assigned.clone(), &[told().into()]);
    let changed = world.when(&informed, "2026-03-09 10:00:00", another());
    informed.extend(changed.unwrap());
    assert!(has(
        &informed,
        "legal-aid.inform-organ-applied",
        "2026-03-12"
    ));
    let mut untold = assigned;
    let changed = world.when(&untold, "2026-03-09 10:00:00", another());
    untold.extend(changed.unwrap());
    assert!(has(&untold, "legal-aid.inform-organ-applied", "2026-03-06"));
}

/// Art. 22: the organ is informed of the end within three days, also where no lawyer was assigned yet.
#[test]
fn an_early_end_is_told() {
    let world = world();
    let end = Terminate {
        reason: TerminationReason::OwnLawyer,
    };
    let unassigned = granted(&world, "defence-applied");
    let assigned = world.then(unassigned.clone(), &[lawyer().into()]);
    for history in [unassigned, assigned] {
        let history = world.then(history, &[end.clone().into()]);
        assert_eq!(
            clocks(&history),
            [(
                "legal-aid.inform-organ-end".to_owned(),
                "2026-03-06".to_owned()
            )]
        );
        let of_end = InformOrgan {
            lawyer: None,
            contact: None,
            ..told()
        };
        let informed = world.then(history, &[of_end.into()]);
        assert!(clocks(&informed).is_empty());
    }
}

/// Nothing was given where the application was refused, and a civil case has no organ: there is nothing to inform one of.
#[test]
fn a_refusal_and_a_civil_case_have_no_organ_to_inform() {
    let world = world();
    let refuse = Refuse {
        reason: RefusalReason::NotProven,
    };
    let refused = world.received_as("defence-applied", None);
    let refused = world.then(refused, &[refuse.into(), Object {}.into()]);
    let history = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    for history in [refused, history] {
        let matter = state(&history).unwrap();
        let context = world.context(at("2026-03-03 10:00:00"));
        let offered = onestop_matter::domain::possible(&matter, &context);
        assert!(!offered.contains(&"inform-organ"), "{:?}", matter.step);
        let word = world.when(&history, "2026-03-04 10:00:00", told());
        assert_eq!(word.unwrap_err(), Rejection::NotNotified {});
    }
}

/// 法律援助法 art. 25, 36, 44: a period that ends and an organ that has to notify wait neither for papers nor for another agency's
/// answer. The review that stood still goes on, or is over.
#[test]
fn what_cannot_wait_waits_for_no_papers_and_no_answer() {
    let world = world();
    for waiting in [missing(), letter()] {
        let history = world.received_as("defence-applied", None);
        let history = world.then(history, &[waiting]);
        let first = world
            .when(&history, "2026-03-04 10:00:00", at_once())
            .unwrap();
        let first = [history.clone(), first].concat();
        assert_eq!(state(&first).unwrap().step, Step::UrgentFirst);
        // Due 9 March; 4 March stood still.
        assert_eq!(due(&first), "2026-03-10");
        let taken = world.when(&history, "2026-03-04 10:00:00", notice(Gravity::Ordinary));
        let taken = [history, taken.unwrap()].concat();
        assert_eq!(state(&taken).unwrap().step, Step::Notified);
        assert_eq!(
            clocks(&taken),
            [(
                "legal-aid.assign-notified".to_owned(),
                "2026-03-09".to_owned()
            )]
        );
    }
}
