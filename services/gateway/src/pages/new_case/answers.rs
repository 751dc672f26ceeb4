//! What a clerk typed, read into the command that opens a case; or what is wrong with it, field by field.

use onestop_proto::{
    division::DivisionCode,
    ids::{CommandId, ServiceItem, Topic},
    time::Timestamp,
};
use serde_json::{Map, Value, json};

use crate::{page::Page, pages::lookup::place_of, pairs::Pairs, problems::Problems};

/// Characters of the narrative that fit on a receipt; intake holds to the same.
pub(super) const SUMMARY: usize = 2_000;
/// Digits of a mobile number.
const MOBILE: usize = 11;

/// What the form says of the case, as far as it says it.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    pub(super) item: Option<ServiceItem>,
    pub(super) topic: Option<Topic>,
    pub(super) place: Option<DivisionCode>,
    pub(super) urgent: bool,
}

/// The item chosen, the topic if it is one of it, the place if it is one.
pub(super) fn about(typed: &Pairs, page: &Page<'_>) -> About {
    let item = typed.get("item").parse().ok();
    let (of, topic) = typed.get("topic").split_once('/').unwrap_or_default();
    let fits = item
        .as_ref()
        .is_some_and(|item: &ServiceItem| item.as_str() == of);
    About {
        topic: topic.parse().ok().filter(|_| fits),
        item,
        place: place(typed, page).ok(),
        urgent: typed.ticked("urgent"),
    }
}

/// The place that was typed; else those that fit.
pub(super) fn place(typed: &Pairs, page: &Page<'_>) -> Result<DivisionCode, Vec<DivisionCode>> {
    place_of(typed.get("place"), typed.get("place_pick"), page)
}

/// A registration, ready to be sent.
pub(super) struct Registration {
    pub(super) key: CommandId,
    /// The data of the command.
    pub(super) data: Map<String, Value>,
    /// When it was written on paper, if that was earlier.
    pub(super) occurred_at: Option<Timestamp>,
}

/// Reads the form, and notes what is wrong. Other cases are looked up by the caller.
pub(super) fn read(
    typed: &Pairs,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Option<Registration> {
    let say = |id: &str| page.say.t(id);
    let about = about(typed, page);
    if about.item.is_none() {
        problems.add("item", say("new-problem-item"));
    } else if about.topic.is_none() {
        let id = if typed.get("topic").is_empty() {
            "new-problem-topic"
        } else {
            "new-problem-topic-of-other"
        };
        problems.add("topic", say(id));
    }
    if about.place.is_none() {
        let fits_none = matches!(place(typed, page), Err(found) if found.is_empty());
        let id = if fits_none {
            "new-problem-no-place"
        } else {
            "new-problem-place"
        };
        problems.add("place", say(id));
    }
    if typed.get("name").is_empty() {
        problems.add("name", say("new-problem-name"));
    }
    phone(typed, page, problems);
    document(typed, page, problems);
    let summary = typed.get("summary").chars().count();
    if summary > SUMMARY {
        let over = (summary - SUMMARY).to_string();
        problems.add("summary", page.say.t1("new-problem-summary", "over", over));
    }
    let occurred_at = occurred(typed, page, problems);
    let key = typed.get("key").parse::<CommandId>();
    let Ok(key) = key else {
        problems.add("", say("problem-key"));
        return None;
    };
    if !problems.is_empty() {
        return None;
    }
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("item", json!(about.item));
    put("topic", json!(about.topic));
    put("place", json!(about.place));
    put("channel", json!(typed.some("channel").unwrap_or("window")));
    put("request", json!(typed.some("request").unwrap_or("refer")));
    put("applicant", applicant(typed));
    if about.urgent {
        put("urgent", json!(true));
    }
    let needs = needs(typed);
    if needs.as_object().is_some_and(|needs| !needs.is_empty()) {
        put("needs", needs);
    }
    Some(Registration {
        key,
        data,
        occurred_at,
    })
}

fn phone(typed: &Pairs, page: &Page<'_>, problems: &mut Problems) {
    let text = typed.get("phone");
    let digits = text.chars().filter(char::is_ascii_digit).count();
    // A number that begins like a mobile's and has another length was mistyped; others may be landlines.
    if text.starts_with('1') && digits != MOBILE {
        let message = page
            .say
            .t1("new-problem-phone", "digits", digits.to_string());
        problems.add("phone", message);
    } else if !text.is_empty() && digits < 7 {
        problems.add("phone", page.say.t("new-problem-phone-short"));
    }
}

fn document(typed: &Pairs, page: &Page<'_>, problems: &mut Problems) {
    let kind = typed.get("document_kind");
    let number = typed.get("document_number");
    let wanted = !kind.is_empty() && kind != "none";
    if wanted && number.is_empty() {
        problems.add("document_number", page.say.t("new-problem-document"));
    } else if !wanted && !number.is_empty() {
        problems.add("document_kind", page.say.t("new-problem-document-kind"));
    }
}

fn occurred(typed: &Pairs, page: &Page<'_>, problems: &mut Problems) -> Option<Timestamp> {
    let paper = typed.has("channel", "paper");
    match typed.some("occurred_at") {
        Some(text) if paper => match text.parse() {
            Ok(moment) => Some(moment),
            Err(_) => {
                problems.add("occurred_at", page.say.t("new-problem-occurred"));
                None
            }
        },
        None if paper => {
            problems.add("occurred_at", page.say.t("new-problem-occurred"));
            None
        }
        Some(_) | None => None,
    }
}

/// The people, whoever speaks for them, and what they say.
pub(super) fn applicant(typed: &Pairs) -> Value {
    let mut first = Map::new();
    first.insert("name".to_owned(), json!(typed.get("name")));
    for (field, name) in [
        ("phone", "phone"),
        ("address", "address"),
        ("language", "language"),
    ] {
        if let Some(text) = typed.some(name) {
            first.insert(field.to_owned(), json!(text));
        }
    }
    if let Some(document) = shown(typed, "document_kind", "document_number") {
        first.insert("document".to_owned(), document);
    }
    let mut people = vec![Value::Object(first)];
    people.extend(typed.get("others").lines().filter_map(another));
    let mut applicant = Map::new();
    applicant.insert("people".to_owned(), json!(people));
    applicant.insert("summary".to_owned(), json!(typed.get("summary")));
    if let Some(name) = typed.some("agent_name") {
        let mut agent = Map::new();
        agent.insert(
            "kind".to_owned(),
            json!(typed.some("agent_kind").unwrap_or("entrusted")),
        );
        agent.insert("name".to_owned(), json!(name));
        agent.insert("authority".to_owned(), json!(typed.get("agent_authority")));
        if let Some(phone) = typed.some("agent_phone") {
            agent.insert("phone".to_owned(), json!(phone));
        }
        applicant.insert("agent".to_owned(), Value::Object(agent));
    }
    Value::Object(applicant)
}

fn shown(typed: &Pairs, kind: &str, number: &str) -> Option<Value> {
    let kind = typed.some(kind)?;
    Some(match typed.some(number) {
        Some(number) => json!({ "kind": kind, "number": number }),
        None => json!({ "kind": kind }),
    })
}

/// Another person who asks: a line of name and, perhaps, telephone.
fn another(line: &str) -> Option<Value> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let is_phone = |word: &&str| word.chars().filter(char::is_ascii_digit).count() >= 7;
    let phone = words.last().copied().filter(|word| is_phone(word));
    if phone.is_some() {
        words.pop();
    }
    let name = words.join(" ");
    if name.is_empty() {
        return None;
    }
    Some(match phone {
        Some(phone) => json!({ "name": name, "phone": phone }),
        None => json!({ "name": name }),
    })
}

