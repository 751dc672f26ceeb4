//! What is offered is taken: no command is offered that the state, the time, an approval or the person who acts refuses whatever is
//! typed; and what is entered as of an earlier moment is offered where it is taken, and nowhere else.

use onestop_matter::domain::{
    Context, Matter, SpecialistRules, available, available_late, decide, possible,
};
use onestop_proto::{actor::Actor, command::CommandType, rejection::Explain};

use crate::approved_late_entry;

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

/// The codes of refusals of the person who acts.
const WHOEVER_ELSE_MAY: [&str; 6] = [
    "no-matter",
    "not-the-named",
    "not-your-matter",
    "not-yours-to-decide",
    "own-decision",
    "own-draft",
];

/// To no person a command is offered that is refused to that person.
pub(crate) fn assert_taken_from<L: SpecialistRules>(
    matter: &Matter<L>,
    actors: &[Actor],
    samples: &[L::Command],
    context: &Context<'_>,
) {
    for actor in actors {
        let context = Context { actor, ..*context };
        let offered = available(matter, &context);
        for command in samples.iter().filter(|one| offered.contains(&one.name())) {
            let code = refusal(matter, command, &context);
            let code = code.filter(|code| WHOEVER_ELSE_MAY.contains(&code.as_str()));
            let (name, step) = (command.name(), &matter.step);
            assert_eq!(code, None, "{name} is offered to {actor} at {step}");
        }
    }
}

/// An hour after the clock of the step was over, what happened on its last day is offered where it is taken: all of it by what is
/// possible then, and by name what comes too late as of now.
pub(crate) fn assert_late_entries<L: SpecialistRules>(
    matter: &Matter<L>,
    samples: &[L::Command],
    context: &Context<'_>,
) {
    let Some(over) = matter.clock().map(|clock| clock.due.at) else {
        return;
    };
    let now = Context {
        acted_in: context.acted_in,
        ..Context::at(over.plus_seconds(60 * 60), context.actor, context.directory)
    };
    let in_time = Context {
        happened_at: over.plus_seconds(-1),
        late_entry: Some(approved_late_entry()),
        ..now
    };
    if matter
        .counted_from
        .is_some_and(|basis| in_time.happened_at < basis)
    {
        return;
    }
    let (offered, late) = (possible(matter, &in_time), available_late(matter, &now));
    for command in samples {
        let (name, step) = (command.name(), &matter.step);
        let done = |context: &Context<'_>| {
            decide(Some(matter), command, context).is_ok_and(|events| !events.is_empty())
        };
        let refused_at_all = |context: &Context<'_>| {
            let code = refusal(matter, command, context);
            code.filter(|code| WHATEVER_IS_TYPED.contains(&code.as_str()))
        };
        let done_in_time = done(&in_time);
        assert!(
            !done_in_time || offered.contains(&name),
            "{name} is hidden at {step}"
        );
        if late.contains(&name) {
            assert!(!done(&now), "{name} is not too late at {step}");
            assert_eq!(
                refused_at_all(&in_time),
                None,
                "{name} is offered at {step}"
            );
        } else if done_in_time {
            assert_eq!(
                refused_at_all(&now),
                None,
                "{name} is hidden as of before at {step}"
            );
        }
    }
}

fn refusal<L: SpecialistRules>(
    matter: &Matter<L>,
    command: &L::Command,
    context: &Context<'_>,
) -> Option<String> {
    let refused = decide(Some(matter), command, context).err();
    refused.as_ref().map(|refused| refused.rejected().code)
}

fn assert_taken_in<L: SpecialistRules>(
    matter: &Matter<L>,
    samples: &[L::Command],
    context: &Context<'_>,
) {
    let offered = possible(matter, context);
    for command in samples {
        let name = command.name();
        if !offered.contains(&name) {
            continue;
        }
        let code = refusal(matter, command, context);
        let code = code.filter(|code| WHATEVER_IS_TYPED.contains(&code.as_str()));
        let (step, now) = (&matter.step, context.now);
        assert_eq!(code, None, "{name} is offered at {step} on {now}");
    }
}
