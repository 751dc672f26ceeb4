//! The README's diagram shows which commands a case allows, and whatever it does not show is refused.

use std::{collections::BTreeSet, path::Path};

use onestop_proto::{
    actor::{Actor, Role},
    case::{
        AnswerCitizen, Applicant, Archive, Attach, AttachPiece, Close, Command, Correct, FollowUp,
        FollowUpResult, Grade, LiftUrgency, MarkUrgent, Material, MediaType, Merge, MergeReason,
        NeedKind, NeedOutcome, NoteHomeVisit, NotifyOnce, Plaintext, Rate, ReceiveMaterial, Redo,
        Reopen, ReopenGround, RequestReferral, SERVICE, SettleNeed, Stage, UrgencyEnd,
        UrgencyGround, VisitPurpose, Withdraw,
    },
    command::CommandType,
    ids::UnitId,
    permission::permits,
    referral::{Outcome, RecallReason},
};

use super::*;
use crate::{
    domain::{Applicants, Case, Rating, Reference, Standing, Trigger, available, evolve, react},
    test_support::{assert_shown, draw, drawn_arrows, explore},
};

/// When everything of a case happens.
const SOON: &str = "2026-11-23 09:30:00";
/// When closed cases can no longer be opened again.
const LATE: &str = "2026-12-24 08:00:00";

/// A command or a trigger to try.
enum Attempt {
    Command(Box<Command>),
    Trigger(&'static str, Trigger),
}

impl std::fmt::Display for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(command) => command.name(),
            Self::Trigger(name, _) => name,
        })
    }
}

/// A case, as far as what can be done with it goes: files and receipts may be ever more.
fn key(case: &Case) -> String {
    let rating = match (&case.rating, case.redo_clock()) {
        (Rating::None, _) => 0,
        (Rating::Rated { .. }, None) => 1,
        (Rating::Rated { .. }, Some(_)) => 2,
        (Rating::Redone { .. }, _) => 3,
    };
    let notified = case.notice.is_some();
    let needs = case.open_needs().len();
    format!(
        "{:?}",
        (
            &case.standing,
            &case.external,
            rating,
            notified,
            case.reopened,
            needs,
            case.urgent
        )
    )
}

/// A sample of every command.
fn samples() -> Vec<Command> {
    [
        samples_at_window(),
        samples_of_files(),
        samples_of_results(),
    ]
    .concat()
}

fn samples_at_window() -> Vec<Command> {
    let wages = || vec![wages()];
    vec![
        Command::from(open("legal-aid", "labour-pay", TOWN)),
        Command::from(Correct {
            applicant: Some(Applicant::named("玉香")),
            ..correction()
        }),
        Command::from(RequestReferral {
            place: None,
            other: None,
        }),
        Command::from(AnswerCitizen {
            answer: "可以申请仲裁".to_owned(),
        }),
        Command::from(NotifyOnce { missing: wages() }),
        Command::from(ReceiveMaterial {
            materials: vec![Material {
                kind: "wage-record".parse().unwrap(),
                copies: 1,
                files: Vec::new(),
            }],
        }),
    ]
}

fn samples_of_files() -> Vec<Command> {
    let hash = |digit: &str| digit.repeat(64).parse().unwrap();
    let text = || Plaintext("当面说明".to_owned());
    vec![
        Command::from(AttachPiece {
            hash: hash("b"),
            piece: 0,
            data: String::new(),
        }),
        Command::from(Attach {
            hash: hash("a"),
            size: 1,
            media_type: MediaType::Pdf,
            kind: "wage-record".parse().unwrap(),
            name: text(),
        }),
        Command::from(NoteHomeVisit {
            purpose: VisitPurpose::Material,
            on: None,
            address: None,
            outcome: None,
        }),
        Command::from(SettleNeed {
            need: NeedKind::HomeVisit,
            how: NeedOutcome::Declined,
        }),
        Command::from(MarkUrgent {
            reason: UrgencyGround::Danger,
        }),
        Command::from(LiftUrgency {
            reason: UrgencyEnd::Over,
        }),
    ]
}

