//! The fields of a command from the JSON Schema that the contract has for it.

use clap::{
    Arg,
    builder::{PossibleValuesParser, TypedValueParser, ValueParser},
    value_parser,
};
use onestop_proto::{time::Timestamp, yuan::Fen};
use serde_json::Value;

use super::field::{Field, parser};

/// A property of a command's schema.
pub(super) struct Property {
    name: String,
    help: String,
    kind: PropertyKind,
    required: bool,
    many: bool,
}

enum PropertyKind {
    Text,
    Number,
    /// A sum typed in yuan, which the command has in fen.
    Fen,
    /// As people write it, in China's time: 2026-03-04 15:20.
    Moment,
    Choice(Vec<String>),
}

impl Property {
    /// A sum that is typed in yuan is not called by its fen.
    fn flag(&self) -> String {
        let name = match self.kind {
            PropertyKind::Fen => self.name.trim_end_matches("_fen"),
            PropertyKind::Text
            | PropertyKind::Number
            | PropertyKind::Moment
            | PropertyKind::Choice(_) => &self.name,
        };
        name.replace('_', "-")
    }

    fn help(&self) -> String {
        match self.kind {
            PropertyKind::Fen => self.help.replace("in fen", "in yuan"),
            PropertyKind::Text
            | PropertyKind::Number
            | PropertyKind::Moment
            | PropertyKind::Choice(_) => self.help.clone(),
        }
    }

    /// How the option may be written, if it is required.
    pub(super) fn example(&self) -> Option<String> {
        let value = match &self.kind {
            PropertyKind::Text => "…",
            PropertyKind::Number => "1",
            PropertyKind::Fen => "1500.50",
            PropertyKind::Moment => "'2026-03-04 15:20'",
            PropertyKind::Choice(choices) => choices.first().map_or("…", String::as_str),
        };
        self.required.then(|| format!(" --{} {value}", self.flag()))
    }

    pub(super) fn into_field(self) -> Field {
        let arg = Arg::new(self.name.clone())
            .long(self.flag())
            .help(self.help())
            .required(self.required)
            .value_parser(self.kind.parser());
        let field = Field::new(self.name, arg);
        if self.many {
            field.many().arg(|arg| arg.num_args(1..))
        } else {
            field
        }
    }
}

impl PropertyKind {
    fn parser(self) -> ValueParser {
        match self {
            PropertyKind::Text => parser::<String>(),
            PropertyKind::Number => value_parser!(u64).range(0..).map(Value::from).into(),
            PropertyKind::Fen => ValueParser::new(|text: &str| {
                let sum = text.parse::<Fen>();
                sum.map(|sum| Value::from(sum.count()))
                    .map_err(|wrong| wrong.to_string())
            }),
            PropertyKind::Moment => parser::<Timestamp>(),
            PropertyKind::Choice(choices) => {
                PossibleValuesParser::new(choices).map(Value::from).into()
            }
        }
    }

    fn of(schema: &Value) -> Self {
        let choices: Vec<String> = schema
            .get("oneOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|choice| Some(choice.get("const")?.as_str()?.to_owned()))
            .collect();
        let of_type = |name: &str| match schema.get("type") {
            Some(Value::Array(types)) => types.iter().any(|one| one == name),
            Some(one) => one == name,
            None => false,
        };
        if !choices.is_empty() {
            Self::Choice(choices)
        } else if of_type("integer") {
            Self::Number
        } else if schema.get("format").and_then(Value::as_str) == Some("date-time") {
            Self::Moment
        } else {
            Self::Text
        }
    }
}

pub(super) fn properties(schema: &Value) -> Vec<Property> {
    let required = schema.get("required").and_then(Value::as_array);
    let required: Vec<&str> = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let property = |(name, described): (&String, &Value)| {
        let schema_of = resolve(described, schema);
        let many = schema_of.get("type").and_then(Value::as_str) == Some("array");
        let one = if many {
            resolve(schema_of.get("items").unwrap_or(&Value::Null), schema)
        } else {
            schema_of
        };
        Property {
            name: name.clone(),
            help: description(described),
            kind: if refers_to_fen(described) {
                PropertyKind::Fen
            } else {
                PropertyKind::of(one)
            },
            required: required.contains(&name.as_str()),
            many,
        }
    };
    properties.into_iter().flatten().map(property).collect()
}

fn refers_to_fen(property: &Value) -> bool {
    let reference = property.get("$ref").and_then(Value::as_str);
    reference.is_some_and(|path| path.rsplit('/').next() == Some(Fen::SCHEMA))
}

/// The schema behind a reference, or behind "this or nothing".
fn resolve<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let path = reference.trim_start_matches('#');
        return root.pointer(path).unwrap_or(schema);
    }
    let either = schema.get("anyOf").and_then(Value::as_array);
    let something = either.into_iter().flatten();
    something
        .filter(|one| one.get("type").and_then(Value::as_str) != Some("null"))
        .map(|one| resolve(one, root))
        .next()
        .unwrap_or(schema)
}

/// What a schema says of itself, as one line.
pub(super) fn description(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str);
    let text = text.unwrap_or_default().replace('\n', " ");
    text.trim_end_matches('.').to_owned()
}
