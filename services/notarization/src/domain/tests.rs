//! Given–when–then on the events of a matter.

use onestop_directory::Directory;
use onestop_matter::domain::{Context, Heard, Law, decide, decide_heard};
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

    /// Received on Monday 2 March 2026.
    fn received(&self) -> Vec<Event> {
        let accepted = Heard::Accepted(Received {
            handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
            unit: self.notary.unit.clone(),
            division: "530821".parse().unwrap(),
            topic: "gift-real-estate".parse().unwrap(),
            number: "s4k2m9qxa-260302-001".parse().unwrap(),
        });
        decide_heard::<Notarization>(None, &accepted, &self.context("2026-03-02 10:00:00")).unwrap()
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
    history.iter().fold(None, Notarization::evolve)
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
fn only_what_is_possible_is_accepted() {
    let world = world();
    let receive = ReceiveSupplement {
        materials: vec!["property-title".parse().unwrap()],
    };
    let refuse = Refuse {
        reason: RefusalReason::Dispute,
    };
    let commands: [(&str, Command); 5] = [
        ("request-supplement", title_missing()),
        ("receive-supplement", receive.into()),
        ("accept", AcceptApplication {}.into()),
        ("issue", certificate().into()),
        ("refuse", refuse.into()),
    ];
    let histories = [
        world.after(&[]),
        world.after(&[title_missing()]),
        world.after(&[AcceptApplication {}.into()]),
        world.after(&[AcceptApplication {}.into(), certificate().into()]),
        world.after(&[commands[4].1.clone()]),
    ];
    for history in &histories {
        let step = state(history).unwrap().step;
        for (name, command) in &commands {
            let accepted = world
                .when(history, "2026-03-04 10:00:00", command.clone())
                .is_ok();
            assert_eq!(
                accepted,
                Notarization::possible(step).contains(name),
                "{name} at {step}"
            );
        }
    }
}