fn samples_of_results() -> Vec<Command> {
    let sample = |grade| Command::from(Rate { grade });
    let text = || Plaintext("当面说明".to_owned());
    vec![
        Command::from(Withdraw {}),
        Command::from(Merge {
            into: HANDOFF.parse().unwrap(),
            reason: MergeReason::Duplicate,
        }),
        sample(Grade::Satisfied),
        sample(Grade::Dissatisfied),
        Command::from(Redo { measure: text() }),
        Command::from(FollowUp {
            result: FollowUpResult::Settled,
            note: None,
        }),
        Command::from(Close {}),
        Command::from(Reopen {
            reason: ReopenGround::NewFacts,
        }),
        Command::from(Archive {}),
    ]
}

fn triggers(world: &World) -> Vec<Attempt> {
    let handoff = HANDOFF.parse().unwrap();
    let court = world.unit("530821.court");
    vec![
        Attempt::Trigger("referral.accepted", world.accepted_by_agency()),
        Attempt::Trigger("referral.returned", Trigger::Returned { handoff }),
        Attempt::Trigger("referral.stranded", Trigger::NoUnitAvailable),
        Attempt::Trigger(
            "referral.pointed-outside",
            Trigger::ExternalBodyResponsible { to: court.clone() },
        ),
        Attempt::Trigger(
            "referral.handed-over",
            Trigger::HandedOver {
                handover: handoff,
                by: world.window.clone(),
                to: court,
                at: SOON.parse().unwrap(),
            },
        ),
        Attempt::Trigger(
            "referral.heard-back",
            Trigger::ExternalBodyRefused { handover: handoff },
        ),
        Attempt::Trigger("referral.designated", Trigger::Designated { handoff }),
        Attempt::Trigger(
            "referral.recalled",
            Trigger::Recalled {
                reason: RecallReason::CitizenWithdrew,
            },
        ),
        Attempt::Trigger(
            "referral.recalled",
            Trigger::Recalled {
                reason: RecallReason::WindowError,
            },
        ),
        Attempt::Trigger(
            "referral.completed",
            Trigger::Completed {
                unit: world.agency.clone(),
                outcome: Outcome::Granted,
            },
        ),
        Attempt::Trigger("referral.correction-ordered", Trigger::CorrectionOrdered),
    ]
}

impl World {
    /// The case afterwards; nothing if it was refused.
    fn tried(&self, case: &Case, what: &Attempt) -> Option<Case> {
        self.tried_by((&self.window, SOON), case, what)
    }

