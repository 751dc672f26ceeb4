//! When a site is open, and who is on duty there.

use jiff::civil::Date;
use onestop_directory::{RecordKind, Site, SiteChanges};
use onestop_proto::{
    ids::ServiceItem,
    registry::{
        DutySet, Event, Hours, HoursSet, ProposedChange, Rejection, SetDuty, SetHours, Weekday,
    },
    typed::half_width,
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    known_site, known_unit, period,
    permission::check_keeper,
    proposal::decided_or_proposed,
    visible,
    wider::{binds_more, refuse_decided},
    window_of, with_recorded,
};

pub(super) fn set_hours(
    changes: Option<&SiteChanges>,
    command: &SetHours,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let from = period((command.from, command.until), site.division, context);
    let (weekdays, hours) = (weekdays(&command.weekdays), hours(&command.hours));
    let first_day = command.from.unwrap_or(context.today);
    let items = check_items(command, (site, changes), first_day, context);
    refuse_all([fault(&weekdays), fault(&hours), fault(&items), fault(&from)])?;
    let from = from?;
    let set = HoursSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from,
        until: command.until,
        items: once(&command.items),
        weekdays: weekdays?,
        hours: hours?,
        decided_by: context.own_division(),
    };
    let known =
        changes.and_then(|changes| changes.all_hours(from).find(|one| one.items == set.items));
    let same = |known: &HoursSet| {
        (&known.weekdays, &known.hours, known.until) == (&set.weekdays, &set.hours, set.until)
            && !binds_more(known.decided_by, context)
    };
    if known.is_some_and(same) {
        return Err(Rejection::NothingChanges {});
    }
    let cut = changes.and_then(|changes| changes.hours_cut_by(&set));
    let change = ProposedChange::HoursSet(set);
    let events = decided_or_proposed(changes, (RecordKind::SetHours, change), window, context)?;
    // A proposal is checked again when a bureau approves it.
    if let [Event::HoursSet(_)] = events.as_slice() {
        refuse_decided(cut.and_then(|cut| cut.decided_by), context)?;
    }
    Ok(events)
}

pub(super) fn set_duty(
    changes: Option<&SiteChanges>,
    command: &SetDuty,
    context: &Context<'_>,
) -> Decision {
    let unit = known_unit(&command.unit, context.directory)?;
    check_keeper(unit, context)?;
    let from = period((command.from, command.until), unit.division, context);
    let weekdays = weekdays(&command.weekdays);
    let names = names(command, context);
    refuse_all([fault(&weekdays), fault(&names), fault(&from)])?;
    let set = DutySet {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from: from?,
        until: command.until,
        weekdays: weekdays?,
        names: names?,
    };
    let change = ProposedChange::DutySet(set);
    decided_or_proposed(changes, (RecordKind::SetDuty, change), unit, context)
}

/// Refuses an item that sites of the tier do not offer.
fn check_items(
    command: &SetHours,
    (site, changes): (&Site, Option<&SiteChanges>),
    from: Date,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let tier = site.division.tier();
    let recorded = with_recorded(context, &site.id, changes);
    let offered = |item: &&ServiceItem| {
        let known = context.directory.item(item);
        known.is_some_and(|known| known.is_at(tier))
            || recorded.has_moved_in(item, site.division, from)
    };
    match command.items.iter().find(|item| !offered(item)) {
        Some(item) => Err(Rejection::ItemNotHere {
            item: item.clone(),
            item_name: context.directory.item_label(item),
        }),
        None => Ok(()),
    }
}

/// The people on duty, each once, if each is named by surname and title alone.
fn names(command: &SetDuty, context: &Context<'_>) -> Result<Vec<String>, Rejection> {
    let names: Vec<String> = command.names.iter().map(|name| visible(name)).collect();
    let directory = context.directory;
    match names.iter().find(|name| !directory.is_roster_name(name)) {
        Some(name) => Err(Rejection::NotARosterName {
            name: half_width(name),
            titles: directory.roster_titles().join("、"),
        }),
        None => Ok(once(&names)),
    }
}

/// Days in the order of the week, each once.
fn weekdays(given: &[Weekday]) -> Result<Vec<Weekday>, Rejection> {
    let mut days = once(given);
    days.sort_unstable();
    if days.is_empty() {
        return Err(Rejection::WeekdaysMissing {});
    }
    Ok(days)
}

/// Hours in their order, if none begins before the one before it has ended.
fn hours(given: &[Hours]) -> Result<Vec<Hours>, Rejection> {
    let mut hours = given.to_vec();
    hours.sort_unstable();
    let mut pairs = hours.iter().zip(hours.iter().skip(1));
    if pairs.any(|(before, after)| after.from < before.to) {
        return Err(Rejection::HoursOverlap {});
    }
    Ok(hours)
}

/// Each of some things once, in the order given.
pub(super) fn once<T: Clone + PartialEq>(given: &[T]) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for one in given {
        if !once.contains(one) {
            once.push(one.clone());
        }
    }
    once
}
