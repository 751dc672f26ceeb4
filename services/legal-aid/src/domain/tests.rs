//! Given–when–then on the events of a matter.

use std::path::Path;

use onestop_directory::Directory;
use onestop_matter::{
    diagram::assert_drawn,
    domain::{Context, Heard, decide, decide_heard, evolve},
};
use onestop_proto::{
    actor::Actor,
    clock::ClockStarted,
    legal_aid::{
        Assign, Assigned, Command, Conclude, Concluded, DetermineMeans, Event, Grant, Granted,
        Means, MeansDetermined, ReceiveSupplement, Received, RefusalReason, Refuse, Rejection,
        RequestSupplement, Step,
    },
    matter,
    time::Timestamp,
};

use super::LegalAid;

type Matter = onestop_matter::domain::Matter<LegalAid>;

struct World {
    directory: Directory,
    officer: Actor,
}

fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let agency = directory
        .unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap())
        .unwrap();
    let officer = format!("specialist/wang@{}", agency.id).parse().unwrap();
    World { directory, officer }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    fn accepted(&self) -> Heard {
        Heard::Accepted(Received {
            handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
            unit: self.officer.unit.clone(),
            division: "530821".parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            number: "s4k2m9qxa-260302-001".parse().unwrap(),
        })
    }

    fn context(&self, now: Timestamp) -> Context<'_> {
        Context {
            now,
            actor: &self.officer,
            directory: &self.directory,
        }
    }

    /// Received on Monday 2 March 2026.
    fn received(&self) -> Vec<Event> {
        let now = at("2026-03-02 10:00:00");
        decide_heard::<LegalAid>(None, &self.accepted(), &self.context(now)).unwrap()
    }

    fn when(
        &self,
        history: &[Event],
        now: &str,
        command: impl Into<Command>,
    ) -> Result<Vec<Event>, Rejection> {
        let matter = state(history);
        decide(matter.as_ref(), &command.into(), &self.context(at(now)))
    }

    fn after(&self, commands: &[Command]) -> Vec<Event> {
        let mut history = self.received();
        for command in commands {
            history.extend(
                self.when(&history, "2026-03-03 10:00:00", command.clone())
                    .unwrap(),
            );
        }
        history
    }
}

fn state(history: &[Event]) -> Option<Matter> {
    history.iter().fold(None, evolve)
}

fn exempt() -> Command {
    Command::from(DetermineMeans {
        means: Means::Exempt,
    })
}

fn lawyer() -> Assign {
    Assign {
        firm: "宁洱县法律援助中心".to_owned(),
        licence: "15308202610000001".to_owned(),
    }
}

