//! The worklists: what each unit has to answer, to work on or to decide, folded from custody; and whose
//! case stands against whose.

use std::collections::{BTreeSet, HashMap};

use onestop_chassis::{
    store::{Store, StoreError, recorded},
    view::Record,
};
use onestop_directory::Directory;
use onestop_proto::{
    clock::Alarm,
    ids::{CaseId, EventId, UnitId},
    query::{CustodyWorklist, CustodyWorklistEntry, WorklistStatus},
    referral::{self, CoUnitStatus},
    time::Timestamp,
};

use crate::domain::{Custody, Holding, asked_of_a_closed_site, evolve, next_moment, to_correct};

#[derive(Debug, Default)]
pub(crate) struct Desks {
    cases: HashMap<CaseId, Desk>,
    load: HashMap<UnitId, u32>,
    opposed: HashMap<CaseId, BTreeSet<CaseId>>,
}

#[derive(Debug)]
struct Desk {
    custody: Custody,
    revision: u64,
    /// The latest event: what follows from it when a moment comes follows once.
    latest: EventId,
}

/// A case for which a moment has come.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) case: CaseId,
    pub(crate) latest: EventId,
    pub(crate) holder: UnitId,
}

impl Desks {
    /// Folds one record.
    pub(crate) fn fold(&mut self, _: &Store, record: &Record) -> Result<(), StoreError> {
        let recorded = recorded(record)?;
        let event = recorded
            .event
            .parse::<referral::Event>()
            .map_err(|source| StoreError::Decode {
                position: record.position,
                source,
            })?;
        let case = recorded.case;
        let before = self.cases.remove(&case).map(|desk| desk.custody);
        if let Some(unit) = before.as_ref().and_then(busy) {
            let load = self.load.entry(unit.clone()).or_default();
            *load = load.saturating_sub(1);
        }
        if let Some(custody) = evolve(before, &event) {
            if let Some(unit) = busy(&custody) {
                *self.load.entry(unit.clone()).or_default() += 1;
            }
            let errand = custody.errand.as_ref();
            if let Some(other) = errand.and_then(|errand| errand.opposed_to) {
                self.opposed.entry(case).or_default().insert(other);
                self.opposed.entry(other).or_default().insert(case);
            }
            let desk = Desk {
                custody,
                revision: record.revision,
                latest: recorded.id,
            };
            self.cases.insert(case, desk);
        }
        Ok(())
    }

    /// How many cases a unit has to answer or to work on.
    pub(crate) fn load(&self, unit: &UnitId) -> u32 {
        self.load.get(unit).copied().unwrap_or(0)
    }

    /// The units that have, or had, a part in the cases of the other side: of the one that is named, and of
    /// those that name this one.
    pub(crate) fn opposing(&self, case: CaseId, named: Option<CaseId>) -> Vec<(CaseId, UnitId)> {
        let known = self.opposed.get(&case).into_iter().flatten().copied();
        let all: BTreeSet<CaseId> = known.chain(named).collect();
        all.into_iter()
            .filter_map(|other| Some((other, self.cases.get(&other)?)))
            .flat_map(|(other, desk)| {
                desk.custody
                    .held
                    .iter()
                    .map(move |unit| (other, unit.clone()))
            })
            .collect()
    }

    /// A unit's worklist: what cannot wait on top, then what ends first.
    pub(crate) fn worklist(&self, unit: &UnitId) -> CustodyWorklist {
        let mut entries: Vec<CustodyWorklistEntry> = self
            .cases
            .iter()
            .flat_map(|(case, desk)| entries(*case, desk, unit))
            .collect();
        entries.sort_by_key(|entry| {
            let last = entry.until.is_none();
            (!entry.urgent, last, entry.until, entry.since, entry.case)
        });
        CustodyWorklist {
            unit: unit.clone(),
            entries,
        }
    }

    /// Cases for which a moment has come: a limit is near or over, an offer ends, the unit asked is closed, a
    /// calendar was announced.
    pub(crate) fn due(&self, directory: &Directory, now: Timestamp) -> Vec<Due> {
        let come = |(case, desk): (&CaseId, &Desk)| {
            let custody = &desk.custody;
            let moment = next_moment(custody, directory).is_some_and(|at| at <= now);
            let closed = || asked_of_a_closed_site(custody, directory, now).is_some();
            let corrected = || to_correct(custody, directory);
            (moment || closed() || corrected()).then(|| Due {
                case: *case,
                latest: desk.latest,
                holder: custody.holder().clone(),
            })
        };
        self.cases.iter().filter_map(come).collect()
    }
}

/// The unit that has something to do for a case, other than its window.
fn busy(custody: &Custody) -> Option<&UnitId> {
    match &custody.holding {
        Holding::Window { .. } | Holding::Disputed { .. } => None,
        Holding::Offered { to, .. } => Some(to),
        Holding::Unit { unit, .. } => Some(unit),
    }
}

