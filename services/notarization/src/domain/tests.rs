//! Given–when–then on the events of a matter.

use std::path::Path;

use onestop_directory::Directory;
use onestop_matter::{
    diagram::assert_drawn,
    domain::{Context, Heard, decide, decide_heard, evolve},
};
use onestop_proto::{
    actor::Actor,
    notarization::{
        AcceptApplication, Accepted, Command, Event, Issue, ReceiveSupplement, Received,
        RefusalReason, Refuse, Rejection, RequestSupplement, Step,
    },
    time::Timestamp,
};

use super::Notarization;

type Matter = onestop_matter::domain::Matter<Notarization>;

struct World {
    directory: Directory,
    notary: Actor,
}

fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let office = directory
        .unit_at("530821".parse().unwrap(), &"notarization".parse().unwrap())
        .unwrap();
    let notary = format!("specialist/li@{}", office.id).parse().unwrap();
    World { directory, notary }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    fn context(&self, now: &str) -> Context<'_> {
        Context {
            now: at(now),
            actor: &self.notary,
            directory: &self.directory,
        }
    }

    fn accepted(&self) -> Heard {
        Heard::Accepted(Received {
            handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
            unit: self.notary.unit.clone(),
            division: "530821".parse().unwrap(),
            topic: "gift-real-estate".parse().unwrap(),
            number: "s4k2m9qxa-260302-001".parse().unwrap(),
        })
    }

    /// Received on Monday 2 March 2026.
    fn received(&self) -> Vec<Event> {
        let context = self.context("2026-03-02 10:00:00");
        decide_heard::<Notarization>(None, &self.accepted(), &context).unwrap()
    }

    fn when(
        &self,
        history: &[Event],
        now: &str,
        command: impl Into<Command>,
    ) -> Result<Vec<Event>, Rejection> {
        decide(state(history).as_ref(), &command.into(), &self.context(now))
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

fn title_missing() -> Command {
    Command::from(RequestSupplement {
        missing: vec!["property-title".parse().unwrap()],
    })
}

fn certificate() -> Issue {
    Issue {
        certificate: "(2026)云宁证字第101号".to_owned(),
    }
}

#[test]
fn missing_papers_stop_the_clock_until_a_window_takes_them_in() {
    let world = world();
    let mut history = world.after(&[title_missing()]);
    assert_eq!(state(&history).unwrap().step, Step::Supplement);
    let other = Heard::Material {
        materials: vec!["marriage-certificate".parse().unwrap()],
    };
    let context = world.context("2026-03-04 10:00:00");
    history.extend(decide_heard(state(&history).as_ref(), &other, &context).unwrap());
    assert_eq!(state(&history).unwrap().step, Step::Supplement);
    let title = Heard::Material {
        materials: vec!["property-title".parse().unwrap()],
    };
    let context = world.context("2026-03-06 10:00:00");
    history.extend(decide_heard(state(&history).as_ref(), &title, &context).unwrap());
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Examination);
    // Due 5 March (3 working days); 4, 5 and 6 March stood still: Friday 6, Monday 9, Tuesday 10.
    assert_eq!(matter.clock.unwrap().due.day.to_string(), "2026-03-10");
}

#[test]
fn the_certificate_is_due_fifteen_working_days_after_acceptance() {
    let world = world();
    let events = world
        .when(
            &world.received(),
            "2026-03-03 10:00:00",
            AcceptApplication {},
        )
        .unwrap();
    let [
        Event::Accepted(Accepted { told_by }),
        Event::ClockStopped(_),
        Event::ClockStarted(clock),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(*told_by, world.notary.staff);
    assert_eq!(clock.due.day.to_string(), "2026-03-24");
}

#[test]
fn nothing_is_issued_before_acceptance() {
    let world = world();
    let refused = world
        .when(&world.received(), "2026-03-03 10:00:00", certificate())
        .unwrap_err();
    assert!(matches!(refused, Rejection::NotNow { .. }));
}

#[test]
fn a_case_that_leaves_stops_the_clock() {
    let world = world();
    let history = world.received();
    let left = Heard::Left {
        handoff: state(&history).unwrap().handoff,
    };
    let context = world.context("2026-03-03 10:00:00");
    let events = decide_heard(state(&history).as_ref(), &left, &context).unwrap();
    assert!(matches!(
        events[..],
        [Event::HandedBack(_), Event::ClockStopped(_)]
    ));
}

#[test]
fn the_readme_shows_what_can_be_done() {
    let world = world();
    let paper = || vec!["property-title".parse().unwrap()];
    let samples = [
        title_missing(),
        ReceiveSupplement { materials: paper() }.into(),
        AcceptApplication {}.into(),
        certificate().into(),
        Refuse {
            reason: RefusalReason::Dispute,
        }
        .into(),
    ];
    let left = Heard::Left {
        handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
    };
    let material = Heard::Material { materials: paper() };
    assert_drawn::<Notarization>(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"),
        (
            &world.accepted(),
            &[
                ("referral.returned", left),
                ("intake.material-received", material),
            ],
        ),
        &samples,
        &world.context("2026-03-03 10:00:00"),
    );
}
