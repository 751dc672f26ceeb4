//! What of custody is shown to whoever asks for a case, and to whom.

use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, UnitId},
    query::{
        CoUnitView, CustodyView, HandoverView, OpenDispute, OpenExtension, OpenInstruction,
        OpenOffer, RunningClock,
    },
};

use crate::domain::{Custody, Holding, possible};

pub(crate) fn custody(case: CaseId, revision: u64, custody: Custody) -> CustodyView {
    let stage = custody.stage();
    let dispute = match &custody.holding {
        Holding::Disputed { dispute, .. } => Some(OpenDispute {
            by: dispute.by.clone(),
            reason: dispute.reason,
            why: dispute.why.clone(),
            supervisor: dispute.supervisor.clone(),
            since: dispute.at,
        }),
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Unit { .. } => None,
    };
    CustodyView {
        case,
        revision,
        holder: custody.holder().clone(),
        offer: offer(&custody),
        stage: Some(stage),
        possible: possible(&custody).into_iter().map(str::to_owned).collect(),
        urgent: custody.errand.as_ref().is_some_and(|errand| errand.urgent),
        designated_by: designated_by(&custody).cloned(),
        dispute,
        co_units: custody
            .co_units
            .into_iter()
            .map(|co| CoUnitView {
                unit: co.unit,
                task: co.task,
                standing: co.standing,
                since: co.since,
                report: co.report,
            })
            .collect(),
        instruction: custody.instruction.map(|open| OpenInstruction {
            by: open.by,
            instruction: open.instruction,
            until: open.until,
        }),
        extension: custody.extension.map(|asked| OpenExtension {
            step: asked.step,
            by: asked.by,
            reason: asked.reason,
            supervisor: asked.supervisor,
        }),
        clocks: custody
            .clocks
            .into_iter()
            .map(|clock| RunningClock {
                step: clock.step,
                due: clock.due,
            })
            .collect(),
        handed_over: custody
            .handed_over
            .into_iter()
            .map(|of| HandoverView {
                handed: of.handed,
                heard: of.heard,
            })
            .collect(),
    }
}

/// Whether a case is told of to somebody: staff of its window, of the unit that holds it, of one that has or had
/// a part or was asked to take it; those who answer for the division of one; the supervisor who is asked to decide.
pub(crate) fn may_be_told(custody: &Custody, actor: &Actor, directory: &Directory) -> bool {
    let supervisor = match &custody.holding {
        Holding::Disputed { dispute, .. } => Some(&dispute.supervisor),
        Holding::Window { .. } | Holding::Offered { .. } | Holding::Unit { .. } => None,
    };
    let extended = custody.extension.as_ref().map(|asked| &asked.supervisor);
    if supervisor
        .into_iter()
        .chain(extended)
        .any(|unit| *unit == actor.unit)
    {
        return true;
    }
    let held = custody.held.iter();
    let co_units = custody.co_units.iter().map(|co| &co.unit);
    let units = [&custody.window, custody.holder()]
        .into_iter()
        .chain(held.clone())
        .chain(&custody.asked)
        .chain(co_units);
    let known = held.filter_map(|unit| Some(directory.unit(unit)?.division));
    let divisions = [custody.window_division, custody.holder_division()]
        .into_iter()
        .chain(known);
    directory.may_be_told(actor, units, divisions)
}

fn offer(custody: &Custody) -> Option<OpenOffer> {
    match &custody.holding {
        Holding::Offered {
            handoff, to, until, ..
        } => Some(OpenOffer {
            handoff: *handoff,
            to: to.clone(),
            until: *until,
        }),
        Holding::Window { .. } | Holding::Disputed { .. } | Holding::Unit { .. } => None,
    }
}

fn designated_by(custody: &Custody) -> Option<&UnitId> {
    match &custody.holding {
        Holding::Offered { designated_by, .. } | Holding::Unit { designated_by, .. } => {
            designated_by.as_ref()
        }
        Holding::Window { .. } | Holding::Disputed { .. } => None,
    }
}
