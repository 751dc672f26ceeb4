//! What is to be seen to at a moment of a case, and what of it was seen to by then. Pure.

use onestop_proto::{
    case::{self, Event, NeedKind, Needs, VisitOutcome},
    envelope::EventType as _,
    journal::ReplayStep,
    narrowed,
};

use crate::pages::{
    needs::{KnownNeeds, Need},
    shell::Page,
};

narrowed! {
    /// The events of a case that change what is to be seen to.
    enum NeedsChange of case { Opened, Corrected, HomeVisited, NeedSettled, Reopened }
}

/// The needs after some steps of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NeedsThen {
    urgent: bool,
    needs: Needs,
    settled: Vec<NeedKind>,
}

impl NeedsThen {
    pub(super) fn after(steps: &[ReplayStep]) -> Self {
        let mut then = Self::default();
        for step in steps {
            let event = Event::read(&step.event.event_type, &step.event.data);
            if let Some(event) = event.ok().flatten() {
                then.hear(&event);
            }
        }
        then
    }

    fn hear(&mut self, event: &Event) {
        let Some(change) = NeedsChange::of(event) else {
            return;
        };
        match change {
            NeedsChange::Opened(opened) => {
                self.urgent = opened.urgent;
                self.needs = opened.needs.clone();
            }
            NeedsChange::Corrected(corrected) => {
                if let Some(needs) = &corrected.needs {
                    self.needs = needs.clone();
                }
            }
            NeedsChange::HomeVisited(visited) => match visited.outcome {
                None | Some(VisitOutcome::Done) => self.settled.push(NeedKind::HomeVisit),
                Some(
                    VisitOutcome::Partly | VisitOutcome::NotAtHome | VisitOutcome::AnotherVisit,
                ) => {}
            },
            NeedsChange::NeedSettled(settled) => self.settled.push(settled.need),
            NeedsChange::Reopened(_) => self.settled.clear(),
        }
    }
}

impl Page<'_> {
    /// The needs of a case at a past moment.
    pub(super) fn needs_then(&self, then: &NeedsThen) -> Vec<Need> {
        self.needs_of(KnownNeeds {
            urgent: then.urgent,
            needs: &then.needs,
            settled: &then.settled,
        })
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{NeedOutcome, NeedSettled, ReopenReason, Reopened};

    use super::*;

    #[test]
    fn a_past_moment_shows_what_had_been_seen_to_by_then() {
        let needs = Needs {
            interpreter: true,
            home_visit: true,
            ..Needs::default()
        };
        let mut then = NeedsThen {
            needs,
            ..NeedsThen::default()
        };
        then.hear(&Event::from(NeedSettled {
            need: NeedKind::Interpreter,
            how: NeedOutcome::ByOthers,
        }));
        assert_eq!(then.settled, [NeedKind::Interpreter]);
        assert!(then.needs.home_visit);
        then.hear(&Event::from(Reopened {
            reason: ReopenReason::NewFacts,
        }));
        assert!(then.settled.is_empty());
    }
}
