//! How far the building of a site is: its plan, the points of the standard, and that its entry is right.

use onestop_directory::{RecordKind, SiteChanges};
use onestop_proto::registry::{
    CheckStandard, ConfirmEntry, EntryConfirmed, Event, OpeningPlanned, PlanOpening,
    ProposedChange, Rejection, SiteState, StandardChecked,
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    evidence_of, known_site,
    permission::check_keeper,
    proposal::decided_or_proposed,
    visible,
    wider::{binds_more, refuse_decided},
    window_of, with_recorded,
};

pub(super) fn plan(
    changes: Option<&SiteChanges>,
    command: &PlanOpening,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let known = with_recorded(context, &site.id, changes);
    let today = context.today;
    match known.site_state(site, today) {
        SiteState::Planned => {}
        state @ (SiteState::Pilot | SiteState::Operating | SiteState::Suspended) => {
            return Err(Rejection::HasOpened { state });
        }
    }
    if command.opens < today {
        let first_day = command.opens;
        return Err(Rejection::DayPast { first_day, today });
    }
    let reason = command.reason.as_deref().map(visible);
    let reason = reason.filter(|reason| !reason.is_empty());
    let planned = known.opening_plan(site, today).map(|plan| plan.opens);
    match planned {
        Some(planned) if planned == command.opens => return Err(Rejection::NothingChanges {}),
        Some(planned) if planned < command.opens && reason.is_none() => {
            return Err(Rejection::DelayWithoutReason { planned });
        }
        Some(_) | None => {}
    }
    let planned = OpeningPlanned {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: today,
        opens: command.opens,
        reason,
    };
    let change = ProposedChange::OpeningPlanned(planned);
    decided_or_proposed(changes, (RecordKind::PlanOpening, change), window, context)
}

pub(super) fn check(
    changes: Option<&SiteChanges>,
    command: &CheckStandard,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let evidence = evidence_of(&command.evidence);
    let points = context.directory.checkpoints(site, context.today);
    let mut points = points.into_iter().map(|(point, _)| point);
    let known = points.any(|point| point.id == command.checkpoint);
    let unknown = (!known).then(|| Rejection::UnknownCheckpoint {
        checkpoint: command.checkpoint.clone(),
    });
    refuse_all([unknown, fault(&evidence)])?;
    let evidence = evidence?;
    let known = changes.and_then(|changes| changes.check(&command.checkpoint, context.today));
    let same = |known: &StandardChecked| {
        (known.finding, &known.evidence) == (command.finding, &evidence)
            && !binds_more(known.decided_by, context)
    };
    if known.is_some_and(same) {
        return Err(Rejection::NothingChanges {});
    }
    let checked = StandardChecked {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: context.today,
        checkpoint: command.checkpoint.clone(),
        finding: command.finding,
        evidence,
        decided_by: context.own_division(),
    };
    let change = ProposedChange::StandardChecked(checked);
    let kind = RecordKind::CheckStandard;
    let events = decided_or_proposed(changes, (kind, change), window, context)?;
    // A proposal is checked again when a bureau approves it.
    if let [event @ Event::StandardChecked(_)] = events.as_slice() {
        let after = SiteChanges::evolve(changes.cloned(), event);
        let counts = after.check(&command.checkpoint, context.today);
        let otherwise = counts.filter(|counts| counts.finding != command.finding);
        refuse_decided(
            otherwise.and_then(|otherwise| otherwise.decided_by),
            context,
        )?;
    }
    Ok(events)
}

pub(super) fn confirm(
    changes: Option<&SiteChanges>,
    command: &ConfirmEntry,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    if changes.and_then(SiteChanges::confirmed) == Some(context.today) {
        return Err(Rejection::NothingChanges {});
    }
    let confirmed = EntryConfirmed {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: context.today,
    };
    Ok(vec![confirmed.into()])
}
