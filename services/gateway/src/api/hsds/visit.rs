//! What a citizen brings and pays, in HSDS 3: for the item, and for topics of which something else holds.

use jiff::civil::Date;
use onestop_directory::{Directory, Item, ItemTopic, Site};
use onestop_proto::text::Words;
use serde::Serialize;
use uuid::Uuid;

use super::id;

#[derive(Debug, Serialize)]
pub(super) struct RequiredDocument {
    id: Uuid,
    document: String,
}

#[derive(Debug, Serialize)]
pub(super) struct CostOption {
    id: Uuid,
    /// For what it is paid.
    option: String,
    amount_description: String,
}

pub(super) fn both(words: &Words) -> String {
    format!("{} / {}", words.zh, words.en)
}

/// The papers of the item; and by the name of the topic those of each topic that has other ones.
pub(super) fn required_documents(
    directory: &Directory,
    (site, item): (&Site, &Item),
    on: Date,
) -> Vec<RequiredDocument> {
    let of = |topic: Option<&ItemTopic>| {
        let topic = topic.map(|topic| &topic.id);
        directory.materials_for((item, topic), site.division, on)
    };
    let of_item = of(None);
    let document = |about: String, document: String| RequiredDocument {
        id: id::id_of(site.division, &format!("{}/document/{about}", item.id)),
        document,
    };
    let mut all: Vec<RequiredDocument> = Vec::new();
    for (at, words) in of_item.iter().enumerate() {
        all.push(document(at.to_string(), both(words)));
    }
    for topic in item.topics_on(on) {
        let of_topic = of(Some(topic));
        if of_topic == of_item {
            continue;
        }
        for (at, words) in of_topic.into_iter().enumerate() {
            let text = format!("{}：{}", topic.name.zh, both(words));
            all.push(document(format!("{}/{at}", topic.id), text));
        }
    }
    all
}

/// What the item costs; and each topic that costs something else.
pub(super) fn cost_options((site, item): (&Site, &Item), on: Date) -> Vec<CostOption> {
    let of_item = item.fees(None);
    let option = |about: &str, name: &Words, fees: &Words| CostOption {
        id: id::id_of(site.division, &format!("{}/cost/{about}", item.id)),
        option: both(name),
        amount_description: both(fees),
    };
    let topics = item.topics_on(on);
    let other = topics.filter_map(|topic| {
        let fees = item.fees(Some(&topic.id));
        let fees = fees.filter(|fees| Some(*fees) != of_item)?;
        Some(option(topic.id.as_str(), &topic.name, fees))
    });
    let of_item = of_item.map(|fees| option("item", &item.name, fees));
    of_item.into_iter().chain(other).collect()
}
