//! The state of a site: planned, on trial, open, temporarily closed.

use jiff::civil::Date;
use onestop_directory::{Directory, RecordKind, Site, SiteChanges};
use onestop_proto::registry::{Event, ProposedChange, Rejection, SetState, SiteState, StateSet};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    evidence_of, known_site, period,
    permission::check_keeper,
    proposal::decided_or_proposed,
    visible,
    wider::{binds_more, check_wider},
    window_of, with_recorded,
};

pub(super) fn set(
    changes: Option<&SiteChanges>,
    command: &SetState,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let from = period((command.from, command.until), site.division, context);
    let evidence = evidence_of(&command.evidence);
    refuse_all([fault(&evidence), fault(&from)])?;
    let (evidence, from) = (evidence?, from?);
    let document = command.document_number.as_deref().map(visible);
    let known = with_recorded(context, &site.id, changes);
    check_change(changes, (site, from), command, (&known, context))?;
    let set = StateSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        state: command.state,
        from,
        until: command.until,
        evidence,
        document_number: document.filter(|document| !document.is_empty()),
        decided_by: context.own_division(),
    };
    let change = ProposedChange::StateSet(set.clone());
    let events = decided_or_proposed(changes, (RecordKind::SetState, change), window, context)?;
    // A proposal is checked again when a bureau approves it.
    if events
        .iter()
        .any(|event| matches!(event, Event::StateSet(_)))
    {
        check_wider(changes, &set, context)?;
    }
    Ok(events)
}

/// Refuses what changes nothing, and a plan for a site that has opened.
fn check_change(
    changes: Option<&SiteChanges>,
    (site, from): (&Site, Date),
    command: &SetState,
    (known, context): (&Directory, &Context<'_>),
) -> Result<(), Rejection> {
    let recorded = changes.and_then(|changes| changes.state(from));
    let until = recorded.and_then(|recorded| recorded.until);
    let same = known.site_state(site, from) == command.state && until == command.until;
    if same && !recorded.is_some_and(|recorded| binds_more(recorded.decided_by, context)) {
        return Err(Rejection::NothingChanges {});
    }
    let state = known.site_state(site, context.today);
    match (command.state, state) {
        (SiteState::Planned, SiteState::Pilot | SiteState::Operating | SiteState::Suspended) => {
            Err(Rejection::HasOpened { state })
        }
        (SiteState::Planned, SiteState::Planned)
        | (SiteState::Pilot | SiteState::Operating | SiteState::Suspended, _) => Ok(()),
    }
}
