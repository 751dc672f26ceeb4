//! The replay: at each step what happened, who had custody, which clocks ran; and what an auditor
//! should know.

use std::collections::{BTreeMap, HashSet};

use onestop_directory::Directory;
use onestop_proto::{
    case,
    clock::{
        ClockCorrected, ClockExtended, ClockPaused, ClockResumed, ClockStarted, ClockStopped, Due,
        Step,
    },
    envelope::{Envelope, EventType, LogPosition, TypeInfo, event_name},
    ids::{CaseId, UnitId},
    journal::{ClockState, Finding, Replay, ReplayStep},
    parking, personal, referral, specialist,
    text::Words,
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{facts, order};

/// What the journal keeps of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was heard.
    pub heard_at: Timestamp,
    /// The event as its source published it.
    pub event: Envelope,
}

/// Replays a case. `as_of` leaves out what had not happened by then, `known_at` what had not been heard.
#[must_use]
pub fn replay(
    case: CaseId,
    entries: Vec<Entry>,
    (as_of, known_at): (Option<Timestamp>, Option<Timestamp>),
    directory: &Directory,
) -> Replay {
    let shown = entries.into_iter().filter(|entry| {
        as_of.is_none_or(|moment| entry.event.time <= moment)
            && known_at.is_none_or(|moment| entry.heard_at <= moment)
    });
    let entries = order::causal(shown.collect());
    let whole = as_of.is_none() && known_at.is_none();
    let mut teller = Teller {
        directory,
        custody: None,
        clocks: BTreeMap::new(),
        seen: HashSet::new(),
        findings: Vec::new(),
    };
    let steps = (1_u32..)
        .zip(entries)
        .map(|(number, entry)| teller.step(number, entry))
        .collect();
    let mut findings = teller.findings;
    if !whole {
        // With a part left out, a missing cause is no finding: it may be in that part.
        findings.retain(|finding| finding.what != missing_cause());
    }
    Replay {
        case,
        steps,
        findings,
    }
}

struct Teller<'a> {
    directory: &'a Directory,
    custody: Option<UnitId>,
    clocks: BTreeMap<String, ClockState>,
    seen: HashSet<Uuid>,
    findings: Vec<Finding>,
}

