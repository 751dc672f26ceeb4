//! Given–when–then on the events of a matter.

mod any_times;
mod approval;
mod assignment;
mod both_sides;
mod clocks;
mod cooperation;
mod criminal;
mod critical_dates;
mod effective_time;
mod informed_organ;
mod means;
mod objection;
mod other_lawyer;
mod outcomes;
mod several_fields;
mod state_diagram;
mod supplement;

use onestop_directory::Directory;
use onestop_matter::domain::{
    Context, Custody, Trigger, address, announcements, decide, evolve, react,
};
use onestop_proto::{
    actor::Actor,
    clock::ClockStarted,
    envelope::{EventType, event_name},
    legal_aid::{
        Archive, AskCooperation, Assign, Command, Conclude, Contract, DeadlineCompliance,
        DecideObjection, DeemWithdrawn, DetermineMeans, Event, ExemptGroup, Exemption, Grant,
        Granted, Gravity, InformOrgan, Means, MeansDetermined, Object, Organ, OrganNotice,
        ProvideFirst, Reassign, ReassignReason, ReceiveCooperation, ReceiveSupplement, Received,
        RecordForwarding, RefusalReason, Refuse, Rejection, RequestSupplement, Residence,
        ReturnFile, Ruling, Step, SubmitFile, TakeNotice, Terminate, TerminationReason,
        UrgentReason, WithdrawApplication,
    },
    matter,
    referral::Outcome,
    specialist::Describe,
    time::Timestamp,
};
use onestop_testing::{approved_late_entry, assert_matter_diagram, received};

use super::LegalAidRules;
use crate::domain::Decision;

type Matter = onestop_matter::domain::Matter<LegalAidRules>;

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
    fn accepted(&self) -> Trigger {
        self.accepted_as("labour-pay", None)
    }

    fn accepted_as(&self, topic: &str, notice: Option<OrganNotice>) -> Trigger {
        Trigger::CaseAccepted(Received {
            notice,
            ..received(
                &self.officer.unit,
                self.directory.unit(&self.officer.unit).unwrap().division,
                topic,
            )
        })
    }

    /// Received on Monday 2 March 2026, of a topic, with an organ's letter.
    fn received_as(&self, topic: &str, notice: Option<OrganNotice>) -> Vec<Event> {
        let context = self.context(at("2026-03-02 10:00:00"));
        react::<LegalAidRules>(None, &self.accepted_as(topic, notice), &context).unwrap()
    }

    fn context(&self, now: Timestamp) -> Context<'_> {
        Context::at(now, &self.officer, &self.directory)
    }

    /// Received on Monday 2 March 2026.
    fn received(&self) -> Vec<Event> {
        let now = at("2026-03-02 10:00:00");
        react::<LegalAidRules>(None, &self.accepted(), &self.context(now)).unwrap()
    }

    fn when(&self, history: &[Event], now: &str, command: impl Into<Command>) -> Decision {
        let matter = state(history);
        decide(matter.as_ref(), &command.into(), &self.context(at(now)))
    }

    /// As another actor: `supervisor/he-jun@530821.bureau`.
    fn sent_by(
        &self,
        by: &str,
        (history, now): (&[Event], &str),
        command: impl Into<Command>,
    ) -> Decision {
        let actor = self.actor(by);
        let context = Context::at(at(now), &actor, &self.directory);
        decide(state(history).as_ref(), &command.into(), &context)
    }

    fn actor(&self, by: &str) -> Actor {
        let (who, place) = by.split_once('@').unwrap();
        let (code, kind) = place.split_once('.').unwrap();
        let unit = self
            .directory
            .unit_at(code.parse().unwrap(), &kind.parse().unwrap());
        format!("{who}@{}", unit.unwrap().id).parse().unwrap()
    }

    /// Entered from paper: when it happened, and now.
    fn entered(
        &self,
        history: &[Event],
        (happened, now): (&str, &str),
        command: impl Into<Command>,
    ) -> Decision {
        let context = Context {
            happened_at: at(happened),
            late_entry: Some(approved_late_entry()),
            ..self.context(at(now))
        };
        decide(state(history).as_ref(), &command.into(), &context)
    }

    fn after(&self, commands: &[Command]) -> Vec<Event> {
        self.then(self.received(), commands)
    }

    fn then(&self, mut history: Vec<Event>, commands: &[Command]) -> Vec<Event> {
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
    Command::from(DetermineMeans::exempt(
        ExemptGroup::MigrantWorker,
        "农民工工资卡流水",
    ))
}

fn due(history: &[Event]) -> String {
    let matter = state(history).unwrap();
    matter.clock().unwrap().due.day.to_string()
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
        received_on: None,
        body: None,
    })
}

