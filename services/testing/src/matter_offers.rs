//! What is offered is taken: no command is offered that the state, the time or an approval refuses whatever is typed.

use onestop_matter::domain::{Context, Matter, SpecialistRules, decide, possible};
use onestop_proto::{command::CommandType, rejection::Explain};

/// The codes of refusals that nothing that is typed into a form mends.
const WHATEVER_IS_TYPED: [&str; 27] = [
    "above-line",
    "approval-required",
    "confirmation-late",
    "consent-first",
    "critical-date-open",
    "draft-waits",
    "extended-before",
    "extension-late",
    "forwarding-known",
    "in-person",
    "means-first",
    "no-approval-needed",
    "no-draft",
    "no-other-lawyer-asked",
    "not-confirmable",
    "not-everyone-came",
    "not-extensible",
    "not-notified",
    "not-now",
    "organ-to-tell",
    "other-lawyer-asked",
    "other-lawyer-to-decide",
    "papers-awaited",
    "tell-first",
    "terms-kept",
    "terms-open",
    "told-once",
];

/// Long after the states came to be: last days are over.
const LATER: i64 = 400 * 24 * 60 * 60;

/// In no state, neither at once nor when its days are over, is a command offered that is refused there whatever is typed.
pub(crate) fn assert_taken<L: SpecialistRules>(
    states: &[Matter<L>],
    samples: &[L::Command],
    context: &Context<'_>,
) {
    for now in [context.now, context.now.plus_seconds(LATER)] {
        let then = Context {
            acted_in: context.acted_in,
            ..Context::at(now, context.actor, context.directory)
        };
        for matter in states {
            assert_taken_in(matter, samples, &then);
        }
    }
}

fn assert_taken_in<L: SpecialistRules>(
    matter: &Matter<L>,
    samples: &[L::Command],
    context: &Context<'_>,
) {
    let offered = possible(matter, context.directory, context.now);
    for command in samples {
        let name = command.name();
        if !offered.contains(&name) {
            continue;
        }
        let refused = decide(Some(matter), command, context).err();
        let code = refused.as_ref().map(|refused| refused.rejected().code);
        let code = code.filter(|code| WHATEVER_IS_TYPED.contains(&code.as_str()));
        let (step, now) = (&matter.step, context.now);
        assert_eq!(code, None, "{name} is offered at {step} on {now}");
    }
}
