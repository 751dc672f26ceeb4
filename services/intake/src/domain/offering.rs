//! Which items are offered for which place.

use onestop_directory::Item;
use onestop_proto::{
    case::{About, Rejection},
    division::DivisionCode,
    ids::Topic,
    text::Words,
};

use super::Context;

/// Refuses an item that no unit works on for the place, and a topic that the item does not have.
pub(super) fn check_offered(
    about: &About,
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    if !directory.is_listed(place) {
        return Err(Rejection::UnknownDivision { division: place });
    }
    let on = context.happened_at().china_date();
    let worked_for = |item: &Item| {
        let has_worker = |tier| {
            item.worked_by
                .iter()
                .any(|worker| worker.at.contains(&tier))
        };
        let present = directory.present_division(place);
        present.chain().any(|division| has_worker(division.tier()))
    };
    let item = match directory.item(&about.item) {
        Some(item) if directory.receives(&about.item, place, on) && worked_for(item) => item,
        _ => {
            let items: Vec<&Item> = directory.items().filter(|item| worked_for(item)).collect();
            let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
            return Err(Rejection::ItemNotOffered {
                item: about.item.clone(),
                place,
                offered: ids.join(", "),
                names: Some(Box::new(named(
                    items.iter().map(|item| (&item.name, item.id.as_str())),
                ))),
                item_name: directory.item_label(&about.item),
                place_name: Some(directory.full_name(place)),
            });
        }
    };
    if item.topic(&about.topic).is_none() {
        let topics = item.topics.iter();
        return Err(Rejection::UnknownTopic {
            item: about.item.clone(),
            topic: about.topic.clone(),
            topics: listed(topics.clone().map(|topic| &topic.id)),
            names: Some(Box::new(named(
                topics.map(|topic| (&topic.name, topic.id.as_str())),
            ))),
            item_name: Some(Box::new(item.name.clone())),
        });
    }
    Ok(())
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
