//! What becomes of a proposed change: a bureau approves it, or sends it back.

use onestop_directory::{Proposal, SiteChanges};
use onestop_proto::registry::{
    ApproveChange, ChangeApproved, ChangeSentBack, Event, ProposedChange, Rejection, SendBackChange,
};

use super::{
    Context, Decision, decide, known_site, permission::decides_for, proposed_command::command_of,
    visible,
};

pub(super) fn approve(
    changes: Option<&SiteChanges>,
    command: &ApproveChange,
    context: &Context<'_>,
) -> Decision {
    known_site(&command.site, context.directory)?;
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
    if let ProposedChange::OpeningPlanned(plan) = &proposed.change
        && plan.opens < context.today
    {
        let last_day = plan.opens;
        return Err(Rejection::ProposalOver { last_day });
    }
    let approved = Event::from(ChangeApproved {
        site: proposed.site.clone(),
        unit: proposed.unit.clone(),
        division: proposed.division,
        proposal: proposed.proposal,
    });
    // The proposal itself is none that the change would wait beside.
    let settled = SiteChanges::evolve(changes.cloned(), &approved);
    let change = decided_now(&settled, &proposed.change, context)?;
    Ok(vec![change, approved])
}

/// What is recorded of a proposed change if the actor sends it today: refused if it would change nothing by now, does not apply
/// any more, or is for a wider tier to decide by what holds since it was proposed.
fn decided_now(
    changes: &SiteChanges,
    change: &ProposedChange,
    context: &Context<'_>,
) -> Result<Event, Rejection> {
    let command = command_of(change, context.today);
    let events = decide(Some(changes), &command, context)?;
    match events.into_iter().next() {
        Some(Event::ChangeProposed(proposed)) => Err(Rejection::WiderTierDecides {
            yours: context.actor.unit.clone(),
            bureau: proposed.approver,
        }),
        Some(decided) => Ok(decided),
        None => Err(Rejection::NothingChanges {}),
    }
}

pub(super) fn send_back(
    changes: Option<&SiteChanges>,
    command: &SendBackChange,
    context: &Context<'_>,
) -> Decision {
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
