//! What is to be seen to at a moment of a case, and what of it was seen to by then. Pure.

use onestop_proto::{
    case::{self, Event, NeedKind, NeedOutcome, NeedSettlement, Needs, VisitOutcome},
    envelope::EventType as _,
    ids::StaffId,
    journal::ReplayStep,
    narrowed,
};

use crate::pages::{
    needs::{KnownNeeds, Need},
    shell::Page,
};

narrowed! {
    /// The events of a case that change what is to be seen to.
    enum NeedsChange of case {
        Opened, Corrected, HomeVisited, NeedSettled, MarkedUrgent, UrgencyLifted, Reopened,
    }
}

/// The needs after some steps of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NeedsThen {
    urgent: bool,
    needs: Needs,
    settled: Vec<NeedSettlement>,
}

impl NeedsThen {
    pub(super) fn after(steps: &[ReplayStep]) -> Self {
        let mut then = Self::default();
        for step in steps {
            let event = Event::read(&step.event.event_type, &step.event.data);
            if let Some(event) = event.ok().flatten() {
                then.hear(&event, &step.actor.staff);
            }
        }
        then
    }

    fn hear(&mut self, event: &Event, by: &StaffId) {
        let settled = |need, how| NeedSettlement {
            need,
            how,
            by: by.clone(),
        };
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
                None | Some(VisitOutcome::Done) => {
                    let visit = settled(NeedKind::HomeVisit, NeedOutcome::ByStaff);
                    self.settled.push(visit);
                }
                Some(
                    VisitOutcome::Partly | VisitOutcome::NotAtHome | VisitOutcome::AnotherVisit,
                ) => {}
            },
            NeedsChange::NeedSettled(one) => self.settled.push(settled(one.need, one.how)),
            NeedsChange::MarkedUrgent(_) => self.urgent = true,
            NeedsChange::UrgencyLifted(_) => self.urgent = false,
            NeedsChange::Reopened(_) => self.settled.clear(),
        }
    }
}

impl Page<'_> {
    /// The needs of a case at a past moment.
    pub(super) fn needs_then(&self, then: &NeedsThen) -> Vec<Need> {
        let kinds: Vec<NeedKind> = then.settled.iter().map(|one| one.need).collect();
        self.needs_of(KnownNeeds {
            urgent: then.urgent,
            needs: &then.needs,
            settled: &kinds,
            told: &then.settled,
        })
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{
        MarkedUrgent, NeedSettled, ReopenReason, Reopened, UrgencyEnd, UrgencyGround, UrgencyLifted,
    };

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
        let by: StaffId = "zhang-li".parse().unwrap();
        let settled = Event::from(NeedSettled {
            need: NeedKind::Interpreter,
            how: NeedOutcome::ByOthers,
        });
        then.hear(&settled, &by);
        // How, and by whom: that it was met is not that it was not wanted.
        let told = NeedSettlement {
            need: NeedKind::Interpreter,
            how: NeedOutcome::ByOthers,
            by: by.clone(),
        };
        assert_eq!(then.settled, [told]);
        assert!(then.needs.home_visit);
        let reopened = Event::from(Reopened {
            reason: ReopenReason::NewFacts,
        });
        then.hear(&reopened, &by);
        assert!(then.settled.is_empty());
    }

    #[test]
    fn a_past_moment_shows_whether_it_could_wait_by_then() {
        let by: StaffId = "zhang-li".parse().unwrap();
        let mut then = NeedsThen::default();
        let marked = MarkedUrgent {
            reason: UrgencyGround::Danger,
        };
        then.hear(&Event::from(marked), &by);
        assert!(then.urgent);
        let lifted = UrgencyLifted {
            reason: UrgencyEnd::Over,
        };
        then.hear(&Event::from(lifted), &by);
        assert!(!then.urgent);
    }
}
