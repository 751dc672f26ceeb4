//! The applicants of a registration, and what they need.

use serde_json::{Map, Value, json};

use crate::core::form_data::FormData;

/// The applicants, their agent and their statement.
pub(super) fn applicant(typed: &FormData) -> Value {
    let mut first = Map::new();
    first.insert("name".to_owned(), json!(typed.get("name")));
    for (field, name) in [
        ("phone", "phone"),
        ("address", "address"),
        ("language", "language"),
    ] {
        if let Some(text) = typed.filled(name) {
            first.insert(field.to_owned(), json!(text));
        }
    }
    if let Some(document) = identity_document(typed, "document_kind", "document_number") {
        first.insert("document".to_owned(), document);
    }
    let mut people = vec![Value::Object(first)];
    people.extend(typed.get("others").lines().filter_map(further_applicant));
    let mut applicant = Map::new();
    applicant.insert("people".to_owned(), json!(people));
    applicant.insert("summary".to_owned(), json!(typed.get("summary")));
    if let Some(name) = typed.filled("agent_name") {
        let mut agent = Map::new();
        agent.insert(
            "kind".to_owned(),
            json!(typed.filled("agent_kind").unwrap_or("entrusted")),
        );
        agent.insert("name".to_owned(), json!(name));
        agent.insert("authority".to_owned(), json!(typed.get("agent_authority")));
        if let Some(phone) = typed.filled("agent_phone") {
            agent.insert("phone".to_owned(), json!(phone));
        }
        applicant.insert("agent".to_owned(), Value::Object(agent));
    }
    Value::Object(applicant)
}

fn identity_document(typed: &FormData, kind: &str, number: &str) -> Option<Value> {
    let kind = typed.filled(kind)?;
    Some(match typed.filled(number) {
        Some(number) => json!({ "kind": kind, "number": number }),
        None => json!({ "kind": kind }),
    })
}

/// Parses a further applicant: a line of name and, perhaps, telephone.
fn further_applicant(line: &str) -> Option<Value> {
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

pub(super) fn needs(typed: &FormData) -> Value {
    let mut needs = Map::new();
    let care: Vec<&str> = typed.all("care").collect();
    if !care.is_empty() {
        needs.insert("care".to_owned(), json!(care));
    }
    if let Some(language) = typed.filled("language") {
        needs.insert("language".to_owned(), json!(language));
    }
    for name in ["interpreter", "home_visit"] {
        if typed.is_ticked(name) {
            needs.insert(name.to_owned(), json!(true));
        }
    }
    Value::Object(needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_applicants_are_a_line_each() {
        assert_eq!(
            further_applicant("艾 尼瓦尔·买买提 13800138000"),
            Some(json!({ "name": "艾 尼瓦尔·买买提", "phone": "13800138000" }))
        );
        assert_eq!(further_applicant("玉香"), Some(json!({ "name": "玉香" })));
        assert_eq!(further_applicant("  "), None);
    }

    #[test]
    fn only_ticked_needs_are_registered() {
        assert_eq!(needs(&FormData::default()), json!({}));
        let typed = FormData::parse("care=minor&language=lahu&interpreter=yes");
        assert_eq!(
            needs(&typed),
            json!({ "care": ["minor"], "language": "lahu", "interpreter": true })
        );
    }
}