fn needs(typed: &Pairs) -> Value {
    let mut needs = Map::new();
    let care: Vec<&str> = typed.all("care").collect();
    if !care.is_empty() {
        needs.insert("care".to_owned(), json!(care));
    }
    if let Some(language) = typed.some("language") {
        needs.insert("language".to_owned(), json!(language));
    }
    for name in ["interpreter", "home_visit"] {
        if typed.ticked(name) {
            needs.insert(name.to_owned(), json!(true));
        }
    }
    Value::Object(needs)
}

/// The field of the form behind a field of the command.
pub(super) fn field(of_command: &str) -> String {
    let path = of_command.trim_start_matches("data.");
    let first = path.strip_prefix("applicant.people[0]").unwrap_or_default();
    let known = match (first, path) {
        (".document.number", _) => "document_number",
        (".document.kind" | ".document", _) => "document_kind",
        (".phone", _) | (_, "applicant.phone") => "phone",
        (".address", _) => "address",
        ("" | ".name", "applicant.people[0]" | "applicant.people[0].name" | "applicant.name")
        | (_, "applicant.people") => "name",
        (_, "applicant.summary") => "summary",
        (_, "applicant.agent.authority") => "agent_authority",
        (_, "applicant.agent.phone") => "agent_phone",
        (_, "opposed_to") => "opposed_to",
        (_, "related") => "related",
        (_, "place") => "place",
        (_, "topic") => "topic",
        (_, "item") => "item",
        (_, "occurred_at") => "occurred_at",
        _ if path.starts_with("applicant.agent") => "agent_name",
        _ if path.starts_with("applicant.people[") => "others",
        _ => "",
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_the_command_is_found_on_the_page() {
        assert_eq!(
            field("applicant.people[0].document.number"),
            "document_number"
        );
        assert_eq!(field("applicant.people[0]"), "name");
        assert_eq!(field("applicant.people[2]"), "others");
        assert_eq!(field("data.place"), "place");
        assert_eq!(field("something.else"), "");
    }

    #[test]
    fn those_who_ask_together_are_a_line_each() {
        assert_eq!(
            another("艾 尼瓦尔·买买提 13800138000"),
            Some(json!({ "name": "艾 尼瓦尔·买买提", "phone": "13800138000" }))
        );
        assert_eq!(another("玉香"), Some(json!({ "name": "玉香" })));
        assert_eq!(another("  "), None);
    }

    #[test]
    fn needs_are_only_what_was_ticked() {
        assert_eq!(needs(&Pairs::default()), json!({}));
        let typed = Pairs::read("care=minor&language=lahu&interpreter=yes");
        assert_eq!(
            needs(&typed),
            json!({ "care": ["minor"], "language": "lahu", "interpreter": true })
        );
    }
}
