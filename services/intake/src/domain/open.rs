//! Opening a case (登记): is the place real, is the site open, does anybody do this?

use onestop_directory::{Item, SiteStanding, Unit, WINDOW};
use onestop_proto::{
    case::{About, Event, Open, Opened, ReferralRequested, Rejection, Request},
    division::DivisionCode,
    ids::{Topic, UnitId},
};

use super::Context;

/// The longest name on record has 19 characters; rare ones are longer.
const NAME_LIMIT: usize = 60;
/// What fits on a receipt.
const SUMMARY_LIMIT: usize = 2_000;

pub(super) fn decide(open: &Open, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let window = window_of(&context.actor.unit, context)?;
    is_open(window, context)?;
    let directory = context.directory;
    if directory.division(open.place).is_none() {
        return Err(Rejection::UnknownDivision {
            division: open.place,
        });
    }
    let about = About {
        item: open.item.clone(),
        topic: open.topic.clone(),
    };
    offered(&about, open.place, context)?;
    complete(open)?;
    possible(context)?;

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
    };
    let mut events = vec![Event::from(opened)];
    if open.request == Request::Refer {
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

/// Whether somebody works that item for that place, and the item knows the topic.
pub(super) fn offered(
    about: &About,
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
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

fn complete(open: &Open) -> Result<(), Rejection> {
    let incomplete = |field: &str, problem: &str| Rejection::Incomplete {
        field: field.to_owned(),
        problem: problem.to_owned(),
    };
    let name = open.applicant.name.trim().chars().count();
    if name == 0 {
        return Err(incomplete(
            "applicant.name",
            "填写来访人姓名 / the name of the person who asks",
        ));
    }
    if name > NAME_LIMIT {
        return Err(incomplete(
            "applicant.name",
            "不超过 60 字 / at most 60 characters",
        ));
    }
    if open.applicant.summary.chars().count() > SUMMARY_LIMIT {
        return Err(incomplete(
            "applicant.summary",
            "不超过 2000 字 / at most 2,000 characters",
        ));
    }
    Ok(())
}

/// A paper registration is entered later, never earlier.
fn possible(context: &Context<'_>) -> Result<(), Rejection> {
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
