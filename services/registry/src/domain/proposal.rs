//! Changes that a bureau must approve: which bureau that is, and the proposal to it.

use onestop_directory::{ChangeApprover, RecordKind, SiteChanges, Unit};
use onestop_proto::registry::{ChangeProposed, ProposedChange, Rejection};

use super::{Context, Decision, permission::decides_for};

/// By what the tier above decides about the state of a site and about its standard.
const TIER_ABOVE: &str = "站点状态与达标情况由上一级确定";

/// Which bureau decides about a change, and the rule that says so.
#[derive(Debug, Clone)]
pub(super) struct Decider {
    approver: ChangeApprover,
    rule: String,
}

impl Decider {
    pub(super) fn by(approver: ChangeApprover, rule: &str) -> Self {
        let rule = rule.to_owned();
        Self { approver, rule }
    }

    /// The bureau that decides about a unit's change. Where none is above, the site's own does.
    pub(super) fn bureau<'a>(&self, unit: &Unit, context: &Context<'a>) -> Option<&'a Unit> {
        let directory = context.directory;
        let above = match self.approver {
            ChangeApprover::Bureau => None,
            ChangeApprover::TierAbove => unit.division.parent(),
        };
        above
            .and_then(|above| directory.supervisor_of(above))
            .or_else(|| directory.supervisor_of(unit.division))
    }
}

/// What is recorded: the change, if the actor may decide about it; else that it is proposed to the bureau that decides.
pub(super) fn decided_or_proposed(
    changes: Option<&SiteChanges>,
    (kind, change): (RecordKind, ProposedChange),
    unit: &Unit,
    context: &Context<'_>,
) -> Decision {
    match decider(kind, unit, context) {
        Some(decider) => decided_or_proposed_to(decider, changes, change, unit, context),
        None => Ok(vec![change.approved(context.today)]),
    }
}

/// What is recorded, where a bureau decides.
pub(super) fn decided_or_proposed_to(
    decider: Decider,
    changes: Option<&SiteChanges>,
    change: ProposedChange,
    unit: &Unit,
    context: &Context<'_>,
) -> Decision {
    let Some(approver) = decider.bureau(unit, context) else {
        return Ok(vec![change.approved(context.today)]);
    };
    if decides_for(approver, context) {
        return Ok(vec![change.approved(context.today)]);
    }
    let change = change.undecided();
    let mut waiting = changes.into_iter().flat_map(SiteChanges::waiting);
    if let Some(same) =
        waiting.find(|waiting| waiting.proposed.change.clone().undecided() == change)
    {
        let proposal = same.proposed.proposal;
        return Err(Rejection::ProposalWaits { proposal });
    }
    let proposed = ChangeProposed {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        proposal: changes.map_or(1, SiteChanges::next_proposal),
        change,
        approver: approver.id.clone(),
        rule: decider.rule,
        proposed_by: Some(context.actor.staff.clone()),
    };
    Ok(vec![proposed.into()])
}

/// Which bureau decides about a change; nothing where the keeper of the entry decides.
fn decider(kind: RecordKind, unit: &Unit, context: &Context<'_>) -> Option<Decider> {
    match kind {
        RecordKind::SetState | RecordKind::CheckStandard => {
            Some(Decider::by(ChangeApprover::TierAbove, TIER_ABOVE))
        }
        RecordKind::ChangeContact
        | RecordKind::MarkFull
        | RecordKind::MarkFree
        | RecordKind::PlanOpening
        | RecordKind::SetHours
        | RecordKind::SetDuty
        | RecordKind::SetLimit => {
            let by_data = context.directory.change_approval(kind, unit.division);
            by_data.map(|(approver, rule)| Decider::by(approver, rule))
        }
    }
}
