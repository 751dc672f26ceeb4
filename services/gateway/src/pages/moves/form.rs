//! A form made of a command's JSON Schema, as the contract has it: a choice for each list, a field for each
//! text, number, day. What a form cannot hold is not made into one: such a command has a page of its own, or
//! is sent by programs. Pure.

use onestop_proto::{
    actor::ServiceName,
    case,
    command::CommandType,
    referral,
    specialist::{self, Specialist},
};
use serde_json::{Map, Value, json};

use crate::{page::Page, pairs::Pairs, problems::Problems};

/// What the address gives, and nobody types.
pub(crate) const BY_ADDRESS: &str = "handoff";

/// A command, ready to be asked for.
pub(crate) struct Form {
    /// What it does, in Chinese and in English.
    pub(crate) title: (String, String),
    pub(crate) fields: Vec<Field>,
    /// Whether it names the handoff that it is about.
    pub(crate) of_handoff: bool,
}

/// One field.
pub(crate) struct Field {
    pub(crate) name: String,
    /// What the contract says of it: shown where no language has a message for its name.
    pub(crate) about: String,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of a list.
    Choice(Vec<Choice>),
    /// Some of a list.
    Choices(Vec<Choice>),
    Line,
    Long,
    Number,
    Day,
    Moment,
    Flag,
    /// A division, typed by name or code.
    Place,
    /// A unit: one of those around the case.
    Unit,
    /// Another case, typed by its number.
    Case,
    /// Papers, by the names that the directory has for them.
    Papers,
    /// Papers handed in, with how many copies of each.
    Copies,
    /// Accounts of colleagues, separated by spaces.
    Staff,
    /// An item and a topic of it.
    About,
    /// One of several grounds, each with a text of its own: the law's article, a form's number.
    Ground(Vec<Ground>),
}

/// One of several grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ground {
    /// The name under which the contract says which it is.
    tag: String,
    pub(crate) value: String,
    /// The name of its text.
    field: String,
    about: String,
}

impl Ground {
    /// What it is called: in the page's language, else as the contract says in English.
    pub(crate) fn label(&self, page: &Page<'_>) -> String {
        let known = page
            .say
            .maybe(&format!("field-{}-{}", self.tag, self.value));
        known.unwrap_or_else(|| self.about.clone())
    }

