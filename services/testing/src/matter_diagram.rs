//! The rules of a specialist service as a state diagram, see [`crate::diagram`].

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use onestop_matter::domain::{
    Context, Matter, Party, SpecialistRules, Trigger, available, decide, deciding_bureau, evolve,
    possible, react,
};
use onestop_proto::{
    actor::{Actor, Role},
    command::CommandType,
    ids::UnitId,
    permission::permits,
};

use crate::diagram::{Explored, assert_shown, draw, drawn_arrows, explore};

const YEAR_SECONDS: i64 = 365 * 24 * 60 * 60;

enum Try<'a, L: SpecialistRules> {
    Command(&'a L::Command),
    Trigger(&'static str, &'a Trigger),
}

impl<L: SpecialistRules> std::fmt::Display for Try<'_, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(command) => command.name(),
            Self::Trigger(name, _) => name,
        })
    }
}

impl<L: SpecialistRules> Try<'_, L> {
    /// The matter afterwards, tried now and, if that does nothing, a year later, when what waits for a day has its day;
    /// `None` if it was refused both times, or nothing happened.
    fn on(&self, matter: &Matter<L>, context: &Context<'_>) -> Option<Matter<L>> {
        let now = self.tried(matter, context);
        now.or_else(|| self.tried(matter, &a_year_later(context)))
    }

    fn tried(&self, matter: &Matter<L>, context: &Context<'_>) -> Option<Matter<L>> {
        let events = match self {
            Self::Command(command) => {
                let sender = sender(matter, command, context);
                let context = Context {
                    happened_at: context.happened_at,
                    latest_act: context.latest_act,
                    acted_in: context.acted_in,
                    ..Context::at(context.now, &sender, context.directory)
                };
                // What the law wants of another person than the one who acted before, a colleague does.
                let colleague = Actor {
                    staff: format!("{}-beside", sender.staff)
                        .parse()
                        .unwrap_or_else(|_| sender.staff.clone()),
                    ..sender.clone()
                };
                decide(Some(matter), command, &context).or_else(|_| {
                    let context = Context {
                        happened_at: context.happened_at,
                        latest_act: context.latest_act,
                        acted_in: context.acted_in,
                        ..Context::at(context.now, &colleague, context.directory)
                    };
                    decide(Some(matter), command, &context)
                })
            }
            Self::Trigger(_, trigger) => react(Some(matter), trigger, context),
        };
        let events = events.ok().filter(|events| !events.is_empty())?;
        events.iter().fold(Some(matter.clone()), evolve)
    }
}

/// When what waits for a day has its day.
fn a_year_later<'a>(context: &Context<'a>) -> Context<'a> {
    let later = context.now.plus_seconds(YEAR_SECONDS);
    Context {
        now: later,
        happened_at: later,
        ..*context
    }
}

/// An actor who may send a command: another person, a supervisor of the bureau, for what the bureau decides; a colleague, or a
/// supervisor, for what one approves; the person whom the matter names; else the actor of the context.
pub(crate) fn sender<L: SpecialistRules>(
    matter: &Matter<L>,
    command: &L::Command,
    context: &Context<'_>,
) -> Actor {
    let actor = context.actor.clone();
    match (
        L::party(command.name()),
        deciding_bureau(matter, context.directory),
    ) {
        (Party::Bureau, Ok(bureau)) => Actor {
            role: Role::Supervisor,
            staff: format!("{}-above", actor.staff)
                .parse()
                .unwrap_or(actor.staff),
            unit: bureau.unit,
        },
        (Party::Approver, _) => approver(matter, actor),
        (Party::Named, _) => Actor {
            staff: L::named(matter).unwrap_or(&actor.staff).clone(),
            ..actor
        },
        (Party::Unit | Party::Window | Party::Bureau, _) => actor,
    }
}

/// Another person than the one who drafted what waits, of the unit that approves it.
fn approver<L: SpecialistRules>(matter: &Matter<L>, actor: Actor) -> Actor {
    let Some(draft) = L::draft(matter) else {
        return actor;
    };
    let role = if *draft.approver == matter.unit {
        actor.role
    } else {
        Role::Supervisor
    };
    let staff = format!("{}-second", draft.drafted_by);
    Actor {
        role,
        staff: staff.parse().unwrap_or(actor.staff),
        unit: draft.approver.clone(),
    }
}

