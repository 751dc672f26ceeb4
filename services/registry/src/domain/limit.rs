//! The limit of a step, as a bureau sets it for its own place: stricter than what wider places have set, or as strict.

use onestop_directory::{ChangeApprover, Directory, RecordKind, SiteChanges, Unit};
use onestop_proto::registry::{Event, LimitSet, ProposedChange, Rejection, SetLimit};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    basis_of, known_site, period,
    permission::check_keeper,
    proposal::{Decider, decided_or_proposed_to},
    wider::{binds_more, check_strict, check_strict_by_wider},
    window_of, with_recorded,
};

/// By what a place's own bureau decides about its limits.
const OWN_BUREAU: &str = "本地时限从严，由本级确定";
/// By what the tier above decides about a limit that is longer than the one before it.
const LOOSENED: &str = "放宽本地已定时限，由上一级确定";

pub(super) fn set(
    changes: Option<&SiteChanges>,
    command: &SetLimit,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let from = period((command.from, command.until), site.division, context);
    let (basis, days) = (basis_of(&command.basis), days_of(command.days));
    refuse_all([fault(&days), fault(&basis), fault(&from)])?;
    let (basis, days, from) = (basis?, days?, from?);
    let known = with_recorded(context, &site.id, changes);
    let held = known.standard(&command.step, site.division, from);
    let held = held.ok_or_else(|| Rejection::UnknownStep {
        step: command.step.clone(),
        step_name: known.step_label(&command.step),
    })?;
    let set = LimitSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        step: command.step.clone(),
        days,
        day_kind: command.day_kind.unwrap_or(held.limit.kind),
        from,
        until: command.until,
        basis,
        decided_by: context.own_division(),
    };
    check_strict(&set, &known)?;
    let before = (held.limit.days, held.limit.kind, held.valid_to);
    let same = before == (set.days, set.day_kind, set.until) && held.place == Some(site.division);
    let recorded = changes.and_then(|changes| changes.limit_set(&set.step, from));
    if same && !recorded.is_some_and(|recorded| binds_more(recorded.decided_by, context)) {
        return Err(Rejection::NothingChanges {});
    }
    let decider = decider(&set, window, (&known, context));
    let change = ProposedChange::LimitSet(set.clone());
    let events = decided_or_proposed_to(decider, changes, change, window, context)?;
    // A proposal is checked again when a bureau approves it.
    if events
        .iter()
        .any(|event| matches!(event, Event::LimitSet(_)))
    {
        check_strict_by_wider(&set, &known)?;
    }
    Ok(events)
}

/// Who decides: the place's own bureau about a stricter limit, the tier above about one that is looser than what the place
/// had set for itself; or whom a rule of approval names, if that is stricter.
fn decider(set: &LimitSet, window: &Unit, (known, context): (&Directory, &Context<'_>)) -> Decider {
    let by_strictness = if known.loosens(set) {
        (ChangeApprover::TierAbove, LOOSENED)
    } else {
        (ChangeApprover::Bureau, OWN_BUREAU)
    };
    Decider::of(RecordKind::SetLimit, by_strictness, window, context)
}

fn days_of(days: u32) -> Result<u32, Rejection> {
    let most_days = Directory::MOST_LIMIT_DAYS;
    if (1..=most_days).contains(&days) {
        Ok(days)
    } else {
        Err(Rejection::LimitOutOfRange { most_days })
    }
}
