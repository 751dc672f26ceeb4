//! Given–when–then on the events of a matter.

mod any_times;
mod approval;
mod corrected;
mod effective_time;
mod grounds;
mod other_side;
mod papers;
mod review;
mod reviewer;

use std::path::Path;

use onestop_directory::Directory;
use onestop_matter::domain::{Context, Trigger, decide, evolve, possible, react};
use onestop_proto::{
    actor::Actor,
    ids::UnitId,
    matter,
    notarization::{
        AcceptApplication, Accepted, AppearInPerson, Appeared, ApproveDecision, AskReview,
        CarryOutReview, Command, Continue, DecideReview, DraftExtension, DraftRefusal,
        DraftTermination, Event, Extend, FeeBasis, FinishVerification, Issue, ReceiveSupplement,
        ReduceFee, RefusalReason, Refuse, Rejection, RequestSupplement, ReviewBy, ReviewOutcome,
        SendBackDecision, Step, Suspend, TellConsequences, Terminate, TerminationReason, Verify,
        VerifyBy,
    },
    time::Timestamp,
};
use onestop_testing::{assert_matter_diagram, received};

use super::NotarizationRules;
use crate::domain::Decision;

type Matter = onestop_matter::domain::Matter<NotarizationRules>;

struct World {
    directory: Directory,
    notary: Actor,
    topic: &'static str,
}

fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let office = directory
        .unit_at("530821".parse().unwrap(), &"notarization".parse().unwrap())
        .unwrap();
    let notary = format!("specialist/li@{}", office.id).parse().unwrap();
    let topic = "inheritance-real-estate";
    World {
        directory,
        notary,
        topic,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    fn context(&self, now: &str) -> Context<'_> {
        Context::at(at(now), &self.notary, &self.directory)
    }

    fn accepted(&self) -> Trigger {
        Trigger::CaseAccepted(received(
            &self.notary.unit,
            self.directory.unit(&self.notary.unit).unwrap().division,
            self.topic,
        ))
    }

    /// Received on Monday 2 March 2026.
    fn received(&self) -> Vec<Event> {
        let context = self.context("2026-03-02 10:00:00");
        react::<NotarizationRules>(None, &self.accepted(), &context).unwrap()
    }

    fn when(&self, history: &[Event], now: &str, command: impl Into<Command>) -> Decision {
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

fn accepted() -> [Command; 2] {
    [TellConsequences {}.into(), AcceptApplication {}.into()]
}

fn elsewhere() -> Command {
    Command::from(Verify {
        verifier: VerifyBy::Entrusted,
        what: "昆明市某公证处核实亲属关系".to_owned(),
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
    let other = Trigger::PapersReceived {
        materials: vec!["marriage-certificate".parse().unwrap()],
    };
    let context = world.context("2026-03-04 10:00:00");
    history.extend(react(state(&history).as_ref(), &other, &context).unwrap());
    assert_eq!(state(&history).unwrap().step, Step::Supplement);
    let title = Trigger::PapersReceived {
        materials: vec!["property-title".parse().unwrap()],
    };
    let context = world.context("2026-03-06 10:00:00");
    history.extend(react(state(&history).as_ref(), &title, &context).unwrap());
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Examination);
    // Due 5 March (3 working days); 4, 5 and 6 March stood still: Friday 6, Monday 9, Tuesday 10.
    assert_eq!(
        matter.clock().unwrap().due.clone().day.to_string(),
        "2026-03-10"
    );
}

#[test]
fn the_certificate_is_due_fifteen_working_days_after_acceptance() {
    let world = world();
    let history = world.after(&[TellConsequences {}.into()]);
    let events = world.when(&history, "2026-03-03 10:00:00", AcceptApplication {});
    let events = events.unwrap();
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
fn an_application_is_accepted_after_the_consequences_were_explained() {
    let world = world();
    let refused = world.when(
        &world.received(),
        "2026-03-03 10:00:00",
        AcceptApplication {},
    );
    assert_eq!(refused.unwrap_err(), Rejection::TellFirst {});
}

/// What is offered is what is taken: the acceptance not before the consequences were explained, and all of them came.
#[test]
fn the_acceptance_is_offered_once_nothing_is_missing_for_it() {
    let offered = |history: &[Event]| {
        let matter = state(history).unwrap();
        let estate = world();
        let context = estate.context("2026-03-03 12:00:00");
        possible(&matter, &context).contains(&"accept")
    };
    let estate = world();
    assert!(!offered(&estate.received()));
    assert!(offered(&estate.after(&[TellConsequences {}.into()])));
    let world = World {
        topic: "will",
        ..estate
    };
    let told = world.after(&[TellConsequences {}.into()]);
    assert!(!offered(&told), "a will is made in person");
    let came = world.after(&[TellConsequences {}.into(), AppearInPerson::default().into()]);
    assert!(offered(&came));
}

#[test]
fn a_will_is_made_in_person() {
    let world = World {
        topic: "will",
        ..world()
    };
    let history = world.after(&[TellConsequences {}.into()]);
    let refused = world.when(&history, "2026-03-03 10:00:00", AcceptApplication {});
    assert!(matches!(refused, Err(Rejection::InPerson { .. })));
    let came = world.after(&[TellConsequences {}.into(), AppearInPerson::default().into()]);
    assert!(
        world
            .when(&came, "2026-03-03 10:00:00", AcceptApplication {})
            .is_ok()
    );
}

/// 公证程序规则 art. 11: the gift, the will and the like are applied for by each applicant in person, and none comes for another.
#[test]
fn every_applicant_comes_in_person() {
    let world = World {
        topic: "will",
        ..world()
    };
    let context = world.context("2026-03-02 10:00:00");
    let of = |people: Option<u32>| {
        let unit = &world.notary.unit;
        let division = world.directory.unit(unit).unwrap().division;
        let received = matter::Received {
            people,
            ..received(unit, division, world.topic)
        };
        let begun = react::<NotarizationRules>(None, &Trigger::CaseAccepted(received), &context);
        begun.unwrap()
    };
    let accepted = |people: Option<u32>, came: &[Option<u32>]| {
        let mut history = of(people);
        let told = world.when(&history, "2026-03-02 11:00:00", TellConsequences {});
        history.extend(told.unwrap());
        for person in came {
            let appear = AppearInPerson { person: *person };
            history.extend(world.when(&history, "2026-03-02 12:00:00", appear).unwrap());
        }
        world.when(&history, "2026-03-03 10:00:00", AcceptApplication {})
    };
    let absent = |decided: Decision| {
        let Err(Rejection::NotEveryoneCame { people, person }) = decided else {
            panic!("{decided:?}")
        };
        (people, person)
    };
    assert!(accepted(Some(2), &[None]).is_ok(), "all of them came");
    assert!(accepted(Some(2), &[Some(2), None]).is_ok(), "and the rest");
    assert_eq!(absent(accepted(Some(2), &[Some(1)])), (2, 2));
    assert_eq!(absent(accepted(Some(3), &[Some(1), Some(3)])), (3, 2));
    assert!(accepted(Some(2), &[Some(2), Some(1)]).is_ok());
    // One alone. Of a file of before, which does not say how many there are, it is said that all came.
    assert!(accepted(Some(1), &[None]).is_ok());
    assert!(accepted(Some(1), &[Some(1)]).is_ok());
    assert!(accepted(None, &[None]).is_ok());
    assert!(matches!(
        accepted(None, &[Some(1)]),
        Err(Rejection::InPerson { .. })
    ));
    assert!(matches!(
        accepted(Some(2), &[]),
        Err(Rejection::InPerson { .. })
    ));
}

/// Of two applicants each is recorded, and once.
#[test]
fn each_applicant_who_came_is_recorded() {
    let world = world();
    let came = |person| AppearInPerson {
        person: Some(person),
    };
    let when = "2026-03-03 10:00:00";
    let mut history = world.after(&[came(1).into()]);
    assert!(world.when(&history, when, came(1)).unwrap().is_empty());
    let second = world.when(&history, when, came(2)).unwrap();
    assert_eq!(second, [Event::Appeared(Appeared { person: Some(2) })]);
    history.extend(second);
    assert_eq!(state(&history).unwrap().details.appeared, [1, 2]);
    let wrong = world.when(&history, when, came(0));
    assert!(wrong.is_err(), "people are counted from 1");
    // Stored before it said which.
    let stored: Appeared = serde_json::from_str("{}").unwrap();
    assert_eq!(stored.person, None);
}

/// 公证程序规则 art. 11: what is applied for in person, and what an agent may apply for.
#[test]
fn the_list_of_the_rules_is_applied_for_in_person() {
    let accepts = |topic: &'static str| {
        let world = World { topic, ..world() };
        let history = world.after(&[TellConsequences {}.into()]);
        world
            .when(&history, "2026-03-03 10:00:00", AcceptApplication {})
            .is_ok()
    };
    for topic in [
        "will",
        "bequest-support",
        "gift",
        "gift-real-estate",
        "parentage",
        "adoption",
        "survival",
        "mandate",
        "declaration",
        "guarantee",
    ] {
        assert!(!accepts(topic), "{topic}");
    }
    for topic in ["birth-survival-death", "inheritance", "kinship", "contract"] {
        assert!(accepts(topic), "{topic}");
    }
}

/// The clock of 15 working days stands still while an office elsewhere verifies, over the Qingming days.
#[test]
fn verification_elsewhere_does_not_count() {
    let world = world();
    let mut history = world.after(&accepted());
    let verified = FinishVerification {
        result: "属实".to_owned(),
    };
    history.extend(
        world
            .when(&history, "2026-03-20 10:00:00", elsewhere())
            .unwrap(),
    );
    history.extend(
        world
            .when(&history, "2026-04-08 10:00:00", verified)
            .unwrap(),
    );
    // Due 24 March; 21 March to 8 April are 12 working days, for 4 to 6 April are Qingming.
    assert_eq!(
        state(&history)
            .unwrap()
            .clock()
            .unwrap()
            .due
            .clone()
            .day
            .to_string(),
        "2026-04-10"
    );
}

/// 公证书编号: an office gives a number once, however it is typed.
#[test]
fn a_number_that_the_office_gave_in_another_matter_is_not_given_again() {
    let world = world();
    let history = world.after(&accepted());
    let matter = state(&world.after(&[&accepted()[..], &[certificate().into()]].concat())).unwrap();
    let given = matter.given.clone();
    assert_eq!(given.len(), 1);
    let elsewhere = |unit: &UnitId, number: &str| {
        let mut known = given.iter();
        known.any(|one| one.unit == *unit && one.number == number)
    };
    let context = Context {
        given_elsewhere: &elsewhere,
        ..world.context("2026-03-04 10:00:00")
    };
    let issue = |typed: &str| {
        let certificate = typed.to_owned();
        decide(
            state(&history).as_ref(),
            &Issue { certificate }.into(),
            &context,
        )
    };
    for typed in [
        "(2026)云宁证字第101号",
        "（２０２６）云宁证字 第101号",
        "〔2026〕云宁证字第１０１号\u{200b}",
    ] {
        let refused = issue(typed).unwrap_err();
        assert!(
            matches!(refused, Rejection::CertificateGiven { .. }),
            "{typed}: {refused:?}"
        );
    }
    let other = issue("(2026)云宁证字第102号");
    assert!(other.is_ok(), "{other:?}");
}

#[test]
fn nothing_is_issued_before_acceptance() {
    let world = world();
    let refused = world
        .when(&world.received(), "2026-03-03 10:00:00", certificate())
        .unwrap_err();
    assert!(matches!(
        refused,
        Rejection::Matter(matter::Rejection::NotNow { .. })
    ));
}

#[test]
fn a_case_that_leaves_stops_the_clock() {
    let world = world();
    let history = world.received();
    let left = Trigger::CaseLeft {
        handoff: state(&history).unwrap().handoff,
    };
    let context = world.context("2026-03-03 10:00:00");
    let events = react(state(&history).as_ref(), &left, &context).unwrap();
    assert!(matches!(
        events[..],
        [Event::HandedBack(_), Event::ClockStopped(_)]
    ));
}

fn samples() -> Vec<Command> {
    let paper = || vec!["property-title".parse().unwrap()];
    let text = || "2026-17".to_owned();
    vec![
        AppearInPerson::default().into(),
        TellConsequences {}.into(),
        title_missing(),
        ReceiveSupplement { materials: paper() }.into(),
        ReduceFee {
            basis: FeeBasis::AidRecipient,
            percent: 100,
        }
        .into(),
        AcceptApplication {}.into(),
        elsewhere(),
        FinishVerification { result: text() }.into(),
        Suspend { why: text() }.into(),
        Continue {}.into(),
        certificate().into(),
        Refuse {
            reason: RefusalReason::Dispute,
        }
        .into(),
        Terminate {
            reason: TerminationReason::Withdrawn,
        }
        .into(),
        AskReview {
            applicant: ReviewBy::Interested,
            known_on: at("2026-03-03 09:00:00"),
            reviewer: "zhao".parse().unwrap(),
        }
        .into(),
        DecideReview {
            outcome: ReviewOutcome::Kept,
            letter: text(),
        }
        .into(),
        CarryOutReview {}.into(),
        DraftRefusal {
            reason: RefusalReason::Dispute,
        }
        .into(),
        DraftTermination {
            reason: TerminationReason::Withdrawn,
        }
        .into(),
        Extend {
            reason: text(),
            approved_by: "zhao".parse().unwrap(),
        }
        .into(),
        DraftExtension { reason: text() }.into(),
        ApproveDecision {}.into(),
        SendBackDecision { why: text() }.into(),
    ]
}

#[test]
fn the_readme_shows_what_is_possible() {
    let world = world();
    let paper = || vec!["property-title".parse().unwrap()];
    let left = Trigger::CaseLeft {
        handoff: "019ab0c4-8000-7000-8000-00000000000a".parse().unwrap(),
    };
    let material = Trigger::PapersReceived { materials: paper() };
    assert_matter_diagram::<NotarizationRules>(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"),
        &[world.accepted()],
        &[
            ("referral.returned", left),
            ("intake.material-received", material),
        ],
        &samples(),
        &world.context("2026-03-03 10:00:00"),
    );
}
