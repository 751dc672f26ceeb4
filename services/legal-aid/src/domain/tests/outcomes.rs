//! How a matter ends.

use super::*;

#[test]
fn every_end_of_the_aid_gives_the_case_back() {
    let world = world();
    let granted = [exempt(), Grant {}.into()];
    let with = |more: &[Command]| [&granted[..], more].concat();
    let agreement = "2026-17".to_owned();
    let working = [
        lawyer().into(),
        Contract { agreement }.into(),
        Conclude {}.into(),
    ];
    let terminate = Terminate {
        reason: TerminationReason::OwnLawyer,
    };
    let ends = [
        (with(&working), Outcome::Granted),
        (with(&[terminate.into()]), Outcome::Terminated),
        (unproven(), Outcome::Refused),
        (
            vec![missing(), WithdrawApplication {}.into()],
            Outcome::Terminated,
        ),
    ];
    for (commands, outcome) in ends {
        let history = world.after(&commands);
        let told: Vec<_> = history
            .iter()
            .filter_map(|event| event.describe().outcome)
            .collect();
        assert_eq!(told, [outcome]);
        assert_eq!(state(&history).unwrap().custody, Custody::Gone);
    }
}

#[test]
fn an_objection_is_decided_in_five_days() {
    let world = world();
    let history = world.after(&[unproven(), vec![Object {}.into()]].concat());
    assert_eq!(due(&history), "2026-03-09");
    let correct = world.sent_by(
        "supervisor/he-jun@530821.bureau",
        (&history, "2026-03-05 10:00:00"),
        ruling(Ruling::Correct),
    );
    let mut history = history;
    history.extend(correct.unwrap());
    assert_eq!(state(&history).unwrap().step, Step::Corrected);
}

#[test]
fn a_refused_matter_can_only_be_objected_to() {
    let world = world();
    let history = world.after(&unproven());
    let refused = world
        .when(&history, "2026-03-03 11:00:00", exempt())
        .unwrap_err();
    assert_eq!(
        refused,
        matter::Rejection::NotNow {
            standing: Step::Refused.text().into(),
            possible: "object".to_owned()
        }
        .into()
    );
}

#[test]
fn an_agreement_is_due_five_days_after_the_assignment_and_the_file_thirty_after_the_end() {
    let world = world();
    let assigned = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    assert_eq!(due(&assigned), "2026-03-09");
    let mut history = assigned;
    let agreement = "2026-17".to_owned();
    for command in [Command::from(Contract { agreement }), Conclude {}.into()] {
        history.extend(
            world
                .when(&history, "2026-03-04 10:00:00", command)
                .unwrap(),
        );
    }
    assert_eq!(state(&history).unwrap().step, Step::Concluded);
    assert_eq!(due(&history), "2026-04-03");
}

/// 法律援助法 art. 52: the subsidy keeps to the standard, which is data.
#[test]
fn no_subsidy_is_above_the_standard() {
    let world = world();
    let text = || "2026-17".to_owned();
    let filed = world.after(&[
        exempt(),
        Grant {}.into(),
        lawyer().into(),
        Contract { agreement: text() }.into(),
        Conclude {}.into(),
        SubmitFile { file: text() }.into(),
    ]);
    let set = |subsidy_fen: u64| world.when(&filed, "2026-03-04 10:00:00", Archive { subsidy_fen });
    let above = Rejection::SubsidyAboveStandard {
        yuan: 99_999_999_999,
        most: 10_000,
    };
    assert_eq!(set(9_999_999_999_900), Err(above));
    assert!(set(1_000_001).is_err());
    assert!(set(1_000_000).is_ok());
}
