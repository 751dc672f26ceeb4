//! The facts of parked events.

use onestop_proto::{
    parking::{Event, MOST_PARKED, Parked, Reason},
    text::Words,
};

use super::{quoted, words};

pub(super) fn facts(event: &Event) -> Words {
    match event {
        Event::Parked(parked) => parked_facts(parked),
        Event::Taken(taken) => Words::untranslated(&taken.event.to_string()),
        Event::SkipRequested(asked) => quoted(&asked.event.to_string(), &asked.why),
        Event::SkipRefused(refused) => quoted(&refused.event.to_string(), &refused.why),
        Event::Skipped(skipped) => quoted(&skipped.event.to_string(), &skipped.why),
        Event::HeldBack(held) => {
            let at = &held.at;
            let place = format!("{} #{}", at.source, at.position);
            words(
                format!("已列 {MOST_PARKED} 件；自 {place} 起留候"),
                format!("{MOST_PARKED} are listed; those from {place} on wait unlisted"),
            )
        }
        Event::Released(released) => Words::untranslated(&released.source.to_string()),
    }
}

fn parked_facts(parked: &Parked) -> Words {
    let (kind, at) = (&parked.event_type, &parked.at);
    let place = format!("{kind}，{} #{}", at.source, at.position);
    match &parked.reason {
        Reason::Failed { problem } => quoted(&place, problem),
        Reason::Newer {} => words(
            format!("{place}：版本比本服务新，等候升级"),
            format!("{place}: newer than the service, waits for its upgrade"),
        ),
        Reason::Behind {} => words(
            format!("{place}：等候本案先前的事件"),
            format!("{place}: behind an earlier event of the case"),
        ),
    }
}
