//! A case as the ledger keeps it: one dossier (案卷), folded from the journal's entries.
//!
//! The journal hears each service in that service's own order, and the services in any order. So each part
//! of a dossier is made of one service's events alone, and whatever came first, the dossier is the same.

mod clock;
mod custody;
mod desk;
mod row;
mod window;
mod words;

use std::collections::BTreeMap;

use onestop_proto::{
    actor::Role,
    case,
    division::DivisionCode,
    envelope::{Envelope, event_name},
    ids::{HandoffId, ServiceItem, StaffId, UnitId},
    matter::{Received, SupplementReceived, SupplementRequested},
    referral::{self, ReturnReason},
    specialist,
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use self::{
    clock::{Clock, Ending, Span},
    custody::{Custody, PartyEnd},
    desk::Seat,
    row::{Sight, searched},
    window::Window,
    words::{Scope, index_words, search},
};

/// What the ledger knows of a case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// What intake says; nothing until its opening was heard, and till then the case is in no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// What referral says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<Custody>,
    /// What each specialist says, by service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matters: BTreeMap<String, Matter>,
    /// Clocks that run or stand still; those that ended leave with [`Dossier::settle`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// How many clocks there ever were.
    #[serde(default)]
    pub clock_count: u32,
    /// Who acted last for each unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub staff: BTreeMap<UnitId, StaffId>,
    /// When something last happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    /// What is counted, and not written down yet.
    #[serde(skip)]
    pub marks: Vec<Mark>,
}

/// A unit's work on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// The unit.
    pub unit: UnitId,
    /// The handoff that brought the case.
    pub handoff: HandoffId,
    /// Whether it waits for papers.
    pub waiting: bool,
}

/// Something that is counted in sums over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What.
    pub kind: MarkKind,
    /// When it happened.
    pub at: Timestamp,
    /// Whose it is.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
    /// The item that the case was about then.
    pub item: Option<ServiceItem>,
    /// Why, for what was sent back.
    pub reason: Option<ReturnReason>,
}

/// What is counted. The numbers stand in the ledger's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// A window opened a case.
    Received = 1,
    /// A window closed a case.
    Closed = 2,
    /// A case was offered to a unit.
    Offered = 3,
    /// A unit declined an offer.
    Declined = 4,
    /// A unit gave a case back.
    Returned = 5,
}

/// An entry whose data does not fit its type: left out, and told.
#[derive(Debug, thiserror::Error)]
#[error("an event of type {event_type} does not read")]
pub struct Unread {
    event_type: String,
    #[source]
    source: serde_json::Error,
}

impl Dossier {
    /// Takes in one more event.
    ///
    /// # Errors
    /// If its data does not fit its type; nothing is changed then.
    pub fn take(&mut self, event: &Envelope) -> Result<(), Unread> {
        self.take_in(event).map_err(|source| Unread {
            event_type: event.event_type.clone(),
            source,
        })
    }

    fn take_in(&mut self, event: &Envelope) -> Result<(), serde_json::Error> {
        let raw = event.raw();
        if let Some(said) = raw.parse_if::<case::Event>()? {
            self.window = Window::take(self.window.take(), &said, event, &mut self.marks);
        } else if let Some(said) = raw.parse_if::<referral::Event>()? {
            self.custody = Custody::take(self.custody.take(), &said, event.time, &mut self.marks);
        } else if let Some(told) = specialist::summarize(&raw)? {
            self.take_matter(event, told.outcome.is_some())?;
        } else {
            return Ok(());
        }
        self.turn_clocks(event)?;
        self.note(event);
        Ok(())
    }

    /// What all specialists have in common, whichever they are.
    fn take_matter(&mut self, event: &Envelope, ended: bool) -> Result<(), serde_json::Error> {
        let service = event.source.service.as_str();
        let waits = |it: &mut Self, waiting: bool| {
            if let Some(matter) = it.matters.get_mut(service) {
                matter.waiting = waiting;
            }
        };
        match event_name(&event.event_type) {
            "received" => {
                let received: Received = data(event)?;
                let matter = Matter {
                    unit: received.unit,
                    handoff: received.handoff,
                    waiting: false,
                };
                self.matters.insert(service.to_owned(), matter);
            }
            "supplement-requested" => {
                let requested: SupplementRequested = data(event)?;
                waits(self, !requested.missing.is_empty());
            }
            "supplement-received" => {
                let received: SupplementReceived = data(event)?;
                waits(self, !received.missing.is_empty());
            }
            "handed-back" => waits(self, false),
            _ if ended => waits(self, false),
            _ => {}
        }
        Ok(())
    }

    fn turn_clocks(&mut self, event: &Envelope) -> Result<(), serde_json::Error> {
        let item = self.item_of(event);
        let before = self.clocks.len();
        clock::turn(&mut self.clocks, event, (self.clock_count, item))?;
        let started = self.clocks.len().saturating_sub(before);
        self.clock_count += u32::try_from(started).unwrap_or(0);
        Ok(())
    }

    /// The envelope names the item, except where there is none.
    fn item_of(&self, event: &Envelope) -> Option<ServiceItem> {
        let named = event.item.parse().ok();
        let known = || self.window.as_ref().map(|window| window.item.clone());
        if event.item == "none" { known() } else { named }
    }

    fn note(&mut self, event: &Envelope) {
        self.last_at = self.last_at.max(Some(event.time));
        match event.actor.role {
            Role::System => {}
            Role::Clerk
            | Role::Specialist
            | Role::Supervisor
            | Role::UnitAdministrator
            | Role::Auditor => {
                let actor = &event.actor;
                self.staff.insert(actor.unit.clone(), actor.staff.clone());
            }
        }
    }

    /// Lets go of what need not be kept once it was written down: clocks that ended, marks.
    pub fn settle(&mut self) {
        self.marks.clear();
        self.clocks.retain(|clock| clock.ended.is_none());
        for clock in &mut self.clocks {
            clock.settle();
        }
    }

    /// The clock that is due first among those that run; without one, one that stands still.
    #[must_use]
    pub fn first_due(&self) -> Option<&Clock> {
        self.open_clocks().min_by_key(|clock| clock.sort_key())
    }

    /// Clocks that run or stand still.
    pub fn open_clocks(&self) -> impl Iterator<Item = &Clock> {
        self.clocks.iter().filter(|clock| clock.ended.is_none())
    }

    /// The divisions of the window and of every unit that had custody.
    #[must_use]
    pub fn divisions(&self) -> Vec<DivisionCode> {
        let window = self.window.iter().map(|window| window.division);
        let holders = self.custody.iter().flat_map(|custody| &custody.chain);
        let mut all: Vec<_> = window.chain(holders.map(|held| held.division)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn data<T: DeserializeOwned>(event: &Envelope) -> Result<T, serde_json::Error> {
    T::deserialize(&event.data)
}
