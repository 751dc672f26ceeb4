//! The state of a site: planned, on trial, open, temporarily closed.

use jiff::civil::Date;
use onestop_directory::{Site, SiteChanges};
use onestop_proto::registry::{Event, Rejection, SetState, SiteState, StateSet};

use super::{
    Context, check_period, first_day, known_site, permission::check_state, visible, with_recorded,
};

pub(super) fn set(
    changes: Option<&SiteChanges>,
    command: &SetState,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let site = known_site(&command.site, context.directory)?;
    let unknown = || Rejection::UnknownSite {
        site: site.id.clone(),
    };
    let window = context.directory.window_of(site).ok_or_else(unknown)?;
    check_state(site, window, context)?;
    let from = first_day(command.from, context)?;
    check_period(from, command.until)?;
    let evidence = visible(&command.evidence);
    if evidence.is_empty() {
        return Err(Rejection::EvidenceMissing {});
    }
    check_change(changes, (site, from), command, context)?;
    let set = StateSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        state: command.state,
        from,
        until: command.until,
        evidence,
    };
    Ok(vec![set.into()])
}

/// Refuses what changes nothing, and a plan for a site that has opened.
fn check_change(
    changes: Option<&SiteChanges>,
    (site, from): (&Site, Date),
    command: &SetState,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let known = with_recorded(context, &site.id, changes);
    let recorded = changes.and_then(|changes| changes.state(from));
    let until = recorded.and_then(|recorded| recorded.until);
    if known.site_state(site, from) == command.state && until == command.until {
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