    /// The same, by a unit at a moment.
    fn tried_by(
        &self,
        (unit, now): (&UnitId, &'static str),
        case: &Case,
        what: &Attempt,
    ) -> Option<Case> {
        let events = match what {
            Attempt::Command(command) => {
                let reference = if matches!(**command, Command::Correct(_)) {
                    Reference::EventOfCase
                } else {
                    // Only a merger looks at it.
                    Reference::Case {
                        other: Box::new(evolve(None, &self.opened()).unwrap()),
                        is_earlier: true,
                        ours: "019ab0c4-8000-7000-8000-0000000000c1".parse().unwrap(),
                        applicants: Applicants::Same,
                    }
                };
                let scenario = Scenario {
                    reference,
                    ..self.at_case(case.clone()).by(unit).at(now)
                };
                // A piece of a file is let in, and makes no event.
                match scenario.when((**command).clone()) {
                    Ok(events) => events,
                    Err(_) => return None,
                }
            }
            Attempt::Trigger(_, trigger) => react(Some(case), trigger).ok()?,
        };
        events.iter().fold(Some(case.clone()), evolve)
    }
}

/// The same case of a citizen who needs a home visit.
fn with_need(case: &Case) -> Case {
    let mut case = case.clone();
    case.needs.home_visit = true;
    case
}

#[test]
fn the_readme_diagram_shows_every_accepted_command() {
    let world = world();
    let samples = samples();
    let names: BTreeSet<&str> = samples.iter().map(CommandType::name).collect();
    let all: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
    assert_eq!(names, all, "a sample of every command");
    let commands = samples
        .into_iter()
        .map(|command| Attempt::Command(Box::new(command)));
    let attempts: Vec<Attempt> = commands.chain(triggers(&world)).collect();

    let begun = evolve(None, &world.opened()).unwrap();
    let referred = evolve(Some(begun.clone()), &world.requested()).unwrap();
    let found = explore(
        &[
            ("open", with_need(&begun)),
            ("open", begun),
            ("open", referred),
        ],
        &attempts,
        |case| case.stage().to_string(),
        key,
        |case, what| {
            // A file is added once; that it can be is seen, and the case stays as it was.
            let after = world.tried(case, what)?;
            let files = case.files.clone();
            Some(Case { files, ..after })
        },
    );
    let words = |step: &str| {
        let stage = Stage::ALL.iter().find(|stage| stage.as_str() == step);
        let text = stage.unwrap().text();
        format!("{} · {}", text.zh, text.en)
    };
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_shown(&readme, &draw(&found.arrows, words));

    let stages: BTreeSet<String> = found
        .states
        .iter()
        .map(|case| case.stage().to_string())
        .collect();
    assert_eq!(stages.len(), Stage::ALL.len(), "every stage is reached");

    let shown = drawn_arrows(&readme);
    let (mut refused, mut done) = (0, 0);
    for case in &found.states {
        for what in &attempts {
            let Some(after) = world.tried(case, what) else {
                refused += 1;
                continue;
            };
            done += 1;
            let (from, to) = (case.stage().to_string(), after.stage().to_string());
            let arrow = (from, what.to_string(), to);
            assert!(shown.contains(&arrow), "not in the README: {arrow:?}");
        }
    }
    assert!(refused > done, "{refused} refused, {done} done");
}

/// Of each role, at the window of the case and elsewhere.
const ACTORS: [&str; 9] = [
    "clerk/zhang-li@530821101",
    "specialist/zhang-li@530821101",
    "unit-administrator/zhang-li@530821101",
    "clerk/zhang-li@530821",
    "clerk/zhang-li@530802",
    "clerk/zhang-li@530821.legal-aid",
    "specialist/zhang-li@530821.legal-aid",
    "supervisor/zhang-li@530821.bureau",
    "auditor/zhang-li@530821.bureau",
];

/// What a page offers is what can be done: at every state, early and late, by each role and unit.
#[test]
fn offered_commands_are_exactly_those_accepted() {
    let world = world();
    let commands = samples()
        .into_iter()
        .map(|command| Attempt::Command(Box::new(command)));
    let attempts: Vec<Attempt> = commands.chain(triggers(&world)).collect();
    let begun = evolve(None, &world.opened()).unwrap();
    let found = explore(
        &[("open", with_need(&begun)), ("open", begun)],
        &attempts,
        |case| case.stage().to_string(),
        key,
        |case, what| {
            let after = world.tried(case, what)?;
            let files = case.files.clone();
            Some(Case { files, ..after })
        },
    );
    let (mut offers, mut too_late) = (0, 0);
    for case in &found.states {
        for actor in ACTORS.map(|actor| world.actor(actor)) {
            let each = [SOON, LATE].map(|now| world.compare(case, &actor, now, &attempts));
            let [soon, late] = &each;
            offers += soon.len();
            too_late += soon.difference(late).count();
        }
    }
    assert!(offers > 100, "only {offers}");
    assert!(too_late > 0, "nothing is ever too late");
}

impl World {
    /// What is offered to an actor at a moment, which is what is accepted of them.
    fn compare(
        &self,
        case: &Case,
        actor: &Actor,
        now: &'static str,
        attempts: &[Attempt],
    ) -> BTreeSet<String> {
        let commands = attempts.iter().filter_map(|what| match what {
            Attempt::Command(command) => Some((what, command.name())),
            Attempt::Trigger(..) => None,
        });
        let works: BTreeSet<String> = commands
            .filter(|(_, name)| permits(actor.role, SERVICE, name))
            .filter(|(what, _)| self.tried_by((&actor.unit, now), case, what).is_some())
            .map(|(_, name)| name.to_owned())
            .collect();
        let moment = now.parse().unwrap();
        let listed = available(case, moment, actor, &self.directory).into_iter();
        let mut listed: BTreeSet<String> = listed.map(str::to_owned).collect();
        if let Standing::Referred { holder, .. } = &case.standing {
            let own = actor.role == Role::Clerk && actor.unit == self.window;
            let takes_back = own && *holder == self.window;
            assert_eq!(
                listed.remove("withdraw"),
                takes_back,
                "custody decides it, and no unit has accepted"
            );
        }
        assert_eq!(works, listed, "{actor} at {} on {now}", case.stage());
        listed
    }
}