/// Tries every sample and every trigger in every state that a matter can reach, and compares what works with the
/// README of the service.
///
/// # Panics
/// If a command has no sample; if the README shows another diagram; if something works that it does not
/// show, or that [`SpecialistRules::possible`] does not offer; or if something is offered that works nowhere.
pub fn assert_matter_diagram<L: SpecialistRules>(
    readme: &Path,
    received: &[Trigger],
    triggers: &[(&'static str, Trigger)],
    samples: &[L::Command],
    context: &Context<'_>,
) {
    let names: BTreeSet<&str> = samples.iter().map(CommandType::name).collect();
    let all: BTreeSet<&str> = L::Command::NAMES.iter().copied().collect();
    assert_eq!(names, all, "a sample of every command");

    let begun = received.iter().map(|received| {
        let begun = react::<L>(None, received, context);
        let begun = begun.ok().expect("a case is received");
        let begun = begun.iter().fold(None, evolve::<L>);
        ("received", begun.expect("it begins a matter"))
    });
    let begun: Vec<_> = begun.collect();
    let commands = samples.iter().map(Try::Command);
    let tries: Vec<Try<'_, L>> = commands
        .chain(
            triggers
                .iter()
                .map(|(name, trigger)| Try::Trigger(name, trigger)),
        )
        .collect();
    let found = explore(
        &begun,
        &tries,
        |matter: &Matter<L>| matter.step.to_string(),
        |matter| format!("{matter:?}"),
        |matter, what| what.on(matter, context),
    );
    let label = |step: &str| {
        let of = |matter: &&Matter<L>| matter.step.to_string() == step;
        let matter = found.states.iter().find(of);
        matter.map_or_else(String::new, |matter| {
            let text = L::label(matter.step);
            format!("{} · {}", text.zh, text.en)
        })
    };
    assert_shown(readme, &draw(&found.arrows, label));

    assert_refused(&found, &tries, &drawn_arrows(readme), context);
    assert_offered(&found, context);
    assert_nothing_hidden(&found, samples, context);
    crate::matter_strangers::assert_hidden(&found.states, samples, context);
    crate::matter_offers::assert_taken(&found.states, samples, context);
}

/// Of the unit, of the bureau above it, and of the window of its division.
fn everybody<L: SpecialistRules>(matter: &Matter<L>, context: &Context<'_>) -> Vec<Actor> {
    let by = |role: Role, unit: &UnitId| Actor {
        role,
        unit: unit.clone(),
        ..context.actor.clone()
    };
    let mut all: Vec<Actor> = [Role::Specialist, Role::Clerk, Role::Auditor]
        .map(|role| by(role, &matter.unit))
        .into();
    if let Ok(bureau) = deciding_bureau(matter, context.directory) {
        all.push(by(Role::Supervisor, &bureau.unit));
    }
    let kind = "window".parse().expect("a kind of unit");
    if let Some(window) = context.directory.unit_at(matter.division, &kind) {
        all.push(by(Role::Clerk, &window.id));
        all.push(by(Role::Specialist, &window.id));
    }
    all
}

/// A command that is not listed for an actor is refused to them: no page hides what they could do. Tries one state of each
/// step for each list of what is possible there; that the unit's own staff is offered all that works was seen in every state.
fn assert_nothing_hidden<L: SpecialistRules>(
    found: &Explored<Matter<L>>,
    samples: &[L::Command],
    context: &Context<'_>,
) {
    let service = L::service();
    let mut tried = BTreeSet::new();
    for matter in &found.states {
        if !tried.insert((matter.step.to_string(), possible(matter, context))) {
            continue;
        }
        let everybody = everybody(matter, context);
        crate::matter_offers::assert_taken_from(matter, &everybody, samples, context);
        crate::matter_offers::assert_late_entries(matter, samples, context);
        for actor in everybody {
            let context = Context {
                happened_at: context.happened_at,
                latest_act: context.latest_act,
                acted_in: context.acted_in,
                ..Context::at(context.now, &actor, context.directory)
            };
            let listed = available(matter, &context);
            for command in samples {
                let name = command.name();
                if listed.contains(&name) || !permits(actor.role, service.as_str(), name) {
                    continue;
                }
                let decided = decide(Some(matter), command, &context);
                let done = decided.is_ok_and(|events| !events.is_empty());
                assert!(!done, "{name} is hidden from {actor} at {}", matter.step);
            }
        }
    }
}

/// What the README does not show is refused, in every state; what works in one is offered there.
fn assert_refused<L: SpecialistRules>(
    found: &Explored<Matter<L>>,
    tries: &[Try<'_, L>],
    shown: &BTreeSet<(String, String, String)>,
    context: &Context<'_>,
) {
    for matter in &found.states {
        for what in tries {
            let step = matter.step.to_string();
            let after = what.on(matter, context);
            let Some(after) = after else { continue };
            let arrow = (step, what.to_string(), after.step.to_string());
            assert!(shown.contains(&arrow), "not in the README: {arrow:?}");
            if let Try::Command(command) = what {
                let works_now = what.tried(matter, context).is_some();
                let offered = if works_now {
                    possible(matter, context)
                } else {
                    possible(matter, &a_year_later(context))
                };
                assert!(offered.contains(&command.name()), "not offered: {arrow:?}");
            }
        }
    }
}

/// The commands that are listed as possible at a step are those that work there, in one of its states.
fn assert_offered<L: SpecialistRules>(found: &Explored<Matter<L>>, context: &Context<'_>) {
    let commands: BTreeSet<&str> = L::Command::NAMES.iter().copied().collect();
    let mut offered: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for matter in &found.states {
        let here = offered.entry(matter.step.to_string()).or_default();
        here.extend(possible(matter, context));
        here.extend(possible(matter, &a_year_later(context)));
    }
    for (step, offered) in offered {
        let from = found.arrows.iter().filter(|(from, _, _)| *from == step);
        let works: BTreeSet<&str> = from
            .map(|(_, by, _)| by.as_str())
            .filter(|by| commands.contains(by))
            .collect();
        assert_eq!(works, offered, "at {step}");
    }
}
