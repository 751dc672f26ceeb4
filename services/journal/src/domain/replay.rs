//! The replay: at each step what happened, who had custody, which clocks ran; and the findings for an auditor.

use std::collections::HashSet;

use onestop_directory::Directory;
use onestop_proto::{
    case,
    clock::{Clock, ClockBook, ClockEvent, RunState},
    contract,
    envelope::{Envelope, LogPosition},
    ids::{CaseId, UnitId},
    journal::{ClockState, Finding, Replay, ReplayStep},
    referral::{self, CustodyTransfer},
    text::Words,
    time::Timestamp,
};
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
    let of = entries.len() as u64;
    let shown = entries.into_iter().filter(|entry| {
        as_of.is_none_or(|moment| entry.event.time <= moment)
            && known_at.is_none_or(|moment| entry.heard_at <= moment)
    });
    let entries = causal_order::sort(shown.collect());
    let whole = as_of.is_none() && known_at.is_none();
    let mut replayer = Replayer {
        directory,
        custody: None,
        clocks: ClockBook::default(),
        seen: HashSet::new(),
        findings: Vec::new(),
    };
    let steps: Vec<ReplayStep> = (1_u32..)
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
        total: u32::try_from(steps.len()).unwrap_or(u32::MAX),
        steps,
        findings,
        of,
        next: None,
    }
}

/// The steps that are found without their cause, and what is said to have caused each.
pub(crate) fn missing_causes(replay: &Replay) -> Vec<(u32, Uuid)> {
    let missing = replay
        .findings
        .iter()
        .filter(|finding| finding.what == missing_cause());
    let cause = |finding: &Finding| {
        let step = replay.steps.iter().find(|step| step.number == finding.step);
        step.map(|step| (finding.step, step.event.causationid))
    };
    missing.filter_map(cause).collect()
}

/// The cause of a step is there after all, in another case: what happens to one party's case can cause something in the
/// other's.
pub(crate) fn found_elsewhere(replay: &mut Replay, step: u32) {
    let is_about = |finding: &Finding| finding.step == step && finding.what == missing_cause();
    replay.findings.retain(|finding| !is_about(finding));
}

struct Replayer<'a> {
    directory: &'a Directory,
    custody: Option<UnitId>,
    clocks: ClockBook,
    seen: HashSet<Uuid>,
    findings: Vec<Finding>,
}

impl Replayer<'_> {
    fn step(&mut self, number: u32, entry: Entry) -> ReplayStep {
        let Entry {
            heard_at, event, ..
        } = entry;
        // As this program reads it: it may know more than the one that received it.
        let unreadable = contract::check(&event.raw()).err();
        let unreadable = unreadable.map(|problem| problem.to_string());
        if unreadable.is_some() {
            let what = cannot_be_read();
            self.findings.push(Finding { step: number, what });
        }
        self.check_cause(number, &event);
        self.move_custody(number, &event);
        if let Ok(Some(clock_event)) = ClockEvent::parse(&event.raw()) {
            self.clocks.apply(&clock_event);
        }
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
            facts: match &unreadable {
                Some(problem) => unreadable_facts(problem),
                None => facts_of(&event, self.directory),
            },
            actor: event.actor.clone(),
            custody: self.custody.clone(),
            clocks: self.clocks.iter().map(clock_state).collect(),
            unreadable,
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
        let Some(transfer) = CustodyTransfer::of(&event) else {
            return;
        };
        let (from, to) = (transfer.from.unwrap_or(transfer.to), transfer.to);
        if self.custody.as_ref() != Some(from) {
            self.findings.push(Finding {
                step: number,
                what: broken_chain(),
            });
        }
        self.custody = Some(to.clone());
    }
}

fn clock_state(clock: &Clock) -> (String, ClockState) {
    let state = match clock.motion {
        RunState::Running => ClockState::Running {
            due: clock.due.clone(),
        },
        RunState::Paused { .. } => ClockState::Paused {
            basis: clock.pause_basis.clone().unwrap_or_default(),
        },
    };
    (clock.step.to_string(), state)
}

/// The title of a type; a type that is new here is shown by its name.
fn title(event_type: &str) -> Words {
    contract::title(event_type).map_or_else(|| Words::untranslated(event_type), Into::into)
}

fn missing_cause() -> Words {
    Words {
        zh: "引起该步骤的事件尚未到达日志".to_owned(),
        en: "the event that caused this step has not reached the journal".to_owned(),
    }
}

fn unreadable_facts(problem: &str) -> Words {
    Words {
        zh: format!("内容无法读取，不合约定：{problem}"),
        en: format!("its content cannot be read, it does not fit the contract: {problem}"),
    }
}

fn cannot_be_read() -> Words {
    Words {
        zh: "该步骤的内容不合约定，无法读取，未计入责任与时限".to_owned(),
        en: "the content of this step does not fit the contract: it is read neither for custody nor for time limits".to_owned(),
    }
}

fn broken_chain() -> Words {
    Words {
        zh: "责任链断裂：移交方当时并不持有本案".to_owned(),
        en: "the custody chain is broken: the giver did not hold the case".to_owned(),
    }
}
