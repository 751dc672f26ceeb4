//! The form for a command, made from its JSON Schema: a choice for an enumeration, a field for a text, number
//! or day. A command that a form cannot hold has a page of its own, or is sent by other programs. Pure.

use onestop_proto::{actor::ServiceName, text::Words, yuan::Fen};
use serde_json::Value;

use crate::{
    core::command_schema::{self, Choice, choices},
    pages::shell::Page,
};

/// The property that identifies an offer: a hidden field.
pub(super) const HANDOFF: &str = "handoff";
/// The property of a side.
pub(super) const SIDE: &str = "party";
/// The property of the number of a person of a side.
pub(super) const PERSON: &str = "person";

pub(in crate::pages) struct FormSpec {
    pub(super) title: Words,
    pub(super) fields: Vec<Field>,
    /// Whether the command answers an offer.
    pub(super) has_handoff: bool,
}

pub(super) struct Field {
    pub(super) name: String,
    /// The message of its label in this command alone, where its name has another meaning elsewhere.
    own_label: String,
    /// The contract's description: shown if no catalogue has a label.
    description: String,
    pub(super) required: bool,
    pub(super) kind: Kind,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Choice(Vec<Choice>),
    Choices(Vec<Choice>),
    Line,
    /// A text. The message of its label says whether one line is enough.
    Text,
    Number,
    /// A sum in yuan.
    Money,
    /// A sum typed in yuan, which the command has in fen.
    Fen,
    Day,
    Moment,
    Flag,
    /// A division, typed by name or code.
    Place,
    Unit,
    /// Another case, typed by its number.
    Case,
    Papers,
    /// Kinds of papers, with the number of copies of each.
    Copies,
    /// Kinds of papers, with a text about each.
    Remarks,
    /// Accounts or names, separated by spaces.
    Staff,
    /// One account, typed by account or name.
    Colleague,
    /// An item and topic.
    Subject,
    /// A party to the case: a side, or a person of it.
    Party,
    /// One of several legal grounds, each with a text such as an article or a form's number.
    Ground(Vec<Ground>),
}

/// A variant of a tagged enumeration with one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ground {
    /// The property that holds the tag.
    pub(super) tag: String,
    pub(super) value: String,
    /// The property that holds the text.
    pub(super) text: String,
    description: String,
}

impl Ground {
    fn parse(variant: &Value) -> Option<Self> {
        let properties = variant["properties"].as_object()?;
        let (tag, value) = properties
            .iter()
            .find_map(|(name, property)| Some((name, property["const"].as_str()?)))?;
        let mut others = properties.iter().filter(|(name, _)| *name != tag);
        let (text, property) = others.next()?;
        // A form has one text for each ground.
        (others.next().is_none() && property["type"] == "string").then(|| Self {
            tag: tag.clone(),
            value: value.to_owned(),
            text: text.clone(),
            description: description(variant),
        })
    }

    /// The label in the page's language, else the contract's description.
    pub(super) fn label(&self, page: &Page<'_>) -> String {
        let id = format!("field-{}-{}", self.tag, self.value);
        page.i18n
            .try_t(&id)
            .unwrap_or_else(|| self.description.clone())
    }
}

impl Field {
    /// The label in the page's language, else the contract's description.
    pub(super) fn label(&self, page: &Page<'_>) -> String {
        let own = page.i18n.try_t(&self.own_label);
        let known = own.or_else(|| page.i18n.try_t(&self.message_id()));
        known.unwrap_or_else(|| self.description.trim_end_matches('.').to_owned())
    }

    /// Whether it is a text of several lines: the attribute `input` of its label may say `line`.
    pub(super) fn is_long(&self, page: &Page<'_>) -> bool {
        let input = page.i18n.attribute(&self.message_id(), "input");
        self.kind == Kind::Text && input.as_deref() != Some("line")
    }

    pub(super) fn id(&self) -> String {
        format!("f.{}", self.name)
    }

    fn message_id(&self) -> String {
        format!("field-{}", self.name.replace('_', "-"))
    }
}

impl FormSpec {
    /// The form of a command, if a form can hold it.
    pub(in crate::pages) fn of(service: &ServiceName, command: &str) -> Option<Self> {
        let (schema, title) = command_schema::schema(service, command)?;
        let properties = schema["properties"].as_object().into_iter().flatten();
        let required = |name: &str| {
            let all = schema["required"].as_array();
            all.is_some_and(|all| all.iter().any(|one| one == name))
        };
        let mut form = Self {
            title,
            fields: Vec::new(),
            has_handoff: false,
        };
        for (name, property) in properties {
            if name == HANDOFF {
                form.has_handoff = true;
                continue;
            }
            match kind(property, &schema) {
                Some(kind) => form.fields.push(Field {
                    name: name.clone(),
                    own_label: format!("field-{service}-{command}-{name}"),
                    description: description(property),
                    required: required(name),
                    kind,
                }),
                None if required(name) => return None,
                None => {}
            }
        }
        // Required fields first, and choices before texts.
        form.fields
            .sort_by_key(|field| (!field.required, !matches!(field.kind, Kind::Choice(_))));
        join_parties(&mut form.fields);
        Some(form)
    }
}

