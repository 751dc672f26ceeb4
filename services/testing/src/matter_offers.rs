//! What is offered again after its only use: nothing.

use onestop_matter::domain::{Context, Matter, SpecialistRules, decide, possible};
use onestop_proto::{command::CommandType, rejection::Explain};

/// The codes of refusals of what has been used.
const USED: [&str; 4] = [
    "told-once",
    "extended-before",
    "forwarding-known",
    "other-lawyer-asked",
];

/// In no state is a command offered that is refused there because it was used before.
pub(crate) fn assert_unused<L: SpecialistRules>(
    states: &[Matter<L>],
    samples: &[L::Command],
    context: &Context<'_>,
) {
    for matter in states {
        let offered = possible(matter, context.directory);
        for command in samples {
            let name = command.name();
            if !offered.contains(&name) {
                continue;
            }
            let refused = decide(Some(matter), command, context).err();
            let code = refused.as_ref().map(|refused| refused.rejected().code);
            let used = code.filter(|code| USED.contains(&code.as_str()));
            assert_eq!(used, None, "{name} is offered at {}", matter.step);
        }
    }
}
