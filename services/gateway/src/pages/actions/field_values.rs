//! The data of a command, from the fields of its form.

use onestop_proto::{typed_numbers::whole_number, yuan::Fen};
use serde_json::{Map, Value, json};

use super::{
    form_spec::{Field, FormSpec, Ground, Kind},
    parties,
};
use crate::{
    core::form_data::{FormData, split_list},
    pages::{problems::Problems, shell::Page},
};

/// The data of a command. Divisions, cases and moments must already be resolved to their codes.
pub(super) fn command_data(
    spec: &FormSpec,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Value {
    let mut data = Map::new();
    for field in &spec.fields {
        let id = field.id();
        if let (Kind::Party, Some(chosen)) = (&field.kind, typed.filled(&id)) {
            let named = parties::data(field, chosen).into_iter();
            data.extend(named.map(|(name, value)| (name.to_owned(), value)));
            continue;
        }
        let problem = |message: &str| page.i18n.t1(message, "field", field.label(page));
        match value(field, typed, &id) {
            Ok(Some(value)) => {
                data.insert(field.name.clone(), value);
            }
            Ok(None) => match (unnamed_ground(field, typed), field.required) {
                (Some(ground), _) => {
                    let label = ground.label(page);
                    problems.add(&id, page.i18n.t1("problem-missing", "field", label));
                }
                (None, true) => problems.add(&id, problem("problem-missing")),
                (None, false) => {}
            },
            Err(Mistyped::Number) => problems.add(&id, problem("problem-number")),
            Err(Mistyped::Sum) => problems.add(&id, problem("problem-money")),
        }
    }
    Value::Object(data)
}

/// The ground that was chosen without the text that it needs.
fn unnamed_ground<'a>(field: &'a Field, typed: &FormData) -> Option<&'a Ground> {
    let Kind::Ground(grounds) = &field.kind else {
        return None;
    };
    let mut grounds = grounds.iter();
    grounds.find(|ground| typed.has(&field.id(), &ground.value))
}

/// What was typed is not what the field holds.
pub(super) enum Mistyped {
    Number,
    Sum,
}