/// Everything that a unit has to do for a case: mostly nothing, seldom more than one thing.
fn entries(case: CaseId, desk: &Desk, asked: &UnitId) -> Vec<CustodyWorklistEntry> {
    let custody = &desk.custody;
    let Some(errand) = &custody.errand else {
        return Vec::new();
    };
    let entry = |what: Todo| CustodyWorklistEntry {
        case,
        number: custody.number.clone(),
        item: errand.item.clone(),
        topic: errand.topic.clone(),
        place: errand.place,
        handoff: what.handoff,
        from: custody.window.clone(),
        standing: what.standing,
        since: what.since,
        until: what.until,
        revision: desk.revision,
        urgent: errand.urgent,
        holder: (custody.holder() != asked).then(|| custody.holder().clone()),
        ask: what.ask,
    };
    let all = own(custody, asked)
        .into_iter()
        .chain(part(custody, asked))
        .chain(supervised(custody, asked))
        .chain(outside(custody, asked));
    all.map(entry).collect()
}

/// Something to do.
struct Todo {
    standing: WorklistStatus,
    handoff: onestop_proto::ids::HandoffId,
    since: Timestamp,
    until: Option<Timestamp>,
    ask: Option<String>,
}

/// The offer to answer, the case to work, the dispute to decide.
fn own(custody: &Custody, asked: &UnitId) -> Option<Todo> {
    let (standing, handoff, since, until, ask) = match &custody.holding {
        Holding::Offered {
            handoff,
            to,
            since,
            until,
            ..
        } if to == asked => (
            WorklistStatus::Offered,
            *handoff,
            *since,
            Some(*until),
            None,
        ),
        Holding::Unit {
            handoff,
            unit,
            since,
            ..
        } if unit == asked => {
            let until = custody
                .clock(&referral::work_step())
                .map(|clock| clock.due.at);
            (WorklistStatus::Accepted, *handoff, *since, until, None)
        }
        Holding::Disputed { dispute, .. } if dispute.supervisor == *asked => {
            let clock = custody.clock(&referral::designate_step());
            let until = clock.map(|clock| clock.due.at);
            let ask = Some(dispute.why.clone());
            (
                WorklistStatus::ToDesignate,
                dispute.id,
                dispute.at,
                until,
                ask,
            )
        }
        Holding::Window { .. }
        | Holding::Offered { .. }
        | Holding::Disputed { .. }
        | Holding::Unit { .. } => return None,
    };
    Some(Todo {
        standing,
        handoff,
        since,
        until,
        ask,
    })
}

/// A co-unit's part.
fn part(custody: &Custody, asked: &UnitId) -> Option<Todo> {
    let Holding::Unit { handoff, .. } = &custody.holding else {
        return None;
    };
    let mut open = custody.open_co_units();
    let co = open.find(|co| co.unit == *asked)?;
    let standing = match co.standing {
        CoUnitStatus::Invited => WorklistStatus::Invited,
        CoUnitStatus::Joined => WorklistStatus::Assisting,
        CoUnitStatus::Reported | CoUnitStatus::Declined | CoUnitStatus::Released => return None,
    };
    Some(Todo {
        standing,
        handoff: *handoff,
        since: co.since,
        until: None,
        ask: Some(co.task.clone()),
    })
}

/// What a supervisor asks, and what is asked of one.
fn supervised(custody: &Custody, asked: &UnitId) -> Vec<Todo> {
    let handoff = match &custody.holding {
        Holding::Offered { handoff, .. } | Holding::Unit { handoff, .. } => Some(*handoff),
        Holding::Disputed { dispute, .. } => Some(dispute.id),
        Holding::Window { .. } => custody.ended.last().map(|ended| ended.handoff),
    };
    let Some(handoff) = handoff else {
        return Vec::new();
    };
    let mut todo = Vec::new();
    let mut add = |standing, until, ask: Option<&String>| {
        todo.push(Todo {
            standing,
            handoff,
            since: custody.since(),
            until,
            ask: ask.cloned(),
        });
    };
    if let Some(open) = &custody.instruction
        && custody.holder() == asked
    {
        add(
            WorklistStatus::ToReport,
            Some(open.until),
            Some(&open.instruction),
        );
    }
    if let Some(extension) = &custody.extension
        && extension.supervisor == *asked
    {
        add(WorklistStatus::ToApprove, None, Some(&extension.reason));
    }
    for clock in &custody.clocks {
        if let Alarm::Supervised { by, .. } = &clock.alarm
            && by == asked
        {
            add(WorklistStatus::Overdue, Some(clock.due.at), None);
        }
    }
    todo
}

/// What whoever holds the case waits for from outside.
fn outside(custody: &Custody, asked: &UnitId) -> Vec<Todo> {
    let waiting = custody.handed_over.iter().filter(|of| of.is_open());
    waiting
        .filter(|_| custody.holder() == asked)
        .map(|of| Todo {
            standing: WorklistStatus::Outside,
            handoff: of.handed.handover,
            since: of.handed.at,
            until: None,
            ask: None,
        })
        .collect()
}
