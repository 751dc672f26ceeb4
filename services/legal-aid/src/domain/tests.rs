//! Given–when–then on the events of a matter.

use std::path::Path;

use onestop_directory::{Directory, Origin};
use onestop_matter::{
    diagram::assert_drawn,
    domain::{Context, Custody, Heard, address, alarms, decide, decide_heard, evolve},
};
use onestop_proto::{
    actor::Actor,
    clock::ClockStarted,
    envelope::{EventType, happened},
    legal_aid::{
        Archive, AskCooperation, Assign, Command, Conclude, Contract, DecideObjection,
        DeemWithdrawn, DetermineMeans, Event, Grant, Granted, Gravity, InformOrgan, Means,
        MeansDetermined, Object, Organ, ProvideFirst, Reassign, ReassignReason, ReceiveCooperation,
        ReceiveSupplement, Received, RecordForwarding, RefusalReason, Refuse, Rejection,
        RequestSupplement, ReturnFile, Ruling, Step, SubmitFile, TakeNotice, Terminate,
        TerminationReason, Timeliness, UrgentReason,
    },
    matter,
    referral::Outcome,
    specialist::Tell,
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

fn due(history: &[Event]) -> String {
    let clock = state(history).unwrap().clock.unwrap();
    clock.due.day.to_string()
}

fn at_once() -> Command {
    Command::from(ProvideFirst {
        reason: UrgentReason::PeriodEnds,
        firm: lawyer().firm,
        licence: lawyer().licence,
    })
}

fn notice(gravity: Gravity) -> Command {
    Command::from(TakeNotice {
        organ: Organ::Court,
        notice: "（2026）云0821刑初5号".to_owned(),
        gravity,
    })
}

fn letter() -> Command {
    Command::from(AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: "宁援协〔2026〕2号".to_owned(),
    })
}

fn ruling(ruling: Ruling) -> Command {
    let letter = "宁司异〔2026〕1号".to_owned();
    DecideObjection { ruling, letter }.into()
}

fn missing() -> Command {
    let missing = vec!["wage-record".parse().unwrap()];
    RequestSupplement { missing }.into()
}

fn lawyer() -> Assign {
    Assign {
        firm: "宁洱县法律援助中心".to_owned(),
        licence: "15308202610000001".to_owned(),
        years: None,
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

#[test]
fn aid_that_cannot_wait_is_given_first_and_the_formalities_follow() {
    let world = world();
    let history = world.after(&[at_once(), exempt(), Grant {}.into()]);
    // Nobody has to be assigned any more: the agreement is due.
    assert_eq!(state(&history).unwrap().step, Step::Assigned);
    assert_eq!(due(&history), "2026-03-09");
}

#[test]
fn a_notified_defence_is_assigned_in_three_days_without_a_review() {
    let world = world();
    let history = world.after(&[notice(Gravity::LifeOrDeath)]);
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
    let inform = || InformOrgan {
        letter: "宁援函〔2026〕3号".to_owned(),
    };
    let asked_for = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    let refused = world.when(&asked_for, "2026-03-04 10:00:00", inform());
    assert_eq!(refused.unwrap_err(), Rejection::NotNotified {});
    let notified = world.after(&[notice(Gravity::Ordinary), lawyer().into()]);
    assert!(
        world
            .when(&notified, "2026-03-04 10:00:00", inform())
            .is_ok()
    );
}

#[test]
fn an_organ_passes_an_application_on_within_a_day() {
    let world = world();
    for (applied, timeliness) in [
        ("2026-03-02 10:00:00", Timeliness::InTime),
        ("2026-03-02 09:59:59", Timeliness::Late),
    ] {
        let record = RecordForwarding {
            from: Organ::Custody,
            applied_at: at(applied),
        };
        let events = world.when(&world.received(), "2026-03-03 10:00:00", record);
        let [Event::Forwarded(forwarded)] = &events.unwrap()[..] else {
            panic!("one event")
        };
        assert_eq!(forwarded.timeliness, timeliness);
    }
    let tomorrow = RecordForwarding {
        from: Organ::Custody,
        applied_at: at("2026-03-04 10:00:00"),
    };
    let refused = world.when(&world.received(), "2026-03-03 10:00:00", tomorrow);
    assert!(matches!(refused, Err(Rejection::NotYet { .. })));
}

#[test]
fn the_time_that_another_agency_takes_does_not_count() {
    let world = world();
    let mut history = world.after(&[letter()]);
    let answer = ReceiveCooperation {
        letter: "思援函〔2026〕8号".to_owned(),
    };
    history.extend(world.when(&history, "2026-03-08 10:00:00", answer).unwrap());
    // Due 9 March; 4 to 8 March stood still, and 14 March is a Saturday.
    assert_eq!(due(&history), "2026-03-16");
}

#[test]
fn an_objection_is_decided_in_five_days() {
    let world = world();
    let refuse = Refuse {
        reason: RefusalReason::MeansExceeded,
    };
    let history = world.after(&[refuse.into(), Object {}.into()]);
    assert_eq!(due(&history), "2026-03-09");
    let correct = world.when(&history, "2026-03-05 10:00:00", ruling(Ruling::Correct));
    let mut history = history;
    history.extend(correct.unwrap());
    assert_eq!(state(&history).unwrap().step, Step::Corrected);
}

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
    let refuse = Refuse {
        reason: RefusalReason::OutOfScope,
    };
    let ends = [
        (with(&working), Outcome::Granted),
        (with(&[terminate.into()]), Outcome::Terminated),
        (vec![refuse.into()], Outcome::Refused),
        (
            vec![missing(), DeemWithdrawn {}.into()],
            Outcome::Terminated,
        ),
    ];
    for (commands, outcome) in ends {
        let history = world.after(&commands);
        let told: Vec<_> = history
            .iter()
            .filter_map(|event| event.tell().outcome)
            .collect();
        assert_eq!(told, [outcome]);
        assert_eq!(state(&history).unwrap().custody, Custody::Gone);
    }
}

/// A limit that changes in mid-case does so for later cases.
#[test]
fn a_case_keeps_the_rule_under_which_it_began() {
    let mut world = world();
    let mut history = world.after(&[letter()]);
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "divisions.csv",
        "sites.toml",
        "items.toml",
        "calendar.toml",
        "standards.toml",
    ] {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/directory");
        let text = std::fs::read_to_string(shipped.join(file)).unwrap();
        let review = "step = \"legal-aid.review\"\ndays = 7";
        let shorter = text.replace(review, &review.replace('7', "3"));
        std::fs::write(folder.path().join(file), shorter).unwrap();
    }
    world.directory = Directory::load(&Origin::Folder(folder.path().to_owned())).unwrap();
    let answer = ReceiveCooperation {
        letter: "思援函〔2026〕8号".to_owned(),
    };
    history.extend(world.when(&history, "2026-03-04 10:00:00", answer).unwrap());
    // Seven days, and the one that it stood still; a case received now has three.
    assert_eq!(due(&history), "2026-03-10");
    assert_eq!(due(&world.received()), "2026-03-05");
}