#[test]
fn an_accepted_case_is_received_and_reviewed_within_seven_days() {
    let world = world();
    let events = world.received();
    let [
        Event::Received(Received { unit, .. }),
        Event::ClockStarted(ClockStarted { due, .. }),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(*unit, world.officer.unit);
    // The day itself is not counted: 3 to 9 March.
    assert_eq!(due.day.to_string(), "2026-03-09");
}

#[test]
fn the_means_come_before_the_grant() {
    let world = world();
    let refused = world
        .when(&world.received(), "2026-03-03 10:00:00", Grant {})
        .unwrap_err();
    assert_eq!(refused, Rejection::MeansFirst {});
}

#[test]
fn a_grant_ends_the_review_and_starts_the_assignment() {
    let world = world();
    let history = world.after(&[exempt()]);
    assert_eq!(
        history.last(),
        Some(&Event::from(MeansDetermined {
            means: Means::Exempt
        }))
    );
    let events = world
        .when(&history, "2026-03-03 10:00:00", Grant {})
        .unwrap();
    let [
        Event::Granted(Granted {}),
        Event::ClockStopped(stopped),
        Event::ClockStarted(started),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(stopped.step.as_str(), "legal-aid.review");
    assert_eq!(started.due.day.to_string(), "2026-03-06");
}

#[test]
fn an_assigned_matter_is_concluded() {
    let world = world();
    let history = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    assert!(history.contains(&Event::from(Assigned {
        firm: lawyer().firm,
        licence: lawyer().licence,
    })));
    let events = world
        .when(&history, "2026-03-20 10:00:00", Conclude {})
        .unwrap();
    assert_eq!(events, [Event::from(Concluded {})]);
}

#[test]
fn nobody_is_assigned_without_a_licence() {
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

#[test]
fn missing_papers_stop_the_clock_and_are_told_once() {
    let world = world();
    let request = RequestSupplement {
        missing: vec!["wage-record".parse().unwrap()],
    };
    let mut history = world.after(&[request.clone().into()]);
    assert_eq!(state(&history).unwrap().step, Step::Supplement);
    // A window took the paper in three days later.
    let brought = Heard::Material {
        materials: vec!["wage-record".parse().unwrap()],
    };
    let context = world.context(at("2026-03-06 10:00:00"));
    history.extend(decide_heard(state(&history).as_ref(), &brought, &context).unwrap());
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Review);
    // Three days stood still: 4, 5 and 6 March.
    assert_eq!(matter.clock.unwrap().due.day.to_string(), "2026-03-12");
    let refused = world
        .when(&history, "2026-03-06 11:00:00", request)
        .unwrap_err();
    assert_eq!(refused, matter::Rejection::ToldOnce {}.into());
}

#[test]
fn another_agency_has_no_say() {
    let world = world();
    let other: Actor = "specialist/li@s00000000.legal-aid".parse().unwrap();
    let matter = state(&world.received());
    let context = Context {
        now: at("2026-03-03 10:00:00"),
        actor: &other,
        directory: &world.directory,
    };
    let refused = decide(matter.as_ref(), &exempt(), &context).unwrap_err();
    assert_eq!(
        refused,
        matter::Rejection::NotYourMatter {
            holder: world.officer.unit.clone(),
            unit: other.unit.clone()
        }
        .into(),
    );
}

#[test]
fn a_refused_matter_is_over() {
    let world = world();
    let refuse = Refuse {
        reason: RefusalReason::OutOfScope,
    };
    let history = world.after(&[refuse.into()]);
    assert!(state(&history).unwrap().ended());
    let refused = world
        .when(&history, "2026-03-03 11:00:00", exempt())
        .unwrap_err();
    assert_eq!(
        refused,
        matter::Rejection::NotNow {
            standing: Step::Refused.text().into(),
            possible: String::new()
        }
        .into()
    );
}

#[test]
fn a_case_that_leaves_stops_the_clock() {
    let world = world();
    let history = world.received();
    let left = Heard::Left {
        handoff: state(&history).unwrap().handoff,
    };
    let context = world.context(at("2026-03-03 10:00:00"));
    let events = decide_heard(state(&history).as_ref(), &left, &context).unwrap();
    assert!(matches!(
        events[..],
        [Event::HandedBack(_), Event::ClockStopped(_)]
    ));
}

#[test]
fn the_readme_shows_what_can_be_done() {
    let world = world();
    let paper = || vec!["wage-record".parse().unwrap()];
    let samples = [
        exempt(),
        RequestSupplement { missing: paper() }.into(),
        ReceiveSupplement { materials: paper() }.into(),
        Grant {}.into(),
        Refuse {
            reason: RefusalReason::NotProven,
        }
        .into(),
        lawyer().into(),
        Conclude {}.into(),
    ];
    let left = Heard::Left {
        handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
    };
    let material = Heard::Material { materials: paper() };
    assert_drawn::<LegalAid>(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"),
        (
            &world.accepted(),
            &[
                ("referral.returned", left),
                ("intake.material-received", material),
            ],
        ),
        &samples,
        &world.context(at("2026-03-03 10:00:00")),
    );
}
