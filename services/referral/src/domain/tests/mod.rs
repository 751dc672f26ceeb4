//! Given–when–then on the events of custody.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one event")]

use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    actor::Actor,
    http::field_of,
    ids::{CaseId, HandoffId, UnitId},
    referral::{
        Accept, Command, CustodyTaken, Decline, Event, OfferEnd, Outcome, Recall, RecallReason,
        Rejection, Return, ReturnReason, Verdict,
    },
    rejection::Explain,
    time::Timestamp,
};

use super::{Context, Custody, Prompt, Wanted, decide, decide_prompt, evolve};

mod calendar;
mod clocks;
mod conflicts;
mod disputes;
mod drawn;
mod outside;
mod properties;
mod supervision;
mod together;

const VILLAGE: &str = "530821101201";
const COUNTY: &str = "530821";
const PREFECTURE: &str = "5308";
/// 思茅区, where the dispute turns out to lie.
const SIMAO: &str = "530802";

pub(super) struct World {
    pub(super) directory: Directory,
    pub(super) window: UnitId,
}

pub(super) fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let window = unit_at(&directory, VILLAGE, WINDOW);
    World { directory, window }
}

fn unit_at(directory: &Directory, code: &str, kind: &str) -> UnitId {
    directory
        .unit_at(code.parse().unwrap(), &kind.parse().unwrap())
        .unwrap()
        .id
        .clone()
}

pub(super) fn handoff(number: u32) -> HandoffId {
    format!("019ab0c4-8000-7000-8000-{number:012x}")
        .parse()
        .unwrap()
}

/// A unit that the directory does not have.
fn nowhere() -> UnitId {
    "s4k2m9qxa.window".parse().unwrap()
}

/// Which field of the command a page shows the refusal beside.
fn field(refused: &Rejection) -> Option<String> {
    field_of(&refused.rejected())
}

fn day(day: u32) -> Timestamp {
    format!("2026-03-{day:02} 10:00:00").parse().unwrap()
}

impl World {
    fn agency(&self, code: &str) -> UnitId {
        unit_at(&self.directory, code, "legal-aid")
    }

    pub(super) fn begun(&self) -> Vec<Event> {
        vec![Event::from(CustodyTaken {
            by: self.window.clone(),
            division: VILLAGE.parse().unwrap(),
            number: format!("{}-260302-001", self.window.site())
                .parse()
                .unwrap(),
            at: day(2),
        })]
    }

    pub(super) fn request() -> Prompt {
        Self::wants("legal-aid", "labour-pay", VILLAGE)
    }

    fn wants(item: &str, topic: &str, place: &str) -> Prompt {
        Prompt::ReferralRequested(Wanted {
            item: item.parse().unwrap(),
            topic: topic.parse().unwrap(),
            place: place.parse().unwrap(),
            urgent: false,
            opposed_to: None,
        })
    }

    fn unit(&self, code: &str, kind: &str) -> UnitId {
        unit_at(&self.directory, code, kind)
    }

    fn bureau(&self, code: &str) -> UnitId {
        self.unit(code, "bureau")
    }

    fn given(&self, events: &[Event]) -> Given<'_> {
        Given {
            world: self,
            custody: events.iter().fold(None, evolve),
            actor: as_role("clerk", &self.window),
            now: day(2),
            handoff: handoff(1),
            opposing: Vec::new(),
        }
    }

    /// Taken by the window and offered to the county's agency.
    fn offered(&self) -> Vec<Event> {
        let mut events = self.begun();
        events.extend(self.given(&events).when(&Self::request()).unwrap());
        events
    }

    fn accepted(&self) -> Vec<Event> {
        let mut events = self.offered();
        let accept = Accept {
            handoff: handoff(1),
        };
        events.extend(
            self.given(&events)
                .by(&self.agency(COUNTY))
                .told(accept)
                .unwrap(),
        );
        events
    }
}

struct Given<'a> {
    world: &'a World,
    custody: Option<Custody>,
    actor: Actor,
    now: Timestamp,
    handoff: HandoffId,
    opposing: Vec<(CaseId, UnitId)>,
}

