//! Assignment of a lawyer, and the organ that notified the agency.

use super::*;

#[test]
fn a_notified_defence_is_assigned_in_three_days_without_a_review() {
    let world = world();
    let applied = world.received_as("defence-applied", None);
    let history = world.then(applied, &[notice(Gravity::LifeOrDeath)]);
    assert_eq!(due(&history), "2026-03-06");
    let of_2020 = |years| Assign {
        licence: "15308202010000001".to_owned(),
        years: Some(years),
        ..lawyer()
    };
    let junior = of_2020(2);
    let refused = world.when(&history, "2026-03-04 10:00:00", junior);
    let (wanted, years) = (3, 2);
    assert_eq!(refused.unwrap_err(), Rejection::TooJunior { wanted, years });
    let senior = world.when(&history, "2026-03-04 10:00:00", of_2020(3));
    assert!(senior.is_ok());
    // The licence says since when.
    let refused = world.when(&history, "2026-03-04 10:00:00", of_2020(99));
    let (years, most) = (99, 6);
    assert_eq!(
        refused.unwrap_err(),
        Rejection::TooManyYears { years, most }
    );
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

/// What has not the form of a licence is not kept: it could be compared with nothing.
#[test]
fn what_is_no_licence_is_refused_by_every_command_that_names_one() {
    let world = world();
    let granted = world.after(&[exempt(), Grant {}.into()]);
    let assigned = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    let received = world.received();
    for wrong in ["0", "1530820261000000", "15308202610000001（云南）"] {
        let licence = || wrong.to_owned();
        let assign = Assign {
            licence: licence(),
            ..lawyer()
        };
        let again = Reassign {
            firm: lawyer().firm,
            licence: licence(),
            years: None,
            reason: ReassignReason::Unable,
        };
        let first = ProvideFirst {
            reason: UrgentReason::PeriodEnds,
            firm: lawyer().firm,
            licence: licence(),
        };
        let tried: [(&[Event], Command); 3] = [
            (&granted, assign.into()),
            (&assigned, again.into()),
            (&received, first.into()),
        ];
        for (history, command) in tried {
            let refused = world.when(history, "2026-03-03 10:00:00", command);
            let licence = licence();
            assert_eq!(refused.unwrap_err(), Rejection::NotALicence { licence });
        }
    }
}

/// 法律援助法 art. 55: another lawyer takes over. The same one again is no change, and the days for the agreement run on.
#[test]
fn the_lawyer_who_has_the_case_does_not_replace_themself() {
    let world = world();
    let history = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    for typed in ["15308202610000001", "执业证号 15308 20261 0000001"] {
        let again = Reassign {
            firm: "普洱某某律师事务所".to_owned(),
            licence: typed.to_owned(),
            years: None,
            reason: ReassignReason::RecipientAsked,
        };
        let refused = world.when(&history, "2026-03-03 10:00:00", again);
        let licence = lawyer().licence;
        assert_eq!(refused.unwrap_err(), Rejection::SameLawyer { licence });
    }
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
