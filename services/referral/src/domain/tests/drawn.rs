//! The README shows what can be done with custody, and the rest is refused.

use std::{collections::BTreeSet, path::Path};

use onestop_proto::{
    command::CommandType,
    referral::{
        AnswerSupervision, Complete, CustodyStage, DeclineInvitation, Designate, DisclosedData,
        DisclosureBasis, Dispute, DisputeReason, ExternalAnswer, GrantExtension, HandOver,
        HandoverPurpose, Invite, Join, Reassign, RecordExternalReply, RefuseExtension, Release,
        ReportPart, RequestExtension, Supervise,
    },
};

use super::*;
use crate::{
    domain::possible,
    files::{assert_shown, draw, explore, shown},
};

/// Something to try, by somebody, at a moment.
enum Try {
    Command(Actor, Command),
    Prompt(&'static str, Actor, Prompt, Timestamp),
}

impl std::fmt::Display for Try {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(_, command) => command.name(),
            Self::Prompt(name, ..) => name,
        })
    }
}

impl Try {
    /// Custody afterwards; nothing if it was refused or nothing happened.
    fn on(&self, custody: &Custody, directory: &Directory) -> Option<Custody> {
        let (actor, now) = match self {
            Self::Command(actor, _) => (actor, day(2)),
            Self::Prompt(_, actor, _, now) => (actor, *now),
        };
        let context = Context {
            now,
            actor,
            handoff: handoff(1),
            directory,
            load: &|_| 0,
            opposing: &|_| Vec::new(),
        };
        let events = match self {
            Self::Command(_, command) => decide(custody, command, &context),
            Self::Prompt(_, _, prompt, _) => decide_prompt(Some(custody), prompt, &context),
        };
        let events = events.ok().filter(|events| !events.is_empty())?;
        let after = events.iter().fold(Some(custody.clone()), evolve)?;
        Some(plain(after))
    }
}

/// Without what has no bearing on what can be done next: there would be no end of states.
fn plain(mut custody: Custody) -> Custody {
    custody.ended.clear();
    custody.held.clear();
    custody.conflicted.clear();
    custody.co_units.retain(|co| co.standing.is_open());
    custody.co_units.truncate(1);
    custody.handed_over.retain(super::super::Handover::is_open);
    custody.handed_over.truncate(1);
    if let Some(errand) = &mut custody.errand {
        errand.sent_away.sort();
    }
    custody
}