fn as_role(role: &str, unit: &UnitId) -> Actor {
    format!("{role}/wang@{unit}").parse().unwrap()
}

impl Given<'_> {
    fn by(self, unit: &UnitId) -> Self {
        let actor = as_role("specialist", unit);
        Self { actor, ..self }
    }

    fn supervisor(self, unit: &UnitId) -> Self {
        let actor = as_role("supervisor", unit);
        Self { actor, ..self }
    }

    fn against(self, case: CaseId, unit: &UnitId) -> Self {
        let opposing = vec![(case, unit.clone())];
        Self { opposing, ..self }
    }

    fn at(self, now: Timestamp) -> Self {
        Self { now, ..self }
    }

    fn offering(self, handoff: HandoffId) -> Self {
        Self { handoff, ..self }
    }

    fn deciding<T>(&self, decide: impl FnOnce(&Context<'_>) -> T) -> T {
        decide(&Context {
            now: self.now,
            actor: &self.actor,
            handoff: self.handoff,
            directory: &self.world.directory,
            load: &|_| 0,
            opposing: &|_| self.opposing.clone(),
        })
    }

    fn when(self, prompt: &Prompt) -> Result<Vec<Event>, Rejection> {
        self.deciding(|context| decide_prompt(self.custody.as_ref(), prompt, context))
    }

    fn told(self, command: impl Into<Command>) -> Result<Vec<Event>, Rejection> {
        let custody = self.custody.as_ref().unwrap();
        self.deciding(|context| decide(custody, &command.into(), context))
    }
}

fn state(events: &[Event]) -> Custody {
    events.iter().fold(None, evolve).unwrap()
}

fn holder(events: &[Event]) -> UnitId {
    events.iter().fold(None, evolve).unwrap().holder().clone()
}

