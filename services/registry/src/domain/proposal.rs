//! Changes that a bureau must approve: which bureau that is, and the proposal to it.

use onestop_directory::{ChangeApprover, RecordKind, SiteChanges, Unit};
use onestop_proto::registry::{ChangeProposed, ProposedChange, Rejection};

use super::{Context, Decision, permission::decides_for};

/// By what the tier above decides about the state of a site and about its standard.
const TIER_ABOVE: &str = "站点状态与达标情况由上一级确定";

/// Which bureau decides about a change, and the rule that says so.
#[derive(Debug, Clone)]
pub(super) struct Decider {
    /// The kind of change, where a rule of the directory can name it.
    kind: Option<RecordKind>,
    approver: ChangeApprover,
    rule: String,
}

impl Decider {
    /// Who decides about what no rule of the directory says more about.
    pub(super) fn by(approver: ChangeApprover, rule: &str) -> Self {
        let rule = rule.to_owned();
        Self {
            kind: None,
            approver,
            rule,
        }
    }

    /// Who decides about a kind of change at a unit's place; or whom a rule of approval names, if that is stricter.
    pub(super) fn of(
        kind: RecordKind,
        (approver, rule): (ChangeApprover, &str),
        unit: &Unit,
        context: &Context<'_>,
    ) -> Self {
        let by_data = context.directory.change_approval(kind, unit.division);
        let stricter = by_data.filter(|(by_data, _)| *by_data > approver);
        let (approver, rule) = stricter.unwrap_or((approver, rule));
        Self {
            kind: Some(kind),
            ..Self::by(approver, rule)
        }
    }

    /// The bureau, or the office of a township, that decides about a unit's change. Where none is above, the site's own does.
    pub(super) fn bureau<'a>(&self, unit: &Unit, context: &Context<'a>) -> Option<&'a Unit> {
        let directory = context.directory;
        let decides_at = |place| match self.kind {
            Some(kind) => directory.decider_of(kind, place),
            None => directory.supervisor_of(place),
        };
        let above = match self.approver {
            ChangeApprover::Bureau => None,
            ChangeApprover::TierAbove => unit.division.parent(),
        };
        above
            .and_then(decides_at)
            .or_else(|| decides_at(unit.division))
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
    let approver = decider.bureau(unit, context);
    let approver = approver.ok_or(Rejection::NobodyDecides {})?;
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
            let by_rule = (ChangeApprover::TierAbove, TIER_ABOVE);
            Some(Decider::of(kind, by_rule, unit, context))
        }
        RecordKind::ChangeContact
        | RecordKind::MarkFull
        | RecordKind::MarkFree
        | RecordKind::PlanOpening
        | RecordKind::SetHours
        | RecordKind::SetDuty
        | RecordKind::SetLimit
        | RecordKind::SetPapers
        | RecordKind::MoveItemIn
        | RecordKind::MoveItemOut => {
            let by_data = context.directory.change_approval(kind, unit.division);
            by_data.map(|by_data| Decider::of(kind, by_data, unit, context))
        }
    }
}