/// Everything, by each of those who have something to do with a case that units of this kind work.
fn tries(world: &World, kind: &str) -> Vec<Try> {
    let text = || "事由".to_owned();
    let (county, prefecture) = (world.unit(COUNTY, kind), world.unit(PREFECTURE, kind));
    let notary = world.unit(COUNTY, "notarization");
    let mediation = world.unit(COUNTY, "mediation");
    let bureau = world.bureau(PREFECTURE);
    let commands: Vec<Command> = vec![
        Accept {
            handoff: handoff(1),
        }
        .into(),
        Decline {
            handoff: handoff(1),
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
        }
        .into(),
        Return {
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
        }
        .into(),
        Recall {
            reason: RecallReason::CitizenWithdrew,
        }
        .into(),
        Complete {
            outcome: Outcome::Granted,
        }
        .into(),
        Dispute {
            reason: DisputeReason::NotOurs,
            why: text(),
        }
        .into(),
        Designate {
            to: county.clone(),
            why: text(),
        }
        .into(),
        RequestExtension { reason: text() }.into(),
        GrantExtension {}.into(),
        RefuseExtension { why: text() }.into(),
        Supervise {
            instruction: text(),
        }
        .into(),
        AnswerSupervision { answer: text() }.into(),
        Invite {
            unit: notary.clone(),
            task: text(),
        }
        .into(),
        Invite {
            unit: mediation.clone(),
            task: text(),
        }
        .into(),
        Release {
            unit: mediation.clone(),
            why: text(),
        }
        .into(),
        Join {}.into(),
        DeclineInvitation {
            reason: ReturnReason::NoCapacity,
        }
        .into(),
        ReportPart { report: text() }.into(),
        Release {
            unit: notary.clone(),
            why: text(),
        }
        .into(),
        Reassign {
            from: county.clone(),
            why: text(),
        }
        .into(),
        Reassign {
            from: prefecture.clone(),
            why: text(),
        }
        .into(),
        HandOver {
            to: world.unit(COUNTY, "police"),
            purpose: HandoverPurpose::Report,
            data: vec![DisclosedData::Facts],
            basis: DisclosureBasis::Statute { law: text() },
            materials: Vec::new(),
            keep_years: None,
        }
        .into(),
        RecordExternalReply {
            handover: None,
            answer: ExternalAnswer::Done,
            letter: None,
            on: None,
        }
        .into(),
    ];
    let names: BTreeSet<&str> = commands.iter().map(CommandType::name).collect();
    let all: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
    assert_eq!(names, all, "a sample of every command");
    let actors = [
        as_role("clerk", &world.window),
        as_role("specialist", &county),
        as_role("specialist", &prefecture),
        as_role("specialist", &notary),
        as_role("specialist", &mediation),
        as_role("supervisor", &bureau),
    ];
    let mut tries: Vec<Try> = Vec::new();
    for command in commands {
        for actor in &actors {
            tries.push(Try::Command(actor.clone(), command.clone()));
        }
    }
    let system = |unit: &UnitId| as_role("system", unit);
    let window = || system(&world.window);
    tries.push(Try::Prompt(
        "intake.referral-requested",
        window(),
        if kind == WINDOW {
            World::wants("consultation", "labour", COUNTY)
        } else {
            World::request()
        },
        day(2),
    ));
    tries.push(Try::Prompt(
        "intake.closed",
        window(),
        Prompt::CaseEnded,
        day(2),
    ));
    for unit in [&county, &prefecture] {
        let finished = Prompt::Finished {
            outcome: Outcome::Granted,
        };
        tries.push(Try::Prompt("concluded", system(unit), finished, day(2)));
    }
    tries.push(Try::Prompt("time", window(), Prompt::TimeComes, day(31)));
    tries
}

fn name(custody: &Custody) -> String {
    custody.stage().to_string()
}

#[test]
fn the_readme_shows_what_can_be_done() {
    let world = world();
    let begun = [("intake.opened", state(&world.begun()))];
    let attempt = |custody: &Custody, what: &Try| what.on(custody, &world.directory);
    let mut arrows = BTreeSet::new();
    // An item with a law of its own; and one without, on whose work this service keeps the clock.
    for kind in ["legal-aid", WINDOW] {
        let tries = tries(&world, kind);
        let found = explore(&begun, &tries, name, attempt);
        // What a screen offers is what can be done.
        let commands: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
        for custody in &found.states {
            let works: BTreeSet<String> = tries
                .iter()
                .filter(|what| commands.contains(what.to_string().as_str()))
                .filter(|what| attempt(custody, what).is_some())
                .map(ToString::to_string)
                .collect();
            let offered = possible(custody).into_iter().map(str::to_owned);
            let offered: BTreeSet<String> = offered.collect();
            assert_eq!(works, offered, "{custody:#?}");
        }
        arrows.extend(found.arrows);
    }
    let reached: BTreeSet<&str> = arrows.iter().map(|(from, _, _)| from.as_str()).collect();
    for stage in CustodyStage::ALL {
        assert!(reached.contains(stage.as_str()), "{stage} is not reached");
    }
    let words = |stage: &str| {
        let stage: CustodyStage = stage.parse().unwrap();
        format!("{} · {}", stage.text().zh, stage.text().en)
    };
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_shown(&readme, &draw(&arrows, words));
    // Everything was tried in every state: what is not drawn was refused there.
    let drawn = shown(&crate::files::text(&readme));
    assert_eq!(drawn, arrows);
}