pub(super) fn value(field: &Field, typed: &FormData, id: &str) -> Result<Option<Value>, Mistyped> {
    let list = |texts: Vec<&str>| (!texts.is_empty()).then(|| json!(texts));
    Ok(match &field.kind {
        Kind::Flag => Some(json!(typed.is_ticked(id))),
        Kind::Number => match typed.filled(id) {
            Some(text) => Some(json!(whole_number(text).ok_or(Mistyped::Number)?)),
            None => None,
        },
        Kind::Fen => match typed.filled(id) {
            Some(text) => Some(json!(
                text.parse::<Fen>().map_err(|_| Mistyped::Sum)?.count()
            )),
            None => None,
        },
        Kind::Choices(_) | Kind::Papers => list(typed.all(id).collect()),
        Kind::Staff => list(split_list(typed.get(id)).collect()),
        Kind::Copies => {
            let copies = |kind: &str| -> Result<Value, Mistyped> {
                let count = typed.filled(&format!("{id}.{kind}"));
                let count = count
                    .map_or(Some(1), whole_number)
                    .ok_or(Mistyped::Number)?;
                Ok(json!({ "kind": kind, "copies": count }))
            };
            let all: Vec<Value> = typed.all(id).map(copies).collect::<Result<_, _>>()?;
            (!all.is_empty()).then(|| json!(all))
        }
        Kind::Remarks => {
            let remarks = typed
                .parts(id)
                .map(|(paper, text)| format!("{paper}: {text}"));
            let all: Vec<String> = remarks.collect();
            (!all.is_empty()).then(|| json!(all))
        }
        Kind::Subject => typed
            .get(id)
            .split_once('/')
            .map(|(item, topic)| json!({ "item": item, "topic": topic })),
        Kind::Ground(grounds) => {
            let chosen = grounds.iter().find(|ground| typed.has(id, &ground.value));
            chosen.and_then(|ground| {
                let text = typed.filled(&format!("{id}.{}", ground.value))?;
                Some(json!({ &ground.tag: ground.value, &ground.text: text }))
            })
        }
        Kind::Choice(_)
        | Kind::Colleague
        | Kind::Party
        | Kind::Line
        | Kind::Money
        | Kind::Text
        | Kind::Day
        | Kind::Moment
        | Kind::Place
        | Kind::Unit
        | Kind::Case => typed.filled(id).map(|text| json!(text)),
    })
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case, command::CommandType, legal_aid, referral};

    use super::*;
    use crate::pages::actions::form_spec::FormSpec;

    /// 分 are for programs.
    #[test]
    fn the_subsidy_is_typed_in_yuan() {
        for command in ["archive", "draft-archive"] {
            let form = FormSpec::of(&legal_aid::service(), command).unwrap();
            let field = &form.fields[0];
            let fen = |typed: &str| {
                let typed = FormData::parse(&format!("f.subsidy_fen={typed}"));
                value(field, &typed, &field.id()).ok().flatten()
            };
            assert_eq!(fen("1500.50"), Some(json!(150_050)));
            assert_eq!(fen("1,500"), Some(json!(150_000)));
            assert_eq!(fen("0"), Some(json!(0)));
            assert_eq!(fen("1500.505"), None);
            let sent = json!({ "subsidy_fen": fen("1500.50") });
            assert!(legal_aid::Command::parse(command, sent).is_ok());
        }
    }

    #[test]
    fn a_ground_is_chosen_with_its_text() {
        let form = FormSpec::of(&referral::service(), "hand-over").unwrap();
        let field = form
            .fields
            .iter()
            .find(|field| field.name == "basis")
            .unwrap();
        let typed = FormData::parse("f.basis=consent&f.basis.consent=2026-17&f.basis.statute=");
        let data = value(field, &typed, &field.id()).ok().flatten().unwrap();
        assert_eq!(data, json!({ "ground": "consent", "reference": "2026-17" }));
        let empty = FormData::parse("f.basis=consent");
        assert!(value(field, &empty, &field.id()).ok().flatten().is_none());
        // Its text is asked for, not the choice that was made.
        let unnamed = |typed: &str| {
            let ground = unnamed_ground(field, &FormData::parse(typed));
            ground.map(|ground| ground.value.clone())
        };
        assert_eq!(unnamed("f.basis=consent").as_deref(), Some("consent"));
        assert_eq!(unnamed("f.to=court"), None);
    }

    /// What is typed becomes data that the contract takes.
    #[test]
    fn typed_values_become_the_data_of_the_command() {
        let service = case::service();
        let form = FormSpec::of(&service, "receive-material").unwrap();
        let typed = FormData::parse("f.materials=property-title&f.materials.property-title=2");
        let field = &form.fields[0];
        let data = value(field, &typed, &field.id()).ok().flatten().unwrap();
        let sent = json!({ "materials": data });
        assert_eq!(
            sent,
            json!({ "materials": [{ "kind": "property-title", "copies": 2 }] })
        );
        assert!(case::Command::parse("receive-material", sent).is_ok());
    }

    /// Copies are counted in full width as well, and what is no number is asked about.
    #[test]
    fn copies_are_as_many_as_were_typed() {
        let form = FormSpec::of(&case::service(), "receive-material").unwrap();
        let field = &form.fields[0];
        let copies = |typed: &str| {
            let typed = FormData::parse(&format!(
                "f.materials=judgment&f.materials.judgment={typed}"
            ));
            let data = value(field, &typed, &field.id()).ok()?;
            data.and_then(|data| data[0]["copies"].as_u64())
        };
        assert_eq!(copies("２"), Some(2));
        assert_eq!(copies(""), Some(1));
        assert_eq!(copies("两"), None);
    }

    /// A remark is typed beside its paper, a day in a field for days.
    #[test]
    fn a_notice_of_missing_papers_has_remarks_and_a_last_day() {
        let form = FormSpec::of(&legal_aid::service(), "request-supplement").unwrap();
        let field = |name: &str| form.fields.iter().find(|one| one.name == name).unwrap();
        assert_eq!(field("last_day").kind, Kind::Day);
        assert!(field("last_day").required && !field("remarks").required);
        let typed = FormData::parse(
            "f.missing=wage-record&f.last_day=2026-03-20&f.remarks.wage-record=2025年&f.remarks.judgment=",
        );
        let data: Map<String, Value> = form
            .fields
            .iter()
            .filter_map(|one| Some((one.name.clone(), value(one, &typed, &one.id()).ok()??)))
            .collect();
        assert_eq!(data["remarks"], json!(["wage-record: 2025年"]));
        assert!(legal_aid::Command::parse("request-supplement", Value::Object(data)).is_ok());
    }
}