    fn of(one: &Value) -> Option<Self> {
        let properties = one["properties"].as_object()?;
        let (tag, value) = properties
            .iter()
            .find_map(|(name, property)| Some((name, property["const"].as_str()?)))?;
        let mut others = properties.iter().filter(|(name, _)| *name != tag);
        let (field, text) = others.next()?;
        // A ground with more than one text is no line of a form.
        (others.next().is_none() && text["type"] == "string").then(|| Self {
            tag: tag.clone(),
            value: value.to_owned(),
            field: field.clone(),
            about: one["description"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

/// One of a list, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl Choice {
    pub(crate) fn text(&self, page: &Page<'_>) -> &str {
        match page.say.language() {
            onestop_proto::text::Language::Zh => &self.zh,
            onestop_proto::text::Language::En => &self.en,
        }
    }
}

/// The schema of a command, and what it is called in Chinese.
pub(crate) fn schema(service: &ServiceName, command: &str) -> Option<(Value, &'static str)> {
    fn of<C: CommandType>(command: &str) -> Option<(Value, &'static str)> {
        let at = C::NAMES.iter().position(|name| *name == command)?;
        let (_, schema) = C::schemas()
            .into_iter()
            .find(|(name, _)| *name == command)?;
        Some((schema.to_value(), *C::TITLES.get(at)?))
    }
    match service.as_str() {
        case::SERVICE => of::<case::Command>(command),
        referral::SERVICE => of::<referral::Command>(command),
        other => {
            let known = |one: &&Specialist| one.service == other;
            let one = specialist::ALL.iter().find(known)?;
            let (_, title) = one.titles().find(|(name, _)| *name == command)?;
            let (_, schema) = one
                .commands()
                .into_iter()
                .find(|(name, _)| *name == command)?;
            Some((schema.to_value(), title))
        }
    }
}

/// What a command is called: in Chinese as the contract says, in English by its own name.
pub(crate) fn title(service: &ServiceName, command: &str) -> Option<(String, String)> {
    let (_, zh) = schema(service, command)?;
    Some((zh.to_owned(), in_english(command)))
}

fn in_english(command: &str) -> String {
    let mut words = command.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The list of a schema's definition, with its words.
pub(crate) fn choices(schema: &Value, definition: &str) -> Vec<Choice> {
    let listed = &schema["$defs"][definition]["oneOf"];
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = listed.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .map(|one| Choice {
            value: text(one, "const"),
            zh: text(one, "x-zh"),
            en: text(one, "title"),
        })
        .filter(|one| !one.value.is_empty())
        .collect()
}

impl Form {
    /// The form of a command, if a form can hold it.
    pub(crate) fn of(service: &ServiceName, command: &str) -> Option<Self> {
        let (schema, zh) = schema(service, command)?;
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let required = |name: &str| {
            let all = schema["required"].as_array();
            all.is_some_and(|all| all.iter().any(|one| one == name))
        };
        let mut fields = Vec::new();
        for (name, property) in properties {
            if name == BY_ADDRESS {
                continue;
            }
            let Some(kind) = kind(name, property, &schema) else {
                if required(name) {
                    return None;
                }
                continue;
            };
            fields.push(Field {
                name: name.clone(),
                about: property["description"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                required: required(name),
                kind,
            });
        }
        // What must be said comes first; choices before texts.
        fields.sort_by_key(|field| (!field.required, !matches!(field.kind, Kind::Choice(_))));
        Some(Self {
            title: (zh.to_owned(), in_english(command)),
            fields,
            of_handoff: properties.contains_key(BY_ADDRESS),
        })
    }
}

/// Where a property points, through what may be left out.
fn definition(property: &Value) -> Option<&str> {
    let direct = property["$ref"].as_str();
    let maybe = || {
        let any = property["anyOf"].as_array()?;
        any.iter().find_map(|one| one["$ref"].as_str())
    };
    direct.or_else(maybe)?.rsplit('/').next()
}

fn kind(name: &str, property: &Value, schema: &Value) -> Option<Kind> {
    if let Some(definition) = definition(property) {
        return of_definition(definition, schema);
    }
    let is = |wanted: &str| match &property["type"] {
        Value::String(one) => one == wanted,
        Value::Array(several) => several.iter().any(|one| one == wanted),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if is("array") {
        let of = definition(&property["items"])?;
        let listed = choices(schema, of);
        return match of {
            "Topic" => Some(Kind::Papers),
            "Material" => Some(Kind::Copies),
            "StaffId" => Some(Kind::Staff),
            _ if !listed.is_empty() => Some(Kind::Choices(listed)),
            _ => None,
        };
    }
    if is("integer") || is("number") {
        return Some(Kind::Number);
    }
    if is("boolean") {
        return Some(Kind::Flag);
    }
    if !is("string") {
        return None;
    }
    const DAYS: [&str; 3] = ["day", "until", "by"];
    const LINES: [&str; 14] = [
        "letter",
        "agreement",
        "firm",
        "licence",
        "certificate",
        "number",
        "file",
        "notice",
        "court",
        "agency",
        "to",
        "post",
        "body",
        "contact",
    ];
    if property["format"] == "date" || DAYS.contains(&name) {
        return Some(Kind::Day);
    }
    Some(if LINES.contains(&name) {
        Kind::Line
    } else {
        Kind::Long
    })
}

fn of_definition(definition: &str, schema: &Value) -> Option<Kind> {
    let listed = choices(schema, definition);
    if !listed.is_empty() {
        return Some(Kind::Choice(listed));
    }
    let grounds = schema["$defs"][definition]["oneOf"].as_array();
    if let Some(grounds) = grounds.map(|all| all.iter().map(Ground::of).collect()) {
        return Option::map(grounds, Kind::Ground);
    }
    match definition {
        "DivisionCode" => Some(Kind::Place),
        "UnitId" => Some(Kind::Unit),
        "CaseId" => Some(Kind::Case),
        "Timestamp" => Some(Kind::Moment),
        "StaffId" | "Topic" => Some(Kind::Line),
        "Plaintext" => Some(Kind::Long),
        "About" => Some(Kind::About),
        _ => None,
    }
}

/// What was typed, as the command's data. Places and cases, which have to be looked up, come in looked up.
pub(crate) fn data(form: &Form, typed: &Pairs, page: &Page<'_>, problems: &mut Problems) -> Value {
    let mut data = Map::new();
    for field in &form.fields {
        let id = format!("f.{}", field.name);
        let label = field.label(page);
        let missing = || page.say.t1("problem-missing", "field", label.clone());
        match value(field, typed, &id) {
            Ok(Some(value)) => {
                data.insert(field.name.clone(), value);
            }
            Ok(None) if field.required => problems.add(&id, missing()),
            Ok(None) => {}
            Err(Unfit) => problems.add(&id, page.say.t1("problem-number", "field", label.clone())),
        }
    }
    Value::Object(data)
}

/// A text that is no number.
struct Unfit;

fn value(field: &Field, typed: &Pairs, id: &str) -> Result<Option<Value>, Unfit> {
    let list = |texts: Vec<&str>| (!texts.is_empty()).then(|| json!(texts));
    Ok(match &field.kind {
        Kind::Flag => Some(json!(typed.ticked(id))),
        Kind::Number => match typed.some(id) {
            Some(text) => Some(json!(text.parse::<u64>().map_err(|_| Unfit)?)),
            None => None,
        },
        Kind::Choices(_) | Kind::Papers => list(typed.all(id).collect()),
        Kind::Staff => {
            let text = typed.get(id);
            list(
                text.split([' ', ',', '，', '、'])
                    .filter(|one| !one.is_empty())
                    .collect(),
            )
        }
        Kind::Copies => {
            let copies = |kind: &str| {
                let count = typed.get(&format!("{id}.{kind}"));
                json!({ "kind": kind, "copies": count.parse::<u32>().unwrap_or(1).max(1) })
            };
            let all: Vec<Value> = typed.all(id).map(copies).collect();
            (!all.is_empty()).then(|| json!(all))
        }
        Kind::About => typed
            .get(id)
            .split_once('/')
            .map(|(item, topic)| json!({ "item": item, "topic": topic })),
        Kind::Ground(grounds) => {
            let chosen = grounds.iter().find(|ground| typed.has(id, &ground.value));
            chosen.and_then(|ground| {
                let text = typed.some(&format!("{id}.{}", ground.value))?;
                Some(json!({ &ground.tag: ground.value, &ground.field: text }))
            })
        }
        Kind::Choice(_)
        | Kind::Line
        | Kind::Long
        | Kind::Day
        | Kind::Moment
        | Kind::Place
        | Kind::Unit
        | Kind::Case => typed.some(id).map(|text| json!(text)),
    })
}

impl Field {
    /// What it is called: by its name, in the page's language; else as the contract says in English.
    pub(crate) fn label(&self, page: &Page<'_>) -> String {
        let known = page
            .say
            .maybe(&format!("field-{}", self.name.replace('_', "-")));
        known.unwrap_or_else(|| self.about.trim_end_matches('.').to_owned())
    }

    /// The id of the field on the page.
    pub(crate) fn id(&self) -> String {
        format!("f.{}", self.name)
    }
}

#[cfg(test)]
mod tests {
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
            let names: Vec<&str> = one.commands().into_iter().map(|(name, _)| name).collect();
            all.extend(own(one.name(), &names));
        }
        all
    }

    /// What has a page of its own, or needs more than a form.
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
            let form = Form::of(&service, &command);
            assert_eq!(form.is_none(), elsewhere, "{service} {command}");
        }
    }

    #[test]
    fn lists_are_choices_in_both_languages_and_what_must_be_said_comes_first() {
        let form = Form::of(&referral::service(), "decline").unwrap();
        assert!(form.of_handoff);
        assert_eq!(form.title, ("拒收".to_owned(), "Decline".to_owned()));
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
            (first.zh.as_str(), first.en.as_str()),
            ("不属本单位管辖", "another place is responsible")
        );
        assert_eq!(form.fields[1].kind, Kind::Place);
        assert!(form.fields[0].required && !form.fields[1].required);
    }

    #[test]
    fn a_ground_is_chosen_with_its_text() {
        let form = Form::of(&referral::service(), "hand-over").unwrap();
        let field = form
            .fields
            .iter()
            .find(|field| field.name == "basis")
            .unwrap();
        let typed = Pairs::read("f.basis=consent&f.basis.consent=2026-17&f.basis.statute=");
        let said = value(field, &typed, &field.id()).ok().flatten().unwrap();
        assert_eq!(said, json!({ "ground": "consent", "reference": "2026-17" }));
        let empty = Pairs::read("f.basis=consent");
        assert!(value(field, &empty, &field.id()).ok().flatten().is_none());
    }

    /// What is typed becomes data that the contract takes.
    #[test]
    fn what_is_typed_becomes_the_commands_data() {
        let service = case::service();
        let form = Form::of(&service, "receive-material").unwrap();
        let typed = Pairs::read("f.materials=property-title&f.materials.property-title=2");
        let field = &form.fields[0];
        let data = value(field, &typed, &field.id()).ok().flatten().unwrap();
        let sent = json!({ "materials": data });
        assert_eq!(
            sent,
            json!({ "materials": [{ "kind": "property-title", "copies": 2 }] })
        );
        assert!(case::Command::parse("receive-material", sent).is_ok());
    }
}
