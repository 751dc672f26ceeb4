//! What the tests of the rules share: a world of one window, and given–when–then over the events of custody.

pub(super) use onestop_directory::{Directory, WINDOW};
pub(super) use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    actor::Actor,
    ids::{CaseId, HandoffId, UnitId},
    late_entry::{LateEntry, LateReason},
    referral::{
        Accept, Command, Complete, CustodyStage, Decline, Designate, Dispute, DisputeReason, Event,
        Invite, Join, Outcome, Rejection, Return, ReturnReason,
    },
    time::Timestamp,
};
use onestop_proto::{
    envelope::{EventType, event_name},
    http::field_of,
    referral::CustodyTaken,
    rejection::Explain,
};

use onestop_testing::approved_late_entry;

use super::Decision;
pub(super) use super::{Context, Custody, Dated, ReferralSubject, Trigger, decide, evolve, react};

pub(super) const VILLAGE: &str = "530821101201";
pub(super) const COUNTY: &str = "530821";
pub(super) const PREFECTURE: &str = "5308";
/// 思茅区, where the dispute turns out to lie.
pub(super) const SIMAO: &str = "530802";

pub(super) struct World {
    pub(super) directory: Directory,
    pub(super) window: UnitId,
}

pub(super) fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let window = unit_at(&directory, VILLAGE, WINDOW);
    World { directory, window }
}

/// With an item whose units never serve both sides.
pub(super) fn world_of_units_apart() -> World {
    let item = include_str!("../../tests/apart.toml");
    let directory = Directory::built_in_with("items.toml", item).unwrap();
    let window = unit_at(&directory, VILLAGE, WINDOW);
    World { directory, window }
}

pub(super) fn unit_at(directory: &Directory, code: &str, kind: &str) -> UnitId {
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
pub(super) fn nowhere() -> UnitId {
    "s4k2m9qxa.window".parse().unwrap()
}

/// Which field of the command a page shows the refusal beside.
pub(super) fn field(refused: &Rejection) -> Option<String> {
    field_of(&refused.rejected())
}

pub(super) fn day(day: u32) -> Timestamp {
    format!("2026-03-{day:02} 10:00:00").parse().unwrap()
}

impl World {
    pub(super) fn agency(&self, code: &str) -> UnitId {
        unit_at(&self.directory, code, "legal-aid")
    }

    pub(super) fn begun(&self) -> Vec<Event> {
        vec![Event::from(CustodyTaken {
            text_key: None,
            by: self.window.clone(),
            division: VILLAGE.parse().unwrap(),
            number: format!("{}-260302-001", self.window.site())
                .parse()
                .unwrap(),
            at: day(2),
        })]
    }

    pub(super) fn request() -> Trigger {
        Self::wants("legal-aid", "labour-pay", VILLAGE)
    }

    pub(super) fn wants(item: &str, topic: &str, place: &str) -> Trigger {
        Trigger::ReferralRequested(Self::subject(item, topic, place))
    }

    pub(super) fn subject(item: &str, topic: &str, place: &str) -> ReferralSubject {
        ReferralSubject::new(
            item.parse().unwrap(),
            topic.parse().unwrap(),
            place.parse().unwrap(),
        )
    }

    pub(super) fn unit(&self, code: &str, kind: &str) -> UnitId {
        unit_at(&self.directory, code, kind)
    }

    pub(super) fn bureau(&self, code: &str) -> UnitId {
        self.unit(code, "bureau")
    }

    pub(super) fn scenario(&self, events: &[Event]) -> Scenario<'_> {
        Scenario {
            world: self,
            custody: events.iter().fold(None, evolve),
            actor: as_role("clerk", &self.window),
            now: day(2),
            dated: None,
            handoff: handoff(1),
            opposing: Vec::new(),
            acting: Vec::new(),
        }
    }

    /// Taken by the window and offered to the county's agency.
    pub(super) fn offered(&self) -> Vec<Event> {
        let mut events = self.begun();
        events.extend(self.scenario(&events).reacts_to(&Self::request()).unwrap());
        events
    }

    pub(super) fn accepted(&self) -> Vec<Event> {
        let mut events = self.offered();
        let accept = Accept {
            handoff: handoff(1),
        };
        events.extend(
            self.scenario(&events)
                .by(&self.agency(COUNTY))
                .sends(accept)
                .unwrap(),
        );
        events
    }
}

pub(super) struct Scenario<'a> {
    world: &'a World,
    custody: Option<Custody>,
    actor: Actor,
    now: Timestamp,
    dated: Option<Dated<'a>>,
    handoff: HandoffId,
    opposing: Vec<(CaseId, UnitId)>,
    acting: Vec<(CaseId, ActingPerson)>,
}

pub(super) fn as_role(role: &str, unit: &UnitId) -> Actor {
    // A supervisor is another person than those who work for units.
    let staff = if role == "supervisor" { "he" } else { "wang" };
    format!("{role}/{staff}@{unit}").parse().unwrap()
}

