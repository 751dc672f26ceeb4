//! Given–when–then on the events of a matter.

mod any_times;
mod critical_dates;
mod effective_time;
mod extension;
mod mediators;
mod parties;
mod state_diagram;
mod terms;

use onestop_directory::Directory;
use onestop_matter::domain::{Context, Trigger, decide, evolve, react};
use onestop_proto::{
    actor::Actor,
    clock::ClockStarted,
    matter,
    mediation::{
        Accept, AgreeInWriting, AgreeOrally, ApproveDecision, Archive, AskCourt, Break, Command,
        Confirm, Consent, DraftExtension, Event, Exclusion, Extend, Fail, NameMediators, NamedBy,
        NotAccept, NotConfirm, OtherWay, Party, Perform, ReceiveSupplement, Received,
        RefuseByParty, Rejection, ReportDanger, RequestSupplement, Step,
    },
    referral::Outcome,
    specialist::Describe,
    time::Timestamp,
};
use onestop_testing::received;

use super::MediationRules;
use crate::domain::Decision;

type Matter = onestop_matter::domain::Matter<MediationRules>;

struct World {
    directory: Directory,
    mediator: Actor,
    topic: &'static str,
}

/// 宁洱镇 in 宁洱县; a dispute about a plot's border unless another topic is named.
fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let committee = directory
        .unit_at("530821101".parse().unwrap(), &"mediation".parse().unwrap())
        .unwrap();
    let mediator = format!("specialist/yang-mei@{}", committee.id).parse();
    World {
        mediator: mediator.unwrap(),
        directory,
        topic: "land",
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    fn context(&self, now: &str) -> Context<'_> {
        Context::at(at(now), &self.mediator, &self.directory)
    }

    fn accepted(&self) -> Trigger {
        Trigger::CaseAccepted(received(
            &self.mediator.unit,
            self.directory.unit(&self.mediator.unit).unwrap().division,
            self.topic,
        ))
    }

    /// Received on Monday 2 March 2026; then these, each a minute past the next ten.
    fn after(&self, commands: impl IntoIterator<Item = Command>) -> Vec<Event> {
        let context = self.context("2026-03-02 10:00:00");
        let mut history = react::<MediationRules>(None, &self.accepted(), &context).unwrap();
        for command in commands {
            history.extend(self.when(&history, "2026-03-03 10:00:00", command).unwrap());
        }
        history
    }

    fn when(&self, history: &[Event], now: &str, command: impl Into<Command>) -> Decision {
        decide(state(history).as_ref(), &command.into(), &self.context(now))
    }
}

fn state(history: &[Event]) -> Option<Matter> {
    history.iter().fold(None, evolve)
}

fn step(history: &[Event]) -> Step {
    state(history).unwrap().step
}

fn consent() -> Command {
    let (party, person) = (Party::Respondent, None);
    Consent { party, person }.into()
}

fn refuse() -> Command {
    let (party, person) = (Party::Respondent, None);
    RefuseByParty { party, person }.into()
}

fn mediators() -> Command {
    Command::from(NameMediators {
        mediators: vec!["yang-mei".parse().unwrap(), "li-hua".parse().unwrap()],
        named_by: NamedBy::Parties,
    })
}

fn written() -> Command {
    let number = "宁洱镇调字〔2026〕第12号".to_owned();
    AgreeInWriting { number }.into()
}

fn court() -> Command {
    let court = "宁洱哈尼族彝族自治县人民法院".to_owned();
    AskCourt { court }.into()
}

fn ruling() -> String {
    "（2026）云0821民特1号".to_owned()
}

/// Up to the table at which the parties sit.
fn seated() -> Vec<Command> {
    vec![consent(), Accept {}.into(), mediators()]
}

fn seated_and(more: impl IntoIterator<Item = Command>) -> Vec<Command> {
    seated().into_iter().chain(more).collect()
}

#[test]
fn a_party_that_has_not_agreed_is_not_mediated() {
    let world = world();
    let history = world.after([]);
    let refused = world.when(&history, "2026-03-03 10:00:00", Accept {});
    assert_eq!(refused.unwrap_err(), Rejection::ConsentFirst {});
}

