//! The item and the topic of a case that is to be opened: intake refuses what the directory does not have. Where something else
//! of the request does not fit, they are named with it, so that a client mends all in one go.

use onestop_directory::Directory;
use onestop_proto::{
    ids::{ServiceItem, Topic},
    problem_words::own,
    rejection::Misfit,
};
use serde_json::Value;

/// What of the matter the directory does not have.
pub(super) fn unknown_matter(data: &Value, directory: &Directory) -> Vec<Misfit> {
    let misfit = |field: &str, problem: &str| Misfit {
        field: field.to_owned(),
        problem: problem.to_owned(),
    };
    let Some(item) = parsed::<ServiceItem>(&data["item"]) else {
        return Vec::new();
    };
    let Some(item) = directory.item(&item) else {
        return vec![misfit("data.item", own::UNKNOWN_ITEM.en)];
    };
    let topic = parsed::<Topic>(&data["topic"]);
    match topic.filter(|topic| item.topic(topic).is_none()) {
        Some(_) => vec![misfit("data.topic", own::UNKNOWN_TOPIC.en)],
        None => Vec::new(),
    }
}

/// A text of its kind; what is none of it, the contract refuses.
fn parsed<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_directory_does_not_have_is_named_by_its_field() {
        let directory = Directory::built_in().unwrap();
        let fields = |data: Value| {
            let found = unknown_matter(&data, &directory).into_iter();
            found.map(|one| one.field).collect::<Vec<_>>()
        };
        let matter = |item: &str, topic: &str| json!({ "item": item, "topic": topic });
        assert_eq!(fields(matter("nonsense", "labour-pay")), ["data.item"]);
        assert_eq!(fields(matter("legal-aid", "nonsense")), ["data.topic"]);
        assert!(fields(matter("legal-aid", "labour-pay")).is_empty());
        assert!(fields(json!({ "item": 5 })).is_empty() && fields(json!([])).is_empty());
    }
}
