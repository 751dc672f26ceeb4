//! The words of specialists: `onestop <service> <command> CASE --<field> …`, one for each command of the
//! contract and one option for each of its fields. A specialist that joins has its words at once.

use std::collections::BTreeMap;

use clap::{
    Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches, Subcommand,
    builder::PossibleValuesParser, error::ErrorKind, value_parser,
};
use onestop_proto::{
    ids::CaseRef,
    specialist::{self, Specialist},
    time::Timestamp,
};
use serde_json::{Map, Value, json};

/// The word for a look at a matter.
const SHOW: &str = "show";
/// The name of the argument that says which case.
const CASE: &str = "CASE";

/// Something asked of a specialist.
pub(crate) struct MatterCommand {
    pub(crate) specialist: &'static Specialist,
    pub(crate) case: CaseRef,
    pub(crate) asked: Asked,
}

/// What is asked.
pub(crate) enum Asked {
    /// How the matter stands.
    Show,
    /// To do something.
    Order {
        /// The command's name in the contract.
        command: &'static str,
        /// Its data, as the contract wants it.
        data: Value,
    },
}

/// A field of a command.
struct Field {
    name: String,
    help: String,
    kind: Kind,
    wanted: bool,
    many: bool,
}

enum Kind {
    Text,
    Number,
    /// As people write it, in China's time: 2026-03-04 15:20.
    Moment,
    Choice(Vec<String>),
}

impl Field {
    fn option(&self) -> String {
        self.name.replace('_', "-")
    }

    fn example(&self) -> String {
        let value = match &self.kind {
            Kind::Text => "…",
            Kind::Number => "1",
            Kind::Moment => "'2026-03-04 15:20'",
            Kind::Choice(choices) => choices.first().map_or("…", String::as_str),
        };
        format!(" --{} {value}", self.option())
    }
}

impl Subcommand for MatterCommand {
    fn augment_subcommands(all: Command) -> Command {
        specialist::ALL
            .iter()
            .fold(all, |all, specialist| all.subcommand(words_of(specialist)))
    }

    fn augment_subcommands_for_update(all: Command) -> Command {
        Self::augment_subcommands(all)
    }

    fn has_subcommand(name: &str) -> bool {
        find(name).is_some()
    }
}