/// The court's letter, received on Friday 27 February 2026.
fn court_notice() -> OrganNotice {
    OrganNotice {
        organ: Organ::Court,
        letter: "（2026）云0821刑初5号".to_owned(),
        received_on: "2026-02-27".parse().unwrap(),
        gravity: Gravity::Ordinary,
        body: None,
    }
}

/// The letter that tells the organ who defends.
fn told() -> InformOrgan {
    InformOrgan {
        letter: "宁援函〔2026〕3号".to_owned(),
        lawyer: Some("王敏".to_owned()),
        contact: Some("0879-3230000".to_owned()),
    }
}

fn letter() -> Command {
    Command::from(AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: "宁援协〔2026〕2号".to_owned(),
        last_day: None,
    })
}

fn ruling(ruling: Ruling) -> Command {
    let letter = "宁司异〔2026〕1号".to_owned();
    DecideObjection { ruling, letter }.into()
}

/// The record of wages was asked for, and came.
fn papers_brought() -> [Command; 2] {
    let materials = vec!["wage-record".parse().unwrap()];
    [missing(), ReceiveSupplement { materials }.into()]
}

/// Asked for papers, and refused since they prove nothing.
fn unproven() -> Vec<Command> {
    let reason = RefusalReason::NotProven;
    let refuse = Command::from(Refuse { reason });
    papers_brought().into_iter().chain([refuse]).collect()
}

fn missing() -> Command {
    supplement("2026-03-20").into()
}

/// The notice that the record of wages is missing, and until when it can be brought.
fn supplement(last_day: &str) -> RequestSupplement {
    RequestSupplement {
        missing: vec!["wage-record".parse().unwrap()],
        remarks: Vec::new(),
        last_day: last_day.parse().unwrap(),
    }
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
            means: Means::Exempt,
            exemption: Some(Exemption {
                group: ExemptGroup::MigrantWorker,
                evidence: "农民工工资卡流水".to_owned(),
            }),
            calculation: None,
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
fn aid_that_cannot_wait_is_given_first_and_the_formalities_follow() {
    let world = world();
    let history = world.after(&[at_once(), exempt(), Grant {}.into()]);
    // A lawyer gives the aid already: the agreement is due.
    assert_eq!(state(&history).unwrap().step, Step::Assigned);
    assert_eq!(due(&history), "2026-03-09");
}

/// 法律援助法 art. 39: within twenty-four hours, from the application until the agency has it, whenever that is written
/// down. Papers tell minutes: a received moment of some seconds past the minute is that minute.
#[test]
fn an_organ_passes_an_application_on_within_a_day() {
    let world = world();
    let seconds_later = {
        let context = world.context(at("2026-03-02 10:00:42"));
        react::<LegalAidRules>(None, &world.accepted(), &context).unwrap()
    };
    for (applied, timeliness) in [
        // Eight hours.
        ("2026-03-02 02:00:00", DeadlineCompliance::InTime),
        ("2026-03-01 10:00:00", DeadlineCompliance::InTime),
        ("2026-03-01 09:59:00", DeadlineCompliance::Late),
    ] {
        let record = RecordForwarding {
            from: Organ::Custody,
            applied_at: at(applied),
        };
        let events = world.when(&seconds_later, "2026-03-05 10:00:00", record);
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

/// 法律援助法 art. 39: an application is passed on once, within the day; one of decades ago is a slip.
#[test]
fn an_application_is_passed_on_once_and_lately() {
    let world = world();
    let passed_on = |applied: &str| RecordForwarding {
        from: Organ::Custody,
        applied_at: at(applied),
    };
    let now = "2026-03-03 10:00:00";
    let old = world.when(&world.received(), now, passed_on("1990-01-01 10:00:00"));
    let Err(Rejection::Matter(matter::Rejection::DayOutside { earliest, .. })) = old else {
        panic!("{old:?}")
    };
    assert_eq!(earliest, "2025-03-03");
    let history = world.after(&[passed_on("2026-03-02 09:00:00").into()]);
    let again = world.when(&history, now, passed_on("2026-03-02 09:00:00"));
    assert_eq!(again.unwrap_err(), Rejection::ForwardingKnown {});
}

#[test]
fn for_another_agency_there_is_no_matter() {
    let world = world();
    let other: Actor = "specialist/li@s00000000.legal-aid".parse().unwrap();
    let matter = state(&world.received());
    let context = Context::at(at("2026-03-03 10:00:00"), &other, &world.directory);
    let refused = decide(matter.as_ref(), &exempt(), &context).unwrap_err();
    assert_eq!(refused, matter::Rejection::NoMatter {}.into());
}
