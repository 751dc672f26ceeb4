//! The README shows what can be done, and whatever it does not show is refused.

use std::{collections::BTreeSet, path::Path};

use onestop_proto::{
    case::{
        Attach, AttachPiece, Correct, CorrectionReason, FollowUp, FollowUpResult, Material,
        MediaType, Merge, MergeReason, NoteHomeVisit, NotifyOnce, Plaintext, ReceiveMaterial, Redo,
        Reopen, ReopenReason, RequestReferral, VisitPurpose,
    },
    command::CommandType,
};

use super::*;
use crate::{
    domain::{Rating, offered},
    files::{assert_shown, draw, explore, shown, text},
};

/// Something to try.
enum Try {
    Command(Box<Command>),
    Heard(&'static str, Heard),
}

impl std::fmt::Display for Try {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(command) => command.name(),
            Self::Heard(name, _) => name,
        })
    }
}

/// A case, as far as what can be done with it goes: files and receipts may be ever more.
#[derive(Clone)]
struct Drawn(Case);

impl Drawn {
    fn key(&self) -> (Standing, u8, bool, u32) {
        let rating = match self.0.rating {
            Rating::None => 0,
            Rating::Given { .. } => 1,
            Rating::Redo { .. } => 2,
            Rating::Redone { .. } => 3,
        };
        let told = self.0.notice.is_some();
        (self.0.standing.clone(), rating, told, self.0.reopened)
    }
}

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

fn samples() -> Vec<Command> {
    let hash = |digit: &str| digit.repeat(64).parse().unwrap();
    let wages = || vec!["wage-record".parse().unwrap()];
    let text = || Plaintext("当面说明".to_owned());
    let sample = |grade| Command::from(Rate { grade });
    vec![
        Command::from(open("legal-aid", "labour-pay", TOWN)),
        Command::from(Correct {
            event: HANDOFF.parse().unwrap(),
            reason: CorrectionReason::Mistyped,
            applicant: Some(Applicant::named("玉香")),
            needs: None,
            place: None,
            topic: None,
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
        }),
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
            reason: ReopenReason::NewFacts,
        }),
        Command::from(Archive {}),
    ]
}

fn heard(world: &World) -> Vec<Try> {
    let handoff = HANDOFF.parse().unwrap();
    vec![
        Try::Heard("referral.accepted", world.accepted_by_agency()),
        Try::Heard("referral.returned", Heard::BackAtWindow { handoff }),
        Try::Heard("referral.stranded", Heard::NobodyFound),
        Try::Heard(
            "referral.recalled",
            Heard::Recalled {
                reason: RecallReason::CitizenWithdrew,
            },
        ),
        Try::Heard(
            "referral.recalled",
            Heard::Recalled {
                reason: RecallReason::WindowError,
            },
        ),
        Try::Heard(
            "referral.completed",
            Heard::Result {
                unit: world.agency.clone(),
                outcome: Outcome::Granted,
            },
        ),
    ]
}

impl World {
    /// The case afterwards; nothing if it was refused.
    fn tried(&self, case: &Case, what: &Try) -> Option<Case> {
        let events = match what {
            Try::Command(command) => {
                let found = if matches!(**command, Command::Correct(_)) {
                    Found::Event
                } else {
                    // Only a merger looks at it.
                    Found::Case {
                        other: Box::new(evolve(None, &self.opened()).unwrap()),
                        is_earlier: true,
                    }
                };
                let given = Given {
                    found,
                    ..self.given_case(case.clone())
                };
                // A piece of a file is let in, and makes no event.
                match given.when((**command).clone()) {
                    Ok(events) => events,
                    Err(_) => return None,
                }
            }
            Try::Heard(_, heard) => decide_heard(Some(case), heard).ok()?,
        };
        events.iter().fold(Some(case.clone()), evolve)
    }
}

#[test]
fn the_readme_shows_what_can_be_done_and_the_rest_is_refused() {
    let world = world();
    let samples = samples();
    let names: BTreeSet<&str> = samples.iter().map(CommandType::name).collect();
    let all: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
    assert_eq!(names, all, "a sample of every command");
    let commands = samples
        .into_iter()
        .map(|command| Try::Command(Box::new(command)));
    let tries: Vec<Try> = commands.chain(heard(&world)).collect();

    let begun = evolve(None, &world.opened()).unwrap();
    let referred = evolve(Some(begun.clone()), &world.requested()).unwrap();
    let found = explore(
        &[("open", Drawn(begun)), ("open", Drawn(referred))],
        &tries,
        |drawn| drawn.0.stage().to_string(),
        |drawn, what| {
            // A file is added once; that it can be is seen, and the case stays as it was.
            let after = world.tried(&drawn.0, what)?;
            let files = drawn.0.files.clone();
            Some(Drawn(Case { files, ..after }))
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
        .map(|it| it.0.stage().to_string())
        .collect();
    assert_eq!(stages.len(), Stage::ALL.len(), "every stage is reached");

    let shown = shown(&text(&readme));
    let (mut refused, mut done) = (0, 0);
    for drawn in &found.states {
        for what in &tries {
            let Some(after) = world.tried(&drawn.0, what) else {
                refused += 1;
                continue;
            };
            done += 1;
            let (from, to) = (drawn.0.stage().to_string(), after.stage().to_string());
            let arrow = (from, what.to_string(), to);
            assert!(shown.contains(&arrow), "not in the README: {arrow:?}");
        }
    }
    assert!(refused > done, "{refused} refused, {done} done");
}

/// What a screen offers is what can be done, at every state.
#[test]
fn what_is_offered_can_be_done() {
    let world = world();
    let commands = samples()
        .into_iter()
        .map(|command| Try::Command(Box::new(command)));
    let tries: Vec<Try> = commands.chain(heard(&world)).collect();
    let begun = evolve(None, &world.opened()).unwrap();
    let found = explore(
        &[("open", Drawn(begun))],
        &tries,
        |drawn| drawn.0.stage().to_string(),
        |drawn, what| {
            let after = world.tried(&drawn.0, what)?;
            let files = drawn.0.files.clone();
            Some(Drawn(Case { files, ..after }))
        },
    );
    for drawn in &found.states {
        let works: BTreeSet<String> = tries
            .iter()
            .filter(|what| matches!(what, Try::Command(_)))
            .filter(|what| world.tried(&drawn.0, what).is_some())
            .map(ToString::to_string)
            .collect();
        let mut offered: BTreeSet<String> =
            offered(&drawn.0).into_iter().map(str::to_owned).collect();
        if matches!(drawn.0.standing, Standing::Referred { .. }) {
            assert!(offered.remove("withdraw"), "custody decides it");
        }
        if drawn.0.reopened == 3 {
            offered.remove("reopen");
        }
        assert_eq!(works, offered, "at {}", drawn.0.stage());
    }
}
