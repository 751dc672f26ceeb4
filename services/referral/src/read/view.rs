//! The view of a case's custody.

use onestop_proto::{
    ids::CaseId,
    query::{
        CoUnitView, CustodyView, HandoverView, OpenDispute, OpenExtension, OpenInstruction,
        OpenOffer, RunningClock,
    },
    time::Timestamp,
};

use crate::domain::{CoUnit, Custody, PendingDispute, possible};

pub(crate) fn custody(
    case: CaseId,
    (custody, revision): (Custody, u64),
    now: Timestamp,
) -> CustodyView {
    CustodyView {
        case,
        revision,
        holder: custody.holder().clone(),
        handoff: custody.lead().map(|lead| lead.handoff),
        offer: custody.offer().map(|offer| OpenOffer {
            handoff: offer.handoff,
            to: offer.to.clone(),
            until: offer.until,
        }),
        stage: Some(custody.stage()),
        possible: possible(&custody, now)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        available: Vec::new(),
        addressees: Vec::new(),
        urgent: custody
            .subject
            .as_ref()
            .is_some_and(|subject| subject.urgent),
        designated_by: custody.designated_by().cloned(),
        dispute: custody.dispute().map(dispute),
        clocks: custody
            .clocks
            .iter()
            .map(|clock| RunningClock {
                step: clock.step.clone(),
                due: clock.due.clone(),
            })
            .collect(),
        co_units: custody.co_units.into_iter().map(co_unit).collect(),
        instruction: custody.instruction.map(|open| OpenInstruction {
            by: open.by,
            instruction: open.instruction,
            until: open.until,
        }),
        extension: custody.extension.map(|pending| OpenExtension {
            step: pending.step,
            by: pending.by,
            reason: pending.reason,
            supervisor: pending.supervisor,
        }),
        handed_over: custody
            .handovers
            .into_iter()
            .map(|handover| HandoverView {
                handed: handover.handed,
                heard: handover.reply,
            })
            .collect(),
    }
}

fn dispute(dispute: &PendingDispute) -> OpenDispute {
    OpenDispute {
        by: dispute.by.clone(),
        reason: dispute.reason,
        why: dispute.why.clone(),
        supervisor: dispute.supervisor.clone(),
        since: dispute.at,
    }
}

fn co_unit(co: CoUnit) -> CoUnitView {
    CoUnitView {
        unit: co.unit,
        task: co.task,
        standing: co.status,
        since: co.since,
        report: co.report,
    }
}