/// Makes one field of those for a side and for a person of it.
fn join_parties(fields: &mut Vec<Field>) {
    let is_person = |field: &Field| field.name == PERSON && field.kind == Kind::Number;
    let Some(person) = fields.iter().position(is_person) else {
        return;
    };
    if let Some(side) = fields.iter_mut().find(|field| field.name == SIDE) {
        side.kind = Kind::Party;
        fields.remove(person);
    } else if let Some(field) = fields.get_mut(person) {
        field.kind = Kind::Party;
    }
}

fn description(schema: &Value) -> String {
    schema["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The definition to which a required or an optional property refers.
fn definition(property: &Value) -> Option<&str> {
    let direct = property["$ref"].as_str();
    let optional = || {
        let any = property["anyOf"].as_array()?;
        any.iter().find_map(|one| one["$ref"].as_str())
    };
    direct.or_else(optional)?.rsplit('/').next()
}

fn kind(property: &Value, schema: &Value) -> Option<Kind> {
    if let Some(definition) = definition(property) {
        return kind_of_definition(definition, schema);
    }
    let is = |json_type: &str| match &property["type"] {
        Value::String(one) => one == json_type,
        Value::Array(several) => several.iter().any(|one| one == json_type),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if is("array") {
        let of = definition(&property["items"])?;
        let listed = choices(schema, of);
        return match of {
            "Topic" => Some(Kind::Papers),
            "Material" => Some(Kind::Copies),
            "PaperRemark" => Some(Kind::Remarks),
            "StaffId" => Some(Kind::Staff),
            _ => (!listed.is_empty()).then_some(Kind::Choices(listed)),
        };
    }
    if is("integer") || is("number") {
        return Some(Kind::Number);
    }
    if is("boolean") {
        return Some(Kind::Flag);
    }
    let text = if property["format"] == "date" {
        Kind::Day
    } else {
        Kind::Text
    };
    is("string").then_some(text)
}

fn kind_of_definition(definition: &str, schema: &Value) -> Option<Kind> {
    let listed = choices(schema, definition);
    if !listed.is_empty() {
        return Some(Kind::Choice(listed));
    }
    if let Some(variants) = schema["$defs"][definition]["oneOf"].as_array() {
        let grounds = variants.iter().map(Ground::parse).collect::<Option<_>>();
        return grounds.map(Kind::Ground);
    }
    match definition {
        "DivisionCode" => Some(Kind::Place),
        "UnitId" => Some(Kind::Unit),
        "CaseId" => Some(Kind::Case),
        "Timestamp" => Some(Kind::Moment),
        "StaffId" => Some(Kind::Colleague),
        "Topic" => Some(Kind::Line),
        "Yuan" => Some(Kind::Money),
        Fen::SCHEMA => Some(Kind::Fen),
        "Plaintext" => Some(Kind::Text),
        "About" => Some(Kind::Subject),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case, command::CommandType, referral, specialist};

    use super::*;

    fn commands() -> Vec<(ServiceName, String)> {
        let own = |service: ServiceName, names: &[&str]| {
            let all = names
                .iter()
                .map(|name| (service.clone(), (*name).to_owned()));
            all.collect::<Vec<_>>()
        };
        let mut all = own(case::service(), case::Command::NAMES);
        all.extend(own(referral::service(), referral::Command::NAMES));
        for one in specialist::ALL {
            all.extend(own(one.name(), one.command_names()));
        }
        all
    }

    /// Commands with a page of their own.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("intake", "open"),
        ("intake", "correct"),
        ("intake", "attach-piece"),
        ("intake", "attach"),
    ];

    #[test]
    fn every_command_of_the_contract_has_a_form() {
        for (service, command) in commands() {
            let elsewhere = ELSEWHERE.contains(&(service.as_str(), command.as_str()));
            let form = FormSpec::of(&service, &command);
            assert_eq!(form.is_none(), elsewhere, "{service} {command}");
        }
    }

    /// An act is a button: alone, these words do not say what is given, refused, ended or approved.
    #[test]
    fn an_act_says_what_it_is_about() {
        let bare = [
            "给予",
            "不予",
            "终止",
            "更换",
            "指派",
            "批准",
            "先行提供",
            "拟不予",
            "拟终止",
        ];
        for (service, command) in commands() {
            let Some(form) = FormSpec::of(&service, &command) else {
                continue;
            };
            let title = form.title.zh.as_str();
            assert!(!bare.contains(&title), "{service} {command}: {title}");
        }
    }

    #[test]
    fn lists_are_choices_in_both_languages_and_required_fields_come_first() {
        let form = FormSpec::of(&referral::service(), "decline").unwrap();
        assert!(form.has_handoff);
        assert_eq!(
            (form.title.zh.as_str(), form.title.en.as_str()),
            ("拒收", "Decline")
        );
        let names: Vec<&str> = form
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        assert_eq!(names, ["reason", "belongs_to"]);
        let Kind::Choice(reasons) = &form.fields[0].kind else {
            panic!("a list is a choice")
        };
        let first = reasons.first().unwrap();
        assert_eq!(
            (first.label.zh.as_str(), first.label.en.as_str()),
            ("不属本单位管辖", "another place is responsible")
        );
        assert_eq!(form.fields[1].kind, Kind::Place);
        assert!(form.fields[0].required && !form.fields[1].required);
    }
}
