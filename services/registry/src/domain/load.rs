//! Which unit is full until when.

use onestop_directory::SiteChanges;
use onestop_proto::registry::{Event, MarkFree, MarkFull, Rejection, UnitFilled, UnitFreed};

use super::{Context, check_period, first_day, known_unit, permission::check_keeper};

pub(super) fn mark_full(
    changes: Option<&SiteChanges>,
    command: &MarkFull,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let unit = known_unit(&command.unit, context.directory)?;
    check_keeper(unit, context)?;
    let (from, until) = (first_day(command.from, context)?, command.until);
    check_period(from, Some(until))?;
    let known = changes.and_then(|changes| changes.full_until(&unit.id, from));
    if known == Some(until) {
        return Err(Rejection::NothingChanges {});
    }
    let filled = UnitFilled {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from,
        until,
    };
    Ok(vec![filled.into()])
}

pub(super) fn mark_free(
    changes: Option<&SiteChanges>,
    command: &MarkFree,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let unit = known_unit(&command.unit, context.directory)?;
    check_keeper(unit, context)?;
    let from = first_day(command.from, context)?;
    let known = changes.and_then(|changes| changes.full_until(&unit.id, from));
    if known.is_none() {
        return Err(Rejection::NothingChanges {});
    }
    let freed = UnitFreed {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from,
    };
    Ok(vec![freed.into()])
}
