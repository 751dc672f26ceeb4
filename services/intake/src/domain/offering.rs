//! Which items are offered for which place.

use onestop_directory::{Directory, Item, Unit};
use onestop_proto::{
    case::{About, Rejection},
    division::DivisionCode,
    ids::Topic,
    text::Words,
};

use super::Context;

/// Whether a command chooses the topic of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TopicChoice {
    /// It is chosen now: a topic that a law has begun later, or ended before, is none to take.
    Now,
    /// The case has it already, and goes on about it.
    Before,
}

/// Refuses an item that no window receives or no unit works on for the place, and a topic that the item does not have.
pub(super) fn check_offered(
    about: &About,
    place: DivisionCode,
    choice: TopicChoice,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    let on = context.happened_at().china_date();
    let item = worked_item(about, place, context)?;
    if !directory.receives(&about.item, place, on) {
        return Err(not_offered(about, place, directory));
    }
    check_topic(about, item, choice, context)
}

/// As [`check_offered`], of a case that a window has taken: it goes on where the item has moved out since (事项撤出).
pub(super) fn check_worked(
    about: &About,
    place: DivisionCode,
    choice: TopicChoice,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let item = worked_item(about, place, context)?;
    check_topic(about, item, choice, context)
}

/// The item, if a unit works on it for the place.
fn worked_item<'a>(
    about: &About,
    place: DivisionCode,
    context: &Context<'a>,
) -> Result<&'a Item, Rejection> {
    let directory = context.directory;
    if !directory.is_listed(place) {
        return Err(Rejection::UnknownDivision { division: place });
    }
    let item = directory.item(&about.item);
    let worked = item.filter(|item| is_worked_for(item, place, directory));
    worked.ok_or_else(|| not_offered(about, place, directory))
}

/// Whether a place, or one around it, has a unit that works on an item: at some tiers only some divisions have one.
fn is_worked_for(item: &Item, place: DivisionCode, directory: &Directory) -> bool {
    let works = |unit: &Unit| match &unit.station {
        Some(station) => station.item == item.id,
        None => {
            let tier = unit.division.tier();
            let mut workers = item.worked_by.iter();
            workers.any(|worker| worker.kind == unit.kind && worker.at.contains(&tier))
        }
    };
    let present = directory.present_division(place);
    let mut sites = present.chain().filter_map(|code| directory.site_at(code));
    sites.any(|site| directory.units_of(site).iter().any(works))
}

fn not_offered(about: &About, place: DivisionCode, directory: &Directory) -> Rejection {
    let all = directory.items();
    let items: Vec<&Item> = all
        .filter(|item| is_worked_for(item, place, directory))
        .collect();
    let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    Rejection::ItemNotOffered {
        item: about.item.clone(),
        place,
        offered: ids.join(", "),
        names: Some(Box::new(named(
            items.iter().map(|item| (&item.name, item.id.as_str())),
        ))),
        item_name: directory.item_label(&about.item),
        place_name: Some(directory.full_name(place)),
    }
}

fn check_topic(
    about: &About,
    item: &Item,
    choice: TopicChoice,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let on = context.happened_at().china_date();
    let found = match choice {
        TopicChoice::Now => item.topic_on(&about.topic, on),
        TopicChoice::Before => item.topic(&about.topic),
    };
    if found.is_some() {
        return Ok(());
    }
    let topics = item.topics_on(on);
    Err(Rejection::UnknownTopic {
        item: about.item.clone(),
        topic: about.topic.clone(),
        topics: listed(topics.map(|topic| &topic.id)),
        names: Some(Box::new(named(
            item.topics_on(on)
                .map(|topic| (&topic.name, topic.id.as_str())),
        ))),
        item_name: Some(Box::new(item.name.clone())),
    })
}

/// Names with the ids that programs send: 劳动报酬（labour-pay）.
fn named<'a>(all: impl Iterator<Item = (&'a Words, &'a str)>) -> Words {
    let (zh, en): (Vec<_>, Vec<_>) = all
        .map(|(words, id)| {
            let (zh, en) = (&words.zh, &words.en);
            (format!("{zh}（{id}）"), format!("{en} ({id})"))
        })
        .unzip();
    Words {
        zh: zh.join("、"),
        en: en.join(", "),
    }
}

fn listed<'a>(topics: impl Iterator<Item = &'a Topic>) -> String {
    topics.map(Topic::as_str).collect::<Vec<_>>().join(", ")
}
