//! What a wider tier has closed or limited, and the papers that it asks for.

use onestop_directory::{Directory, SiteChanges, Standard, Unit, decider_tier};
use onestop_proto::{
    division::DivisionCode,
    registry::{LimitSet, PapersSet, Rejection, SiteState, StateSet},
};

use super::Context;

/// Refuses to open a site that a wider tier has closed by then: only that tier, or one above it, lifts it.
pub(super) fn check_wider(
    changes: Option<&SiteChanges>,
    set: &StateSet,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if !set.state.is_open() {
        return Ok(());
    }
    let after = SiteChanges::evolve(changes.cloned(), &set.clone().into());
    let counts = after.state(set.from);
    let closed = counts.filter(|one| one.state == SiteState::Suspended);
    refuse_decided(closed.and_then(|closed| closed.decided_by), context)
}

/// Refuses a limit of a party, and one that is looser than what a wider place has set.
pub(super) fn check_strict(set: &LimitSet, known: &Directory) -> Result<(), Rejection> {
    if known.gives_party_time(&set.step, set.division, set.from) {
        return Err(Rejection::LimitOfParty {
            step: set.step.clone(),
            step_name: known.step_label(&set.step),
        });
    }
    refuse_looser(known.stricter_above(set))
}

/// Refuses a limit that is looser than what a wider bureau has set for the same place: only that bureau, or one above it, sets
/// it so.
pub(super) fn check_strict_by_wider(set: &LimitSet, known: &Directory) -> Result<(), Rejection> {
    refuse_looser(known.stricter_by_wider(set))
}

fn refuse_looser(stricter: Option<&Standard>) -> Result<(), Rejection> {
    match stricter {
        Some(wider) => Err(Rejection::LooserThanWider {
            days: wider.limit.days,
            day_kind: wider.limit.kind,
            basis: wider.limit.basis.clone(),
        }),
        None => Ok(()),
    }
}

/// Whether the actor acts for a wider place than the bureau that has set something: the same binds more then.
pub(super) fn binds_more(decided_by: Option<DivisionCode>, context: &Context<'_>) -> bool {
    let own = context.own_division().map(DivisionCode::tier);
    own.is_some_and(|own| own < decider_tier(decided_by))
}

/// Refuses what a wider bureau has decided otherwise: only that bureau, or one above it, takes it back.
pub(super) fn refuse_decided(
    decided_by: Option<DivisionCode>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    match decided_by.and_then(|by| decider_at(by, context)) {
        Some(bureau) => Err(Rejection::WiderTierDecides {
            yours: context.actor.unit.clone(),
            bureau: bureau.id.clone(),
        }),
        None => Ok(()),
    }
}

/// Who has decided for a place: its bureau, or the window of a township whose office has; else the nearest bureau.
fn decider_at<'a>(place: DivisionCode, context: &Context<'a>) -> Option<&'a Unit> {
    let directory = context.directory;
    let bureau = directory.supervisor_of(place);
    let own = bureau.filter(|bureau| bureau.division == place);
    let office = || directory.window_of(directory.site_at(place)?);
    own.or_else(office).or(bureau)
}

/// Refuses a paper that the places around do not ask for. The province has none around it.
pub(super) fn check_papers(set: &PapersSet, known: &Directory) -> Result<(), Rejection> {
    let (Some(above), Some(item)) = (set.division.parent(), known.item(&set.item)) else {
        return Ok(());
    };
    let asked = known.papers(item, set.topic.as_ref(), above, set.from);
    match set.papers.iter().find(|paper| !asked.contains(paper)) {
        Some(paper) => Err(Rejection::PaperAdded {
            paper: paper.clone(),
            paper_name: known.material_label(paper),
        }),
        None => Ok(()),
    }
}