impl Teller<'_> {
    fn step(&mut self, number: u32, entry: Entry) -> ReplayStep {
        let Entry { heard_at, event } = entry;
        self.check_cause(number, &event);
        self.move_custody(number, &event);
        self.turn_clocks(&event);
        ReplayStep {
            number,
            happened_at: event.time,
            heard_at,
            at: LogPosition {
                source: event.source.clone(),
                epoch: event.epoch,
                position: event.position().unwrap_or(u64::MAX),
            },
            event_type: event.event_type.clone(),
            title: title(&event.event_type),
            facts: facts::of(&event, self.directory),
            actor: event.actor.clone(),
            custody: self.custody.clone(),
            clocks: self.clocks.clone(),
            event,
        }
    }

    /// An event is caused by a command (its own key), by an event heard, or by a moment that came.
    fn check_cause(&mut self, number: u32, event: &Envelope) {
        let cause = event.causationid;
        let of_itself = cause == event.command.uuid();
        if !of_itself && !self.seen.contains(&cause) {
            self.findings.push(Finding {
                step: number,
                what: missing_cause(),
            });
        }
        self.seen.insert(event.id.uuid());
    }

    /// Custody begins at the window that opened the case (首问负责); after that only referral moves it.
    fn move_custody(&mut self, number: u32, event: &Envelope) {
        if let Ok(Some(case::Event::Opened(opened))) = event.raw().parse_if::<case::Event>() {
            self.custody = Some(opened.window);
            return;
        }
        let Ok(Some(moved)) = event.raw().parse_if::<referral::Event>() else {
            return;
        };
        let (from, to) = match &moved {
            referral::Event::CustodyTaken(taken) => (&taken.by, &taken.by),
            referral::Event::Accepted(accepted) => (&accepted.from, &accepted.to),
            referral::Event::Returned(returned) => (&returned.from, &returned.to),
            referral::Event::Completed(completed) => (&completed.from, &completed.to),
            referral::Event::Routed(_)
            | referral::Event::Stranded(_)
            | referral::Event::Offered(_)
            | referral::Event::Declined(_)
            | referral::Event::Recalled(_)
            | referral::Event::Expired(_)
            | referral::Event::ClockStarted(_)
            | referral::Event::ClockExtended(_)
            | referral::Event::ClockCorrected(_)
            | referral::Event::ClockDueSoon(_)
            | referral::Event::ClockOverdue(_)
            | referral::Event::ClockSupervised(_)
            | referral::Event::Disputed(_)
            | referral::Event::DisputeWithdrawn(_)
            | referral::Event::ExternalBodyResponsible(_)
            | referral::Event::Ended(_)
            | referral::Event::Designated(_)
            | referral::Event::ExtensionRequested(_)
            | referral::Event::ExtensionRefused(_)
            | referral::Event::SupervisionOrdered(_)
            | referral::Event::SupervisionAnswered(_)
            | referral::Event::CoInvited(_)
            | referral::Event::CoJoined(_)
            | referral::Event::CoDeclined(_)
            | referral::Event::CoReported(_)
            | referral::Event::CoReleased(_)
            | referral::Event::LeadFinished(_)
            | referral::Event::HandedOver(_)
            | referral::Event::ExternalBodyReplied(_)
            | referral::Event::ClockStopped(_) => return,
        };
        if self.custody.as_ref() != Some(from) {
            self.findings.push(Finding {
                step: number,
                what: broken_chain(),
            });
        }
        self.custody = Some(to.clone());
    }

    /// Clock events have one shape whichever service they come from, also one that is new here.
    fn turn_clocks(&mut self, event: &Envelope) {
        match event_name(&event.event_type) {
            "clock-started" => {
                if let Some(started) = data::<ClockStarted>(event) {
                    self.clocks.insert(
                        started.step.to_string(),
                        ClockState::Running { due: started.due },
                    );
                }
            }
            "clock-paused" => {
                if let Some(paused) = data::<ClockPaused>(event) {
                    self.clocks.insert(
                        paused.step.to_string(),
                        ClockState::Paused {
                            basis: paused.basis,
                        },
                    );
                }
            }
            "clock-resumed" => {
                if let Some(resumed) = data::<ClockResumed>(event) {
                    self.clocks.insert(
                        resumed.step.to_string(),
                        ClockState::Running { due: resumed.due },
                    );
                }
            }
            "clock-extended" => {
                if let Some(extended) = data::<ClockExtended>(event) {
                    self.clock_until(&extended.step, extended.due);
                }
            }
            "clock-corrected" => {
                if let Some(corrected) = data::<ClockCorrected>(event) {
                    self.clock_until(&corrected.step, corrected.due);
                }
            }
            "clock-stopped" => {
                if let Some(stopped) = data::<ClockStopped>(event) {
                    self.clocks.remove(stopped.step.as_str());
                }
            }
            _ => {}
        }
    }

    /// Another last day; a clock that stands still goes on standing still.
    fn clock_until(&mut self, step: &Step, due: Due) {
        match self.clocks.get_mut(step.as_str()) {
            Some(ClockState::Running { due: before }) => *before = due,
            Some(ClockState::Paused { .. }) | None => {}
        }
    }
}

fn data<T: DeserializeOwned>(event: &Envelope) -> Option<T> {
    serde_json::from_value(event.data.clone()).ok()
}

/// The title of a type; a type that is new here is shown by its name.
fn title(event_type: &str) -> Words {
    let known: [&[TypeInfo]; 4] = [
        case::Event::TYPES,
        personal::Event::TYPES,
        referral::Event::TYPES,
        parking::Event::TYPES,
    ];
    let specialists = specialist::ALL.iter().map(|specialist| specialist.types);
    let info = known
        .into_iter()
        .chain(specialists)
        .flat_map(|types| types.iter())
        .find(|info| info.name == event_type);
    info.map_or_else(
        || Words {
            zh: event_type.to_owned(),
            en: event_type.to_owned(),
        },
        |info| info.title.into(),
    )
}

fn missing_cause() -> Words {
    Words {
        zh: "引起该步骤的事件尚未到达日志".to_owned(),
        en: "the event that caused this step has not reached the journal".to_owned(),
    }
}

fn broken_chain() -> Words {
    Words {
        zh: "责任链断裂：移交方当时并不持有本案".to_owned(),
        en: "the custody chain is broken: the giver did not hold the case".to_owned(),
    }
}
