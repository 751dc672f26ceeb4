//! A page offers a request for the erasure exactly where the decision takes one.

use super::*;
use crate::domain::check_erasure_request;

impl World {
    /// Whether a page offers the request to an actor.
    fn offers(&self, history: &History, by: &str, now: &str) -> bool {
        let folded = history
            .iter()
            .fold(None, |case, (event, _)| evolve(case, event));
        let mut retention_starts = RetentionStarts::default();
        for (event, at) in history {
            retention_starts.take_in(event, *at);
        }
        let (actor, now) = (self.actor(by), moment(now));
        let context = ErasureContext {
            now,
            hand: Hand::Person,
            second_person_hours: 72,
            today: now.china_date(),
            actor: &actor,
            directory: &self.directory,
            retention_starts: &retention_starts,
            instruction: None,
            disclosed_until: None,
        };
        check_erasure_request(&folded.unwrap(), &context).is_ok()
    }

    /// A question that is answered and closed, and what becomes of it: each state in which a page can find it.
    fn states(&self) -> Vec<(&'static str, History)> {
        let closed = self.answered("2026-11-23 09:30:00");
        let mut open = closed.clone();
        open.pop();
        let mut pending = closed.clone();
        pending.push((self.open_request(), moment(NOW)));
        let erased = self.erase(&closed, SUPERVISOR, "2026-11-24").unwrap();
        let mut gone = pending.clone();
        gone.extend(erased.into_iter().map(|event| (event, moment(NOW))));
        let kept = self.closed("2026-11-20 09:30:00", "2026-11-23 09:30:00");
        vec![
            ("closed", closed),
            ("open", open),
            ("pending", pending),
            ("erased", gone),
            ("kept", kept),
        ]
    }
}

#[test]
fn what_a_page_offers_is_what_the_decision_takes() {
    let world = world();
    let mut offered = Vec::new();
    for (state, history) in world.states() {
        for by in [
            SUPERVISOR,
            ADMINISTRATOR,
            "supervisor/bai-yu@5308",
            "supervisor/bai-yu@530828",
            "unit-administrator/li-na@530821",
            "clerk/zhang-li@530821101",
        ] {
            for now in [NOW, "2047-01-01 09:00:00", "2099-01-01 00:00:00"] {
                let takes = world.send(&history, &request(), by, now).is_ok();
                assert_eq!(world.offers(&history, by, now), takes, "{state} {by} {now}");
                offered.extend(takes.then_some((state, by, now)));
            }
        }
    }
    // A case that is erased, that waits for a second person, or that the law has kept is offered to no actor now.
    let now = |(_, _, at): &&(&str, &str, &str)| *at == NOW;
    assert!(
        offered
            .iter()
            .filter(now)
            .all(|(state, _, _)| *state == "closed")
    );
    assert!(offered.iter().any(|(_, by, _)| *by == ADMINISTRATOR));
}
