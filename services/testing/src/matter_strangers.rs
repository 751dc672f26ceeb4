//! What an actor learns whom a matter does not concern: nothing.

use std::collections::BTreeSet;

use onestop_matter::domain::{Context, Matter, SpecialistRules, decide, possible};
use onestop_proto::{
    actor::{Actor, Role},
    command::CommandType,
    rejection::Explain,
};

/// A unit that no directory lists.
const ELSEWHERE: &str = "s00000000.legal-aid";

/// Every sample of a command is answered to an actor of a unit elsewhere as if there were no matter, in one state of each step for
/// each list of what is possible there.
pub(crate) fn assert_hidden<L: SpecialistRules>(
    states: &[Matter<L>],
    samples: &[L::Command],
    context: &Context<'_>,
) {
    let roles = [
        Role::Clerk,
        Role::Specialist,
        Role::Supervisor,
        Role::UnitAdministrator,
        Role::Auditor,
    ];
    let mut tried = BTreeSet::new();
    for matter in states {
        if !tried.insert((matter.step.to_string(), possible(matter, context))) {
            continue;
        }
        for role in roles {
            let stranger = Actor {
                role,
                unit: ELSEWHERE.parse().expect("a unit id"),
                ..context.actor.clone()
            };
            let context = Context {
                happened_at: context.happened_at,
                latest_act: context.latest_act,
                acted_in: context.acted_in,
                ..Context::at(context.now, &stranger, context.directory)
            };
            for command in samples {
                let answer = |matter: Option<&Matter<L>>| {
                    let refused = decide::<L>(matter, command, &context).err();
                    refused.as_ref().map(Explain::rejected)
                };
                let (name, step) = (command.name(), &matter.step);
                assert_eq!(
                    answer(Some(matter)),
                    answer(None),
                    "{name} as {role} at {step}"
                );
            }
        }
    }
}