/// 临期, 催办, 督办: each once, in order, also if nobody was there in time.
#[test]
fn a_step_that_is_not_done_is_told_of_again_and_higher_up() {
    let world = world();
    // Due on Monday 9 March.
    let history = world.received();
    let told = |history: &[Event], now: &str| {
        let matter = state(history).unwrap();
        let events = alarms(&matter, &world.context(at(now)));
        let names = events
            .iter()
            .map(|event| happened(event.event_type()).to_owned());
        (names.collect::<Vec<_>>(), events)
    };
    assert!(told(&history, "2026-03-05 23:59:59").0.is_empty());
    let (names, soon) = told(&history, "2026-03-06 00:00:00");
    assert_eq!(names, ["clock-due-soon"]);
    let mut history = [history, soon].concat();
    assert!(told(&history, "2026-03-09 23:59:59").0.is_empty());
    let (names, late) = told(&history, "2026-03-12 09:00:00");
    assert_eq!(names, ["clock-overdue", "clock-supervised"]);
    let Event::ClockSupervised(supervised) = &late[1] else {
        panic!("{late:?}")
    };
    let supervisor = world.directory.unit(&supervised.supervisor).unwrap();
    assert_eq!(supervisor.name, "宁洱哈尼族彝族自治县司法局");
    history.extend(late);
    assert!(told(&history, "2026-06-01 09:00:00").0.is_empty());
    let matter = state(&history).unwrap();
    let address = address(&matter, history.last().unwrap());
    assert_eq!(address.unit, supervisor.id);
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
fn a_refused_matter_can_only_be_objected_to() {
    let world = world();
    let refuse = Refuse {
        reason: RefusalReason::OutOfScope,
    };
    let history = world.after(&[refuse.into()]);
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
    let text = || "2026-17".to_owned();
    let samples = [
        RecordForwarding {
            from: Organ::DutyLawyer,
            applied_at: at("2026-03-02 20:00:00"),
        }
        .into(),
        exempt(),
        RequestSupplement { missing: paper() }.into(),
        ReceiveSupplement { materials: paper() }.into(),
        DeemWithdrawn {}.into(),
        letter(),
        ReceiveCooperation { letter: text() }.into(),
        at_once(),
        notice(Gravity::Ordinary),
        Grant {}.into(),
        Refuse {
            reason: RefusalReason::NotProven,
        }
        .into(),
        lawyer().into(),
        Reassign {
            firm: lawyer().firm,
            licence: lawyer().licence,
            years: None,
            reason: ReassignReason::RecipientAsked,
        }
        .into(),
        InformOrgan { letter: text() }.into(),
        Contract { agreement: text() }.into(),
        Conclude {}.into(),
        SubmitFile { file: text() }.into(),
        ReturnFile { why: text() }.into(),
        Archive {
            subsidy_fen: 150_000,
        }
        .into(),
        Terminate {
            reason: TerminationReason::MeansChanged,
        }
        .into(),
        Object {}.into(),
        ruling(Ruling::Uphold),
        ruling(Ruling::Correct),
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
