//! Which items are offered for which place.

use onestop_directory::Item;
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
    check_place(place, context)?;
    let on = context.happened_at().china_date();
    let item = context.directory.offered_item(&about.item, place, on)?;
    check_topic(about, item, choice, context)
}

/// As [`check_offered`], of a case that a window has taken: it goes on where the item has moved out since (事项撤出).
pub(super) fn check_worked(
    about: &About,
    place: DivisionCode,
    choice: TopicChoice,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    check_place(place, context)?;
    let on = context.happened_at().china_date();
    let item = context.directory.worked_item(&about.item, place, on)?;
    check_topic(about, item, choice, context)
}

fn check_place(place: DivisionCode, context: &Context<'_>) -> Result<(), Rejection> {
    if context.directory.is_listed(place) {
        return Ok(());
    }
    Err(Rejection::UnknownDivision { division: place })
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
        names: Some(Box::new(Words::list(
            item.topics_on(on).map(|topic| topic.name.clone()),
        ))),
        item_name: Some(Box::new(item.name.clone())),
    })
}

fn listed<'a>(topics: impl Iterator<Item = &'a Topic>) -> String {
    topics.map(Topic::as_str).collect::<Vec<_>>().join(", ")
}
