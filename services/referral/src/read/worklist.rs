//! The worklist of a unit: what it has to answer, to work on or to decide.

use onestop_proto::{
    clock::Alarm,
    ids::{CaseId, HandoffId, UnitId},
    query::{CustodyWorklist, CustodyWorklistEntry, WorklistStatus},
    referral::{CoUnitStatus, designate_step, work_step},
    time::Timestamp,
};

use crate::domain::{Custody, Holding};

/// A unit's worklist: urgent cases on top, then what ends first.
pub(crate) fn of_unit(unit: UnitId, mut entries: Vec<CustodyWorklistEntry>) -> CustodyWorklist {
    entries.sort_by_key(|entry| {
        let last = entry.until.is_none();
        (!entry.urgent, last, entry.until, entry.since, entry.case)
    });
    CustodyWorklist { unit, entries }
}

/// Everything that a unit has to do for a case: mostly nothing, seldom more than one thing.
pub(super) fn entries(
    case: CaseId,
    custody: &Custody,
    revision: u64,
    unit: &UnitId,
) -> Vec<CustodyWorklistEntry> {
    let Some(subject) = &custody.subject else {
        return Vec::new();
    };
    let entry = |task: Task| CustodyWorklistEntry {
        case,
        number: custody.number.clone(),
        item: subject.item.clone(),
        topic: subject.topic.clone(),
        place: subject.place,
        handoff: task.handoff,
        from: custody.window.clone(),
        standing: task.status,
        since: task.since,
        until: task.until,
        revision,
        urgent: subject.urgent,
        holder: (custody.holder() != unit).then(|| custody.holder().clone()),
        ask: task.request,
    };
    let tasks = own_task(custody, unit)
        .into_iter()
        .chain(co_unit_task(custody, unit))
        .chain(oversight_tasks(custody, unit))
        .chain(external_tasks(custody, unit));
    tasks.map(entry).collect()
}

/// Something to do.
struct Task {
    status: WorklistStatus,
    handoff: HandoffId,
    since: Timestamp,
    until: Option<Timestamp>,
    /// In the words of the unit that requests it.
    request: Option<String>,
}

/// The offer to answer, the case to work, the dispute to decide.
fn own_task(custody: &Custody, unit: &UnitId) -> Option<Task> {
    let due_at = |step| custody.clock(&step).map(|clock| clock.due.at);
    match &custody.holding {
        Holding::Offered(offer) if offer.to == *unit => Some(Task {
            status: WorklistStatus::Offered,
            handoff: offer.handoff,
            since: custody.since(),
            until: Some(offer.until),
            request: None,
        }),
        Holding::Unit(lead) if custody.holder() == unit => Some(Task {
            status: WorklistStatus::Accepted,
            handoff: lead.handoff,
            since: custody.since(),
            until: due_at(work_step()),
            request: None,
        }),
        Holding::Disputed(dispute) if dispute.supervisor == *unit => Some(Task {
            status: WorklistStatus::ToDesignate,
            handoff: dispute.id,
            since: dispute.at,
            until: due_at(designate_step()),
            request: Some(dispute.why.clone()),
        }),
        Holding::Unroutable => {
            let arbiter = custody.search.as_ref();
            let arbiter = arbiter.filter(|arbiter| arbiter.supervisor == *unit)?;
            Some(Task {
                status: WorklistStatus::ToDesignate,
                handoff: arbiter.dispute,
                since: custody.since(),
                until: due_at(designate_step()),
                request: None,
            })
        }
        Holding::Window | Holding::Offered(_) | Holding::Disputed(_) | Holding::Unit(_) => None,
    }
}

fn co_unit_task(custody: &Custody, unit: &UnitId) -> Option<Task> {
    let lead = custody.lead()?;
    let mut open = custody.open_co_units();
    let co = open.find(|co| co.unit == *unit)?;
    let status = match co.status {
        CoUnitStatus::Invited => WorklistStatus::Invited,
        CoUnitStatus::Joined => WorklistStatus::Assisting,
        CoUnitStatus::Reported | CoUnitStatus::Declined | CoUnitStatus::Released => return None,
    };
    Some(Task {
        status,
        handoff: lead.handoff,
        since: co.since,
        until: None,
        request: Some(co.task.clone()),
    })
}

/// The instruction to answer, for the unit that was supervised and for who has the case now; the extension to approve and the overdue step to see to, for a supervisor.
fn oversight_tasks(custody: &Custody, unit: &UnitId) -> Vec<Task> {
    let handoff = match &custody.holding {
        Holding::Offered(offer) => Some(offer.handoff),
        Holding::Unit(lead) => Some(lead.handoff),
        Holding::Disputed(dispute) => Some(dispute.id),
        Holding::Window | Holding::Unroutable => {
            let last = custody.past_offers.last().map(|past| past.handoff);
            last.or_else(|| Some(custody.arbiter()?.dispute))
        }
    };
    let Some(handoff) = handoff else {
        return Vec::new();
    };
    let task = |status, until, request: Option<&String>| Task {
        status,
        handoff,
        since: custody.since(),
        until,
        request: request.cloned(),
    };
    let instruction = custody.instruction.as_ref();
    let instruction = instruction
        .filter(|open| custody.holder() == unit || open.supervised == *unit)
        .map(|open| {
            let (until, text) = (Some(open.until), Some(&open.instruction));
            task(WorklistStatus::ToReport, until, text)
        });
    let extension = custody.extension.as_ref();
    let extension = extension.filter(|pending| pending.supervisor == *unit);
    let extension =
        extension.map(|pending| task(WorklistStatus::ToApprove, None, Some(&pending.reason)));
    let overdue = custody.clocks.iter().filter(|clock| match &clock.alarm {
        Alarm::Supervised { by, .. } => by == unit,
        Alarm::Quiet | Alarm::DueSoon | Alarm::Overdue => false,
    });
    let overdue = overdue.map(|clock| task(WorklistStatus::Overdue, Some(clock.due.at), None));
    instruction
        .into_iter()
        .chain(extension)
        .chain(overdue)
        .collect()
}

/// The answers of external bodies for which the holder waits.
fn external_tasks(custody: &Custody, unit: &UnitId) -> Vec<Task> {
    let open = custody.open_handovers();
    open.filter(|_| custody.holder() == unit)
        .map(|handover| Task {
            status: WorklistStatus::Outside,
            handoff: handover.handed.handover,
            since: handover.handed.at,
            until: None,
            request: None,
        })
        .collect()
}
