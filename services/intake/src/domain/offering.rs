//! Which items are offered for which place.

use onestop_directory::Item;
use onestop_proto::{
    case::{About, Rejection},
    division::DivisionCode,
    ids::Topic,
};

use super::Context;

/// Refuses an item that no unit works on for the place, and a topic that the item does not have.
pub(super) fn check_offered(
    about: &About,
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    if directory.division(place).is_none() {
        return Err(Rejection::UnknownDivision { division: place });
    }
    let worked_for = |item: &Item| {
        let has_worker = |tier| {
            item.worked_by
                .iter()
                .any(|worker| worker.at.contains(&tier))
        };
        place.chain().any(|division| has_worker(division.tier()))
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

fn listed<'a>(topics: impl Iterator<Item = &'a Topic>) -> String {
    topics.map(Topic::as_str).collect::<Vec<_>>().join(", ")
}