impl<'a> Scenario<'a> {
    pub(super) fn by_actor(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    pub(super) fn by(self, unit: &UnitId) -> Self {
        let actor = as_role("specialist", unit);
        Self { actor, ..self }
    }

    pub(super) fn by_supervisor(self, unit: &UnitId) -> Self {
        let actor = as_role("supervisor", unit);
        Self { actor, ..self }
    }

    pub(super) fn against(self, case: CaseId, unit: &UnitId) -> Self {
        let opposing = vec![(case, unit.clone())];
        Self { opposing, ..self }
    }

    /// In the other side's case this person acts.
    pub(super) fn opposite(self, case: CaseId, person: &ActingPerson) -> Self {
        let acting = vec![(case, person.clone())];
        Self { acting, ..self }
    }

    /// Happens now, and is entered at once.
    pub(super) fn at(self, now: Timestamp) -> Self {
        let dated = None;
        Self { now, dated, ..self }
    }

    /// Entered from paper: when it happened, and now; in order in everything else.
    pub(super) fn entered(self, happened_at: Timestamp, now: Timestamp) -> Self {
        let dated = Dated {
            happened_at,
            latest_act: None,
            late_entry: Some(approved_late_entry()),
        };
        let dated = Some(dated);
        Self { now, dated, ..self }
    }

    pub(super) fn because(self, late_entry: Option<&'a LateEntry>) -> Self {
        let dated = self.dated.map(|dated| Dated {
            late_entry,
            ..dated
        });
        Self { dated, ..self }
    }

    pub(super) fn with_handoff(self, handoff: HandoffId) -> Self {
        Self { handoff, ..self }
    }

    pub(super) fn deciding<T>(&self, decide: impl FnOnce(&Context<'_>) -> T) -> T {
        decide(&Context {
            now: self.now,
            dated: self.dated.unwrap_or(Dated::at(self.now)),
            actor: &self.actor,
            handoff: self.handoff,
            directory: &self.world.directory,
            load: &|_| 0,
            opposing: &|_| self.opposing.clone(),
            acting: &|_| self.acting.clone(),
        })
    }

    pub(super) fn reacts_to(self, prompt: &Trigger) -> Decision {
        self.deciding(|context| react(self.custody.as_ref(), prompt, context))
    }

    pub(super) fn sends(self, command: impl Into<Command>) -> Decision {
        let custody = self.custody.as_ref().unwrap();
        self.deciding(|context| decide(custody, &command.into(), context))
    }
}

pub(super) fn state(events: &[Event]) -> Custody {
    events.iter().fold(None, evolve).unwrap()
}

pub(super) fn holder(events: &[Event]) -> UnitId {
    events.iter().fold(None, evolve).unwrap().holder().clone()
}

pub(super) fn dispute() -> Dispute {
    Dispute {
        reason: DisputeReason::NotOurs,
        why: "用工地不在本县".to_owned(),
    }
}

pub(super) fn designate(unit: &UnitId) -> Designate {
    Designate {
        to: unit.clone(),
        why: "用人单位在宁洱县".to_owned(),
    }
}

impl World {
    /// The county declined, and the prefecture disputes.
    pub(super) fn disputed(&self) -> Vec<Event> {
        let mut events = self.offered();
        let decline = Decline {
            handoff: handoff(1),
            reason: ReturnReason::NotInJurisdiction,
            belongs_to: None,
        };
        let county = self.scenario(&events).by(&self.agency(COUNTY));
        events.extend(county.with_handoff(handoff(2)).sends(decline).unwrap());
        let prefecture = self.scenario(&events).by(&self.agency(PREFECTURE));
        events.extend(
            prefecture
                .with_handoff(handoff(3))
                .sends(dispute())
                .unwrap(),
        );
        events
    }

    pub(super) fn designated(&self) -> Vec<Event> {
        let mut events = self.disputed();
        let scenario = self
            .scenario(&events)
            .by_supervisor(&self.bureau(PREFECTURE));
        let designate = designate(&self.agency(COUNTY));
        events.extend(scenario.with_handoff(handoff(4)).sends(designate).unwrap());
        events
    }
}

pub(super) fn event_names(events: &[Event]) -> Vec<&'static str> {
    events
        .iter()
        .map(|event| event_name(event.event_type()))
        .collect()
}

impl World {
    /// A consultation, whose item has no service with clocks of its own, at the township's window.
    pub(super) fn at_work(&self) -> Vec<Event> {
        let mut events = self.begun();
        let wants = Self::wants("consultation", "labour", "530821101");
        events.extend(self.scenario(&events).reacts_to(&wants).unwrap());
        let accept = Accept {
            handoff: handoff(1),
        };
        let window = self.unit("530821101", "window");
        events.extend(self.scenario(&events).by(&window).sends(accept).unwrap());
        events
    }
}

impl World {
    pub(super) fn notary(&self) -> UnitId {
        self.unit(COUNTY, "notarization")
    }

    /// Legal aid leads; the notary office has joined.
    pub(super) fn joint(&self) -> Vec<Event> {
        let mut events = self.accepted();
        let lead = self.agency(COUNTY);
        let invited = self.scenario(&events).by(&lead).sends(Invite {
            unit: self.notary(),
            task: "核实房屋权属".to_owned(),
        });
        events.extend(invited.unwrap());
        events.extend(
            self.scenario(&events)
                .by(&self.notary())
                .sends(Join {})
                .unwrap(),
        );
        events
    }
}
