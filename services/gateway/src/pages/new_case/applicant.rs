//! The applicants of a registration.

use serde_json::{Map, Value, json};

use crate::{
    core::form_data::FormData,
    pages::{agent_fields, person_rows, respondent_rows},
};

/// The applicants, their agent and their statement.
pub(super) fn applicant(typed: &FormData) -> Value {
    let mut first = Map::new();
    first.insert("name".to_owned(), json!(typed.get("name")));
    if typed.is_ticked("anonymous") {
        first.insert("anonymous".to_owned(), json!(true));
    }
    for (field, name) in [
        ("phone", "phone"),
        ("address", "address"),
        ("language", "language"),
        ("capacity", "capacity"),
    ] {
        if let Some(text) = typed.filled(name) {
            first.insert(field.to_owned(), json!(text));
        }
    }
    if let Some(document) = identity_document(typed, "document_kind", "document_number") {
        first.insert("document".to_owned(), document);
    }
    let mut people = vec![Value::Object(first)];
    let rows = person_rows::filled(typed).into_iter();
    people.extend(rows.map(|row| json!(person_rows::person(typed, row, None))));
    let mut applicant = Map::new();
    applicant.insert("people".to_owned(), json!(people));
    applicant.insert("summary".to_owned(), json!(typed.get("summary")));
    let respondents = respondent_rows::respondents(typed);
    if !respondents.is_empty() {
        applicant.insert("respondents".to_owned(), json!(respondents));
    }
    if let Some(agent) = agent_fields::agent(typed, None) {
        applicant.insert("agent".to_owned(), json!(agent));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unnamed_and_the_guardian_are_said() {
        let typed = "anonymous=yes&phone=13800138000";
        let people = &applicant(&FormData::parse(typed))["people"];
        let unnamed = json!([{ "name": "", "anonymous": true, "phone": "13800138000" }]);
        assert_eq!(*people, unnamed);
        let typed =
            "name=李四&capacity=none&agent_name=张三&agent_kind=statutory&agent_guardian=spouse";
        let said = applicant(&FormData::parse(typed));
        assert_eq!(said["people"][0]["capacity"], "none");
        assert_eq!(said["agent"]["guardian"], "spouse");
    }

    #[test]
    fn other_parties_are_sent_with_what_is_known_of_them() {
        let typed = "name=张三&respondent-0-name=李岩&respondent-0-phone=13987654321&respondent-1-name=王五&respondent-1-address=勐梭村";
        let others = &applicant(&FormData::parse(typed))["respondents"];
        let wanted = json!([
            { "name": "李岩", "phone": "13987654321" },
            { "name": "王五", "address": "勐梭村" },
        ]);
        assert_eq!(*others, wanted);
    }

    #[test]
    fn every_row_with_something_in_it_is_an_applicant() {
        let typed =
            "name=张三&other-0-name=李四&other-0-phone=13987654321&other-1-phone=13800138000";
        let people = &applicant(&FormData::parse(typed))["people"];
        assert_eq!(
            *people,
            json!([
                { "name": "张三" },
                { "name": "李四", "phone": "13987654321" },
                { "name": "", "phone": "13800138000" },
            ])
        );
    }
}
