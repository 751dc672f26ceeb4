//! Changes that a bureau must approve: proposed, then approved or sent back.

use onestop_directory::{ChangeApprover, Directory, Proposal, RecordKind, Site, SiteChanges, Unit};
use onestop_proto::registry::{
    ApproveChange, ChangeApproved, ChangeProposed, ChangeSentBack, Event, ProposedChange,
    Rejection, SendBackChange, SiteState,
};

use super::{
    Context, known_site,
    permission::decides_for,
    visible,
    wider::{check_papers, check_strict, check_wider},
    with_recorded,
};

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
}

/// What is recorded: the change, if the actor may decide about it; else that it is proposed to the bureau that decides.
pub(super) fn decided_or_proposed(
    changes: Option<&SiteChanges>,
    (kind, change): (RecordKind, ProposedChange),
    unit: &Unit,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
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
) -> Result<Vec<Event>, Rejection> {
    let Some(approver) = bureau_of(decider.approver, unit, context) else {
        return Ok(vec![change.approved(context.today)]);
    };
    if decides_for(approver, context) {
        return Ok(vec![change.approved(context.today)]);
    }
    let mut waiting = changes.into_iter().flat_map(SiteChanges::waiting);
    if let Some(same) = waiting.find(|waiting| waiting.proposed.change == change) {
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

/// The bureau that decides about a unit's change. Where none is above, the site's own does.
fn bureau_of<'a>(approver: ChangeApprover, unit: &Unit, context: &Context<'a>) -> Option<&'a Unit> {
    let directory = context.directory;
    let above = match approver {
        ChangeApprover::Bureau => None,
        ChangeApprover::TierAbove => unit.division.parent(),
    };
    above
        .and_then(|above| directory.supervisor_of(above))
        .or_else(|| directory.supervisor_of(unit.division))
}

pub(super) fn approve(
    changes: Option<&SiteChanges>,
    command: &ApproveChange,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let site = known_site(&command.site, context.directory)?;
    let waiting = waiting(changes, command.proposal, context)?;
    let proposed = &waiting.proposed;
    if proposed.proposed_by.as_ref() == Some(&context.actor.staff) {
        return Err(Rejection::OwnProposal {});
    }
    if let Some(last_day) = proposed
        .change
        .until()
        .filter(|until| *until < context.today)
    {
        return Err(Rejection::ProposalOver { last_day });
    }
    let known = with_recorded(context, &site.id, changes);
    check_still_allowed(&proposed.change, (site, &known), context)?;
    let mut change = proposed.change.clone();
    if let ProposedChange::StateSet(set) = &mut change {
        // The bureau that approves it answers for it.
        set.decided_by = context.own_division();
        check_wider(changes, set, context)?;
    }
    let approved = ChangeApproved {
        site: proposed.site.clone(),
        unit: proposed.unit.clone(),
        division: proposed.division,
        proposal: proposed.proposal,
    };
    Ok(vec![change.approved(context.today), approved.into()])
}

/// Refuses what is no longer allowed since it was proposed: the plan of a site that has opened, an opening on a day that
/// has passed, a limit than which a wider place has set a stricter one.
fn check_still_allowed(
    change: &ProposedChange,
    (site, known): (&Site, &Directory),
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let opens = match change {
        ProposedChange::LimitSet(set) => return check_strict(set, known),
        ProposedChange::PapersSet(set) => return check_papers(set, known),
        ProposedChange::OpeningPlanned(plan) => Some(plan.opens),
        ProposedChange::StateSet(set) if set.state == SiteState::Planned => None,
        ProposedChange::StateSet(_)
        | ProposedChange::ContactChanged(_)
        | ProposedChange::UnitFilled(_)
        | ProposedChange::UnitFreed(_)
        | ProposedChange::StandardChecked(_)
        | ProposedChange::HoursSet(_)
        | ProposedChange::DutySet(_)
        | ProposedChange::DaysOffDeclared(_)
        | ProposedChange::ItemMovedIn(_)
        | ProposedChange::ItemMovedOut(_) => return Ok(()),
    };
    let state = known.site_state(site, context.today);
    if state != SiteState::Planned {
        return Err(Rejection::HasOpened { state });
    }
    match opens.filter(|opens| *opens < context.today) {
        Some(last_day) => Err(Rejection::ProposalOver { last_day }),
        None => Ok(()),
    }
}

pub(super) fn send_back(
    changes: Option<&SiteChanges>,
    command: &SendBackChange,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    known_site(&command.site, context.directory)?;
    let waiting = waiting(changes, command.proposal, context)?;
    let reason = visible(&command.reason);
    if reason.is_empty() {
        return Err(Rejection::ReasonMissing {});
    }
    let proposed = &waiting.proposed;
    let sent_back = ChangeSentBack {
        site: proposed.site.clone(),
        unit: proposed.unit.clone(),
        division: proposed.division,
        proposal: proposed.proposal,
        reason,
    };
    Ok(vec![sent_back.into()])
}

/// The proposal, if the actor decides about it.
fn waiting<'a>(
    changes: Option<&'a SiteChanges>,
    proposal: u32,
    context: &Context<'_>,
) -> Result<&'a Proposal, Rejection> {
    let found = changes.and_then(|changes| changes.proposal(proposal));
    let found = found.ok_or(Rejection::UnknownProposal { proposal })?;
    let bureau = context.directory.unit(&found.proposed.approver);
    if bureau.is_some_and(|bureau| decides_for(bureau, context)) {
        return Ok(found);
    }
    Err(Rejection::WiderTierDecides {
        yours: context.actor.unit.clone(),
        bureau: found.proposed.approver.clone(),
    })
}
