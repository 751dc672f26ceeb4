//! Opening a case (登记): is the place real, is the site open, does anybody do this?

use onestop_directory::{Item, SiteStanding, Unit, WINDOW};
use onestop_proto::{
    case::{About, Event, Open, Opened, ReferralRequested, Rejection, WindowAction},
    division::DivisionCode,
    ids::{Topic, UnitId},
};

use super::{Context, applicant};

pub(super) fn decide(open: &Open, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let window = window_of(&context.actor.unit, context)?;
    is_open(window, context)?;
    let about = About {
        item: open.item.clone(),
        topic: open.topic.clone(),
    };
    offered_at(&about, open.place, context)?;
    let known = applicant::check(&open.applicant, context)?;
    possible(context)?;
    let mut needs = open.needs.clone();
    for care in known.care {
        if !needs.care.contains(&care) {
            needs.care.push(care);
        }
    }

    let opened = Opened {
        number: context.number.clone(),
        site: window.site.clone(),
        window: window.id.clone(),
        window_division: window.division,
        item: open.item.clone(),
        topic: open.topic.clone(),
        place: open.place,
        channel: open.channel,
        applicant: context.sealed.clone(),
        urgent: open.urgent,
        opposed_to: open.opposed_to,
        related: open.related.clone(),
        needs,
        query_code: context.query_code.cloned(),
        warnings: known.warnings,
    };
    let mut events = vec![Event::from(opened)];
    if open.request == WindowAction::Refer {
        events.push(Event::from(ReferralRequested {
            number: context.number.clone(),
            item: open.item.clone(),
            topic: open.topic.clone(),
            place: open.place,
            urgent: open.urgent,
            opposed_to: open.opposed_to,
        }));
    }
    Ok(events)
}

fn window_of<'a>(unit: &UnitId, context: &'a Context<'_>) -> Result<&'a Unit, Rejection> {
    context
        .directory
        .unit(unit)
        .filter(|unit| unit.kind.as_str() == WINDOW)
        .ok_or_else(|| Rejection::UnknownWindow { unit: unit.clone() })
}

fn is_open(window: &Unit, context: &Context<'_>) -> Result<(), Rejection> {
    let directory = context.directory;
    let day = context.occurred_at.unwrap_or(context.now).china_date();
    let Some(site) = directory.site(&window.site) else {
        return Err(Rejection::UnknownWindow {
            unit: window.id.clone(),
        });
    };
    let SiteStanding::Closed { why } = directory.site_standing(site, day) else {
        return Ok(());
    };
    let open_above = site
        .division
        .chain()
        .skip(1)
        .filter_map(|wider| directory.site_at(wider))
        .find(|above| directory.site_standing(above, day) == SiteStanding::Open);
    Err(Rejection::SiteClosed {
        site: site.id.clone(),
        name: site.name.clone(),
        day: day.to_string(),
        why: format!("{} / {}", why.zh, why.en),
        instead: open_above.map_or_else(|| "12348".to_owned(), |above| above.name.clone()),
    })
}

/// Whether the place is one, somebody works that item for it, and the item knows the topic.
pub(super) fn offered_at(
    about: &About,
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    if directory.division(place).is_none() {
        return Err(Rejection::UnknownDivision { division: place });
    }
    let worked_for = |item: &Item| {
        let somebody = |tier| {
            item.worked_by
                .iter()
                .any(|worker| worker.at.contains(&tier))
        };
        place.chain().any(|division| somebody(division.tier()))
    };
    let item = match directory.item(&about.item) {
        Some(item) if directory.offers(&about.item, place) && worked_for(item) => item,
        _ => {
            return Err(Rejection::ItemNotOffered {
                item: about.item.clone(),
                place,
                offered: directory
                    .items()
                    .filter(|item| worked_for(item))
                    .map(|item| item.id.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
    };
    if item.topic(&about.topic).is_none() {
        return Err(Rejection::UnknownTopic {
            item: about.item.clone(),
            topic: about.topic.clone(),
            topics: listed(item.topics.iter().map(|topic| &topic.id)),
        });
    }
    Ok(())
}

/// What happened is entered then or later, never earlier.
pub(super) fn possible(context: &Context<'_>) -> Result<(), Rejection> {
    match context.occurred_at {
        Some(occurred) if occurred > context.now => Err(Rejection::ImpossibleTime {
            occurred,
            now: context.now,
        }),
        _ => Ok(()),
    }
}

fn listed<'a>(topics: impl Iterator<Item = &'a Topic>) -> String {
    topics.map(Topic::as_str).collect::<Vec<_>>().join(", ")
}
