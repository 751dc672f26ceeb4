//! 复查 (公证程序规则): another notary of the office than the one who handled the matter reviews a certificate and decides, within a
//! year from when the party received it.

use onestop_matter::domain::available;

use super::*;
use crate::domain::Decision;

const NOON: &str = "2026-03-10 12:00:00";

/// A roster of the office: 公证员 zhao, and one who left before.
const ROSTER: &str = r#"
[[person]]
id = "zhao"
division = "530821"
kind = "notarization"
valid_from = 2020-01-01
source = "测试"
status = "unconfirmed"

[[person]]
id = "qian"
division = "530821"
kind = "notarization"
valid_from = 2020-01-01
valid_to = 2025-12-31
source = "测试"
status = "unconfirmed"
"#;

fn issued(world: &World) -> Vec<Event> {
    world.after(&[&accepted()[..], &[certificate().into()]].concat())
}

fn ask(reviewer: &str, known: &str) -> AskReview {
    AskReview {
        applicant: ReviewBy::Party,
        known_on: at(known),
        reviewer: reviewer.parse().unwrap(),
    }
}

fn kept() -> DecideReview {
    DecideReview {
        outcome: ReviewOutcome::Kept,
        letter: "宁证复〔2026〕1号".to_owned(),
    }
}

impl World {
    fn by(&self, staff: &str, history: &[Event], command: &Command) -> Decision {
        let actor = self.colleague(staff);
        let context = Context::at(at(NOON), &actor, &self.directory);
        decide(state(history).as_ref(), command, &context)
    }

    fn colleague(&self, staff: &str) -> Actor {
        Actor {
            staff: staff.parse().unwrap(),
            ..self.notary.clone()
        }
    }
}

#[test]
fn another_notary_reviews_and_only_within_a_year() {
    let world = world();
    let history = issued(&world);
    let same = world.when(&history, NOON, ask("li", "2026-03-04 09:00:00"));
    assert!(matches!(same, Err(Rejection::SameNotary { .. })));
    let late = world.when(
        &history,
        "2027-03-05 10:00:00",
        ask("zhao", "2026-03-04 09:00:00"),
    );
    assert!(matches!(late, Err(Rejection::ReviewLate { .. })));
    let in_time = world.when(
        &history,
        "2027-03-04 10:00:00",
        ask("zhao", "2026-03-04 09:00:00"),
    );
    assert!(in_time.is_ok());
}

/// The notary who explained the consequences handled the matter, also where a colleague issued the certificate.
#[test]
fn nor_does_the_notary_who_handled_the_matter() {
    let world = world();
    let mut history = world.after(&accepted());
    let issue = certificate().into();
    history.extend(world.by("sun", &history, &issue).unwrap());
    let handled = world.when(&history, NOON, ask("li", "2026-03-10 09:00:00"));
    let notary = "li".parse().unwrap();
    assert_eq!(handled.unwrap_err(), Rejection::HandledIt { notary });
    let another = world.when(&history, NOON, ask("zhao", "2026-03-10 09:00:00"));
    assert!(another.is_ok(), "{another:?}");
}

/// The decision is of the person who was named, and is offered to that person alone.
#[test]
fn the_notary_who_was_named_decides_and_no_other() {
    let world = world();
    let mut history = issued(&world);
    history.extend(
        world
            .when(&history, NOON, ask("zhao", "2026-03-04 09:00:00"))
            .unwrap(),
    );
    let named = "zhao".parse().unwrap();
    let refused = Rejection::Matter(matter::Rejection::NotTheNamed { named });
    for other in ["li", "sun"] {
        let decided = world.by(other, &history, &kept().into());
        assert_eq!(decided, Err(refused.clone()), "{other}");
    }
    let offered = |staff: &str| {
        let matter = state(&history).unwrap();
        let colleague = world.colleague(staff);
        let context = Context::at(at(NOON), &colleague, &world.directory);
        available(&matter, &context).contains(&"decide-review")
    };
    assert!(offered("zhao") && !offered("li") && !offered("sun"));
    let decided = world.by("zhao", &history, &kept().into()).unwrap();
    assert!(
        matches!(decided[..], [Event::ReviewDecided(_), ..]),
        "{decided:?}"
    );
}

/// Another person is named where the first cannot: the thirty days run on.
#[test]
fn another_reviewer_is_named_and_the_clock_runs_on() {
    let world = world();
    let mut history = issued(&world);
    let known = "2026-03-04 09:00:00";
    history.extend(world.when(&history, NOON, ask("zhao", known)).unwrap());
    let due = state(&history).unwrap().clock().unwrap().due.clone();
    let again = world.when(&history, "2026-03-20 10:00:00", ask("sun", known));
    history.extend(again.unwrap());
    assert_eq!(state(&history).unwrap().clock().unwrap().due, due);
    assert!(world.by("zhao", &history, &kept().into()).is_err());
    assert!(world.by("sun", &history, &kept().into()).is_ok());
}

/// Of an office whose roster is kept, one of its notaries on that day.
#[test]
fn a_person_who_is_not_on_the_roster_is_not_named() {
    let directory = Directory::built_in_with("sites.toml", ROSTER).unwrap();
    let world = World {
        directory,
        ..world()
    };
    let history = issued(&world);
    for unknown in ["nobody-at-all", "qian"] {
        let refused = world.when(&history, NOON, ask(unknown, "2026-03-04 09:00:00"));
        assert!(
            matches!(refused, Err(Rejection::UnknownReviewer { .. })),
            "{unknown}: {refused:?}"
        );
    }
    let known = world.when(&history, NOON, ask("zhao", "2026-03-04 09:00:00"));
    assert!(known.is_ok(), "{known:?}");
}

#[test]
fn a_certificate_is_not_known_before_its_issue_nor_on_a_day_to_come() {
    let world = world();
    let history = issued(&world);
    for before in ["2010-01-01 00:00:00", "2026-03-02 23:59:59"] {
        let refused = world.when(&history, NOON, ask("zhao", before));
        assert!(
            matches!(refused, Err(Rejection::KnownBeforeIssue { .. })),
            "{before}: {refused:?}"
        );
    }
    let to_come = world.when(&history, NOON, ask("zhao", "2026-03-11 09:00:00"));
    assert!(matches!(to_come, Err(Rejection::KnownToCome { .. })));
    let same_day = world.when(&history, NOON, ask("zhao", "2026-03-03 00:00:00"));
    assert!(same_day.is_ok(), "{same_day:?}");
}

/// A certificate of before the rule's first day in the directory: its year is over too.
#[test]
fn a_day_before_the_first_day_of_the_rule_is_bounded_by_it() {
    let world = world();
    let mut history = issued(&world);
    for event in &mut history {
        if let Event::Issued(issued) = event {
            issued.at = Some(at("2010-01-01 10:00:00"));
        }
    }
    let late = world.when(&history, NOON, ask("zhao", "2010-01-01 12:00:00"));
    assert!(
        matches!(late, Err(Rejection::ReviewLate { .. })),
        "{late:?}"
    );
}