#[test]
fn a_request_is_routed_to_the_countys_agency_and_the_reason_is_kept() {
    let world = world();
    let events = world.given(&world.begun()).when(&World::request()).unwrap();
    let [
        Event::Routed(routed),
        Event::Offered(offered),
        Event::ClockStarted(clock),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(routed.route.chosen, world.agency(COUNTY));
    assert_eq!(routed.route.directory, world.directory.version());
    let verdicts: Vec<_> = routed
        .route
        .candidates
        .iter()
        .map(|candidate| (candidate.unit.clone(), candidate.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            (world.agency(COUNTY), Verdict::Chosen),
            (world.agency(PREFECTURE), Verdict::Farther)
        ],
    );
    assert_eq!(offered.to, world.agency(COUNTY));
    assert_eq!(offered.until, clock.due.at);
}

#[test]
fn an_open_offer_leaves_custody_where_it_was() {
    let world = world();
    assert_eq!(holder(&world.offered()), world.window);
}

#[test]
fn acceptance_moves_custody() {
    let world = world();
    assert_eq!(holder(&world.accepted()), world.agency(COUNTY));
}

#[test]
fn only_the_unit_asked_can_answer() {
    let world = world();
    let other = world.agency(PREFECTURE);
    let refused = world
        .given(&world.offered())
        .by(&other)
        .told(Accept {
            handoff: handoff(1),
        })
        .unwrap_err();
    assert_eq!(
        refused,
        Rejection::NotAddressee {
            to: world.agency(COUNTY),
            unit: other
        }
    );
}

#[test]
fn a_late_acceptance_is_rejected_and_names_the_hour() {
    let world = world();
    let agency = world.agency(COUNTY);
    let refused = world
        .given(&world.offered())
        .by(&agency)
        .at(day(20))
        .told(Accept {
            handoff: handoff(1),
        })
        .unwrap_err();
    let Rejection::OfferOver { holder, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(holder, world.window);
}

#[test]
fn a_second_answer_learns_of_the_first() {
    let world = world();
    let agency = world.agency(COUNTY);
    let refused = world
        .given(&world.accepted())
        .by(&agency)
        .told(Accept {
            handoff: handoff(1),
        })
        .unwrap_err();
    assert_eq!(
        refused,
        Rejection::OfferAnswered {
            handoff: handoff(1),
            end: OfferEnd::Accepted,
            by: agency.clone(),
            at: day(2),
            holder: agency,
        },
    );
}

#[test]
fn a_recall_after_the_acceptance_is_told_who_was_first() {
    let world = world();
    let recall = Recall {
        reason: RecallReason::CitizenWithdrew,
    };
    let refused = world.given(&world.accepted()).told(recall).unwrap_err();
    assert!(matches!(
        refused,
        Rejection::OfferAnswered {
            end: OfferEnd::Accepted,
            ..
        }
    ));
}

#[test]
fn an_acceptance_after_the_recall_is_told_who_was_first() {
    let world = world();
    let mut events = world.offered();
    let recall = Recall {
        reason: RecallReason::CitizenWithdrew,
    };
    events.extend(world.given(&events).told(recall).unwrap());
    let agency = world.agency(COUNTY);
    let refused = world
        .given(&events)
        .by(&agency)
        .told(Accept {
            handoff: handoff(1),
        })
        .unwrap_err();
    let Rejection::OfferAnswered {
        end: OfferEnd::Recalled,
        by,
        ..
    } = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(by, world.window);
}

#[test]
fn a_declined_case_goes_to_the_next_and_comes_back_to_the_right_one() {
    let world = world();
    let mut events = world.offered();
    let decline = Decline {
        handoff: handoff(1),
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: None,
    };
    let county = world.agency(COUNTY);
    let declined = world
        .given(&events)
        .by(&county)
        .offering(handoff(2))
        .told(decline)
        .unwrap();
    events.extend(declined);
    assert_eq!(holder(&events), world.window);

    let prefecture = world.agency(PREFECTURE);
    let accept = Accept {
        handoff: handoff(2),
    };
    events.extend(world.given(&events).by(&prefecture).told(accept).unwrap());
    assert_eq!(holder(&events), prefecture);

    let give_back = Return {
        reason: ReturnReason::NotInJurisdiction,
        belongs_to: Some(SIMAO.parse().unwrap()),
    };
    let returned = world
        .given(&events)
        .by(&prefecture)
        .offering(handoff(3))
        .told(give_back)
        .unwrap();
    let offered = returned.iter().find_map(|event| match event {
        Event::Offered(offered) => Some(offered.to.clone()),
        _ => None,
    });
    assert_eq!(offered, Some(world.agency(SIMAO)));
    events.extend(returned);
    assert_eq!(holder(&events), world.window);
}

#[test]
fn when_nobody_is_left_the_case_stays_with_its_window() {
    let world = world();
    let mut events = world.offered();
    for (number, code) in [(1, COUNTY), (2, PREFECTURE)] {
        let decline = Decline {
            handoff: handoff(number),
            reason: ReturnReason::NoCapacity,
            belongs_to: None,
        };
        let unit = world.agency(code);
        let declined = world
            .given(&events)
            .by(&unit)
            .offering(handoff(number + 1))
            .told(decline)
            .unwrap();
        events.extend(declined);
    }
    assert!(matches!(events.last(), Some(Event::Stranded(_))));
    assert_eq!(holder(&events), world.window);
}

#[test]
fn an_unanswered_offer_ends_and_another_unit_is_asked() {
    let world = world();
    let ends = Prompt::TimeComes;
    let early = world.given(&world.offered()).when(&ends).unwrap();
    assert_eq!(early, []);
    let events = world
        .given(&world.offered())
        .at(day(20))
        .offering(handoff(2))
        .when(&ends)
        .unwrap();
    let Some(Event::Offered(offered)) = events
        .iter()
        .find(|event| matches!(event, Event::Offered(_)))
    else {
        panic!("{events:?}")
    };
    assert_eq!(offered.to, world.agency(PREFECTURE));
}

#[test]
fn a_finished_case_is_the_windows_again() {
    let world = world();
    let mut events = world.accepted();
    let finished = Prompt::Finished {
        outcome: Outcome::Granted,
    };
    let agency = world.agency(COUNTY);
    events.extend(world.given(&events).by(&agency).when(&finished).unwrap());
    assert_eq!(holder(&events), world.window);
}
