//! The replay: at each step what happened, who had custody, which clocks ran; and the findings for an auditor.

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
    narrowed, parking, personal, referral, specialist,
    text::Words,
    time::Timestamp,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Entry, causal_order, facts::facts_of};

/// Replays a case. `as_of` leaves out what had not happened by then, `known_at` what the journal had not received.
pub(crate) fn replay(
    case: CaseId,
    entries: Vec<Entry>,
    as_of: Option<Timestamp>,
    known_at: Option<Timestamp>,
    directory: &Directory,
) -> Replay {
    let shown = entries.into_iter().filter(|entry| {
        as_of.is_none_or(|moment| entry.event.time <= moment)
            && known_at.is_none_or(|moment| entry.heard_at <= moment)
    });
    let entries = causal_order::sort(shown.collect());
    let whole = as_of.is_none() && known_at.is_none();
    let mut replayer = Replayer {
        directory,
        custody: None,
        clocks: BTreeMap::new(),
        seen: HashSet::new(),
        findings: Vec::new(),
    };
    let steps = (1_u32..)
        .zip(entries)
        .map(|(number, entry)| replayer.step(number, entry))
        .collect();
    let mut findings = replayer.findings;
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

narrowed! {
    /// The events that move custody.
    enum CustodyMove of referral { CustodyTaken, Accepted, Returned, Completed }
}

struct Replayer<'a> {
    directory: &'a Directory,
    custody: Option<UnitId>,
    clocks: BTreeMap<String, ClockState>,
    seen: HashSet<Uuid>,
    findings: Vec<Finding>,
}

impl Replayer<'_> {
    fn step(&mut self, number: u32, entry: Entry) -> ReplayStep {
        let Entry { heard_at, event } = entry;
        self.check_cause(number, &event);
        self.move_custody(number, &event);
        self.update_clocks(&event);
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
            facts: facts_of(&event, self.directory),
            actor: event.actor.clone(),
            custody: self.custody.clone(),
            clocks: self.clocks.clone(),
            event,
        }
    }

    /// An event is caused by a command (its own key), by another event, or by a timer.
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
        let raw = event.raw();
        if let Ok(Some(case::Event::Opened(opened))) = raw.parse_if::<case::Event>() {
            self.custody = Some(opened.window);
            return;
        }
        let Ok(Some(event)) = raw.parse_if::<referral::Event>() else {
            return;
        };
        let Some(moved) = CustodyMove::of(&event) else {
            return;
        };
        let (from, to) = match moved {
            CustodyMove::CustodyTaken(taken) => (&taken.by, &taken.by),
            CustodyMove::Accepted(accepted) => (&accepted.from, &accepted.to),
            CustodyMove::Returned(returned) => (&returned.from, &returned.to),
            CustodyMove::Completed(completed) => (&completed.from, &completed.to),
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
    fn update_clocks(&mut self, event: &Envelope) {
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
                    self.set_due(&extended.step, extended.due);
                }
            }
            "clock-corrected" => {
                if let Some(corrected) = data::<ClockCorrected>(event) {
                    self.set_due(&corrected.step, corrected.due);
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

    /// Sets another last day; a paused clock stays paused.
    fn set_due(&mut self, step: &Step, due: Due) {
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
