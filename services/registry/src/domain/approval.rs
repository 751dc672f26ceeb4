//! What becomes of a proposed change: a bureau approves it, or sends it back.

use onestop_directory::{Directory, Proposal, Site, SiteChanges};
use onestop_proto::registry::{
    ApproveChange, ChangeApproved, ChangeSentBack, Event, ProposedChange, Rejection,
    SendBackChange, SiteState,
};

use super::{
    Context, known_site, limit, papers,
    permission::decides_for,
    visible,
    wider::{check_papers, check_strict, check_wider},
    window_of, with_recorded,
};

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
    check_plan(&proposed.change, (site, &known), context)?;
    let mut change = proposed.change.clone();
    if let ProposedChange::StateSet(set) = &mut change {
        // The bureau that approves it answers for it.
        set.decided_by = context.own_division();
        check_wider(changes, set, context)?;
    }
    let change = change.approved(context.today);
    check_rule(&change, (site, &known), context)?;
    let approved = ChangeApproved {
        site: proposed.site.clone(),
        unit: proposed.unit.clone(),
        division: proposed.division,
        proposal: proposed.proposal,
    };
    Ok(vec![change, approved.into()])
}

/// Refuses the plan of a site that has opened since it was proposed, and an opening on a day that has passed.
fn check_plan(
    change: &ProposedChange,
    (site, known): (&Site, &Directory),
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let opens = match change {
        ProposedChange::OpeningPlanned(plan) => Some(plan.opens),
        ProposedChange::StateSet(set) if set.state == SiteState::Planned => None,
        ProposedChange::StateSet(_)
        | ProposedChange::ContactChanged(_)
        | ProposedChange::UnitFilled(_)
        | ProposedChange::UnitFreed(_)
        | ProposedChange::StandardChecked(_)
        | ProposedChange::HoursSet(_)
        | ProposedChange::DutySet(_)
        | ProposedChange::LimitSet(_)
        | ProposedChange::DaysOffDeclared(_)
        | ProposedChange::ItemMovedIn(_)
        | ProposedChange::ItemMovedOut(_)
        | ProposedChange::PapersSet(_) => return Ok(()),
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

/// Refuses a rule than which a wider place has set a stricter one since it was proposed, and one that loosens by now what
/// the place itself has set since, unless the actor decides about that too.
fn check_rule(
    recorded: &Event,
    (site, known): (&Site, &Directory),
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let decider = if let Event::LimitSet(set) = recorded {
        check_strict(set, known)?;
        limit::decider(set, site, known)
    } else if let Event::PapersSet(set) = recorded {
        check_papers(set, known)?;
        papers::decider(set, known)?
    } else {
        return Ok(());
    };
    match decider.bureau(window_of(site, context)?, context) {
        Some(bureau) if !decides_for(bureau, context) => Err(Rejection::WiderTierDecides {
            yours: context.actor.unit.clone(),
            bureau: bureau.id.clone(),
        }),
        Some(_) | None => Ok(()),
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
