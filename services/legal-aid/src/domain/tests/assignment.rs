//! Assignment of a lawyer, and the organ that notified the agency.

use super::*;

#[test]
fn a_notified_defence_is_assigned_in_three_days_without_a_review() {
    let world = world();
    let applied = world.received_as("defence-applied", None);
    let history = world.then(applied, &[notice(Gravity::LifeOrDeath)]);
    assert_eq!(due(&history), "2026-03-06");
    let junior = Assign {
        years: Some(2),
        ..lawyer()
    };
    let refused = world.when(&history, "2026-03-04 10:00:00", junior);
    let (wanted, years) = (3, 2);
    assert_eq!(refused.unwrap_err(), Rejection::TooJunior { wanted, years });
    let senior = Assign {
        years: Some(3),
        ..lawyer()
    };
    assert!(world.when(&history, "2026-03-04 10:00:00", senior).is_ok());
}

#[test]
fn only_an_organ_that_notified_is_informed() {
    let world = world();
    let asked_for = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    let refused = world.when(&asked_for, "2026-03-04 10:00:00", told());
    assert_eq!(refused.unwrap_err(), Rejection::NotNotified {});
    let applied = world.received_as("defence-applied", None);
    let notified = world.then(applied, &[notice(Gravity::Ordinary), lawyer().into()]);
    assert!(world.when(&notified, "2026-03-04 10:00:00", told()).is_ok());
}

#[test]
fn a_lawyer_without_a_licence_is_not_assigned() {
    let world = world();
    let history = world.after(&[exempt(), Grant {}.into()]);
    let nameless = Assign {
        licence: String::new(),
        ..lawyer()
    };
    let refused = world
        .when(&history, "2026-03-03 10:00:00", nameless)
        .unwrap_err();
    assert_eq!(
        refused,
        matter::Rejection::Incomplete {
            field: "licence".to_owned()
        }
        .into()
    );
}

/// 法律援助法 art. 44: a period that ends within seven days does not wait for papers; the review goes on.
#[test]
fn aid_is_given_first_also_while_papers_are_missing() {
    let world = world();
    let missing = supplement("2026-03-20");
    let mut history = world.after(&[missing.into()]);
    history.extend(
        world
            .when(&history, "2026-03-05 10:00:00", at_once())
            .unwrap(),
    );
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::UrgentFirst);
    // 4 and 5 March stood still; 11 March is the last day.
    assert_eq!(due(&history), "2026-03-11");
}