impl FromArgMatches for MatterCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let unknown = || Error::new(ErrorKind::InvalidSubcommand);
        let (service, matches) = matches.subcommand().ok_or_else(unknown)?;
        let specialist = find(service).ok_or_else(unknown)?;
        let (word, matches) = matches.subcommand().ok_or_else(unknown)?;
        let case = matches.get_one::<CaseRef>(CASE);
        let case = case.cloned().ok_or_else(unknown)?;
        let asked = if word == SHOW {
            Asked::Show
        } else {
            let commands = specialist.commands();
            let known = commands.iter().find(|(name, _)| *name == word);
            let (command, schema) = known.ok_or_else(unknown)?;
            let data = data(&fields(schema.as_value()), matches);
            specialist.check(command, data.clone()).map_err(|wrong| {
                let field = wrong.field.trim_start_matches("data.").replace('_', "-");
                let text = format!("--{field}: {}\n", wrong.problem);
                Error::raw(ErrorKind::ValueValidation, text)
            })?;
            Asked::Order { command, data }
        };
        Ok(Self {
            specialist,
            case,
            asked,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn find(service: &str) -> Option<&'static Specialist> {
    let mut all = specialist::ALL.iter();
    all.find(|specialist| specialist.service == service)
}

fn words_of(specialist: &Specialist) -> Command {
    let service = specialist.service;
    let about = format!(
        "{}: matters of {}",
        specialist.title.zh, specialist.title.en
    );
    let about_show = "怎样了 · How the matter stands, and what can be done".to_owned();
    let show = word(service, SHOW, about_show, Vec::new());
    let all = Command::new(service)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(show);
    let titles: BTreeMap<_, _> = specialist.titles().collect();
    specialist
        .commands()
        .iter()
        .fold(all, |all, (name, schema)| {
            let told = text(schema.as_value(), "description");
            let zh = titles.get(name).copied().unwrap_or_default();
            let fields = fields(schema.as_value());
            all.subcommand(word(service, name, format!("{zh} · {told}"), fields))
        })
}

/// One word, with the case that it is about.
fn word(service: &str, name: &'static str, about: String, fields: Vec<Field>) -> Command {
    let wanted = fields.iter().filter(|field| field.wanted);
    let options: String = wanted.map(Field::example).collect();
    let by = format!("--by specialist/wang@530821.{service}");
    let example = format!("Example: onestop {service} {name} CASE{options} {by}");
    Command::new(name)
        .about(about)
        .after_help(example)
        .arg(
            Arg::new(CASE)
                .help("Case id or number")
                .required(true)
                .value_parser(value_parser!(CaseRef)),
        )
        .args(fields.into_iter().map(option))
}

fn option(field: Field) -> Arg {
    let option = Arg::new(field.name.clone())
        .long(field.option())
        .help(field.help)
        .required(field.wanted);
    let option = if field.many {
        option.num_args(1..).action(ArgAction::Append)
    } else {
        option
    };
    match field.kind {
        Kind::Text => option,
        Kind::Number => option.value_parser(value_parser!(u64).range(0..)),
        Kind::Moment => option.value_parser(value_parser!(Timestamp)),
        Kind::Choice(choices) => option.value_parser(PossibleValuesParser::new(choices)),
    }
}

/// The fields of a command, from its JSON Schema.
fn fields(schema: &Value) -> Vec<Field> {
    let wanted = schema.get("required").and_then(Value::as_array);
    let wanted: Vec<&str> = wanted
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let field = |(name, described): (&String, &Value)| {
        let what = resolve(described, schema);
        let many = what.get("type").and_then(Value::as_str) == Some("array");
        let one = if many {
            resolve(what.get("items").unwrap_or(&Value::Null), schema)
        } else {
            what
        };
        Field {
            name: name.clone(),
            help: text(described, "description"),
            kind: kind(one),
            wanted: wanted.contains(&name.as_str()),
            many,
        }
    };
    properties.into_iter().flatten().map(field).collect()
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

fn kind(schema: &Value) -> Kind {
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
        Kind::Choice(choices)
    } else if of_type("integer") {
        Kind::Number
    } else if schema.get("format").and_then(Value::as_str) == Some("date-time") {
        Kind::Moment
    } else {
        Kind::Text
    }
}

fn text(schema: &Value, field: &str) -> String {
    let text = schema.get(field).and_then(Value::as_str);
    let text = text.unwrap_or_default().replace('\n', " ");
    text.trim_end_matches('.').to_owned()
}

/// The data of a command, from what was written.
fn data(fields: &[Field], matches: &ArgMatches) -> Value {
    let mut data = Map::new();
    for field in fields {
        let values: Vec<Value> = match field.kind {
            Kind::Number => {
                let written = matches.get_many::<u64>(&field.name);
                written
                    .into_iter()
                    .flatten()
                    .map(|n| Value::from(*n))
                    .collect()
            }
            Kind::Moment => {
                let written = matches.get_many::<Timestamp>(&field.name);
                let moments = written.into_iter().flatten();
                moments.map(|moment| json!(moment)).collect()
            }
            Kind::Text | Kind::Choice(_) => {
                let written = matches.get_many::<String>(&field.name);
                written
                    .into_iter()
                    .flatten()
                    .cloned()
                    .map(Value::from)
                    .collect()
            }
        };
        if field.many && !values.is_empty() {
            data.insert(field.name.clone(), Value::from(values));
        } else if let Some(value) = values.into_iter().next() {
            data.insert(field.name.clone(), value);
        }
    }
    Value::Object(data)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};
    use serde_json::json;

    use crate::cli::{Asked, Cli, Command};

    fn asked(line: &str) -> Result<serde_json::Value, clap::Error> {
        let cli = Cli::try_parse_from(line.split(' '))?;
        let Command::Matter(asked) = cli.command else {
            panic!("{line} is about a matter")
        };
        match asked.asked {
            Asked::Order { data, .. } => Ok(data),
            Asked::Show => panic!("{line} asks for something to be done"),
        }
    }

    /// Among them: that no field of a command is called as an option of all commands is.
    #[test]
    fn the_words_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_become_the_data_of_the_contract() {
        let data = asked(
            "onestop mediation name-mediators s4k2m9qxa-261123-001 --mediators yang-mei li --named-by parties",
        );
        let wanted = json!({ "mediators": ["yang-mei", "li"], "named_by": "parties" });
        assert_eq!(data.unwrap(), wanted);
    }

    #[test]
    fn what_the_contract_does_not_take_is_told_before_anybody_is_asked() {
        let wrong = asked(
            "onestop legal-aid request-supplement s4k2m9qxa-261123-001 --missing Wage-Record",
        );
        let told = wrong.unwrap_err().to_string();
        assert!(told.contains("--missing"), "{told}");
    }
}
