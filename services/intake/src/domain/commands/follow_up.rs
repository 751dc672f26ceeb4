//! Calling the citizen back (回访).

use onestop_proto::case::{Event, FollowUp, FollowedUp};

use crate::domain::Context;

pub(super) fn decide(follow_up: &FollowUp, context: &Context<'_>) -> Vec<Event> {
    let note = follow_up.note.as_ref().map(|_| context.sealed.clone());
    vec![Event::from(FollowedUp {
        result: follow_up.result,
        note,
    })]
}