#[test]
fn a_clear_refusal_ends_it_at_any_time_before_an_agreement() {
    let world = world();
    let stages = [
        vec![],
        vec![consent()],
        vec![consent(), Accept {}.into()],
        seated(),
    ];
    for commands in stages {
        let history = world.after(commands.into_iter().chain([refuse()]));
        assert_eq!(step(&history), Step::Refused);
        assert!(state(&history).unwrap().clock().is_none());
    }
}

#[test]
fn acceptance_starts_a_month() {
    let world = world();
    let history = world.after([consent(), Accept {}.into()]);
    let Some(Event::ClockStarted(ClockStarted { step, due, .. })) = history.last() else {
        panic!("{history:?}")
    };
    // From Tuesday 3 March to 3 April, the Friday before the Qingming holidays of 2026.
    assert_eq!(step.as_str(), "mediation.conclude");
    assert_eq!(due.day.to_string(), "2026-04-03");
}

/// 人民调解工作若干规定: the director of the committee approves it, before the month is over, once.
#[test]
fn mediation_can_be_given_more_time_once() {
    let world = world();
    let draft = || DraftExtension {
        reason: "双方同意再谈一次".to_owned(),
    };
    let mut history = world.after(seated());
    let late = world.when(&history, "2026-04-04 09:00:00", draft());
    assert!(matches!(
        late,
        Err(Rejection::Matter(matter::Rejection::ExtensionLate { .. }))
    ));
    history.extend(
        world
            .when(&history, "2026-04-02 09:00:00", draft())
            .unwrap(),
    );
    let director = Actor {
        staff: "chen-gang".parse().unwrap(),
        ..world.mediator.clone()
    };
    let context = Context::at(at("2026-04-02 10:00:00"), &director, &world.directory);
    let approve = ApproveDecision {}.into();
    history.extend(decide(state(&history).as_ref(), &approve, &context).unwrap());
    // Thirty days more than 3 April: 3 May, which is Labour Day's; worked again from the 6th.
    let due = state(&history).unwrap().clock().unwrap().due.clone();
    assert_eq!(due.day.to_string(), "2026-05-06");
    let again = world.when(&history, "2026-04-20 09:00:00", draft());
    assert!(matches!(
        again,
        Err(Rejection::Matter(matter::Rejection::ExtendedBefore { .. }))
    ));
}

#[test]
fn a_written_agreement_can_be_taken_to_the_court_for_thirty_days() {
    let world = world();
    let history = world.after(seated_and([written()]));
    let due = state(&history).unwrap().clock().unwrap().due.clone();
    assert_eq!(due.day.to_string(), "2026-04-02");
    let in_time = world.when(&history, "2026-04-02 16:00:00", court());
    assert!(in_time.is_ok());
    let late = world.when(&history, "2026-04-03 09:00:00", court());
    assert_eq!(
        late.unwrap_err(),
        Rejection::ConfirmationLate {
            day: "2026-04-02".to_owned()
        }
    );
}

#[test]
fn no_court_confirms_a_marriage_or_an_adoption() {
    let world = World {
        topic: "family-status",
        ..world()
    };
    let history = world.after(seated_and([written()]));
    assert!(state(&history).unwrap().clock().is_none());
    let refused = world.when(&history, "2026-03-04 10:00:00", court());
    assert!(matches!(refused, Err(Rejection::NotConfirmable { .. })));
}

#[test]
fn the_mediator_who_ends_it_names_other_ways() {
    let world = world();
    let history = world.after(seated());
    let silent = world.when(&history, "2026-03-04 10:00:00", Fail { told: vec![] });
    let incomplete = matter::Rejection::Incomplete {
        field: "told".to_owned(),
    };
    assert_eq!(silent.unwrap_err(), incomplete.into());
}

#[test]
fn the_case_goes_back_with_its_outcome() {
    let world = world();
    let told = vec![OtherWay::Court, OtherWay::LegalAid];
    let ends = [
        (seated_and([written()]), Outcome::Granted),
        (seated_and([AgreeOrally {}.into()]), Outcome::Granted),
        (seated_and([Fail { told }.into()]), Outcome::Unresolved),
        (vec![refuse()], Outcome::Refused),
    ];
    for (commands, outcome) in ends {
        let history = world.after(commands);
        let told: Vec<Outcome> = history
            .iter()
            .filter_map(|event| event.describe().outcome)
            .collect();
        assert_eq!(told, [outcome]);
    }
}
