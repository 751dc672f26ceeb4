//! A field of a contract command: the clap argument that reads it, and its place in the command's JSON.

use std::{fmt::Display, str::FromStr};

use clap::{
    Arg, ArgAction, ArgMatches,
    builder::{BoolValueParser, TypedValueParser, ValueParser},
};
use jiff::civil::Date;
use onestop_chassis::clock::SystemClock;
use onestop_proto::{actor::ServiceName, ids::CaseRef, typed_dates};
use serde::Serialize;
use serde_json::{Value, json};

/// What becomes of a parsed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Value,
    /// A unit as people write it (`530821.legal-aid`), sent as its id.
    Unit,
    /// A case by id or number, sent as its id.
    Case,
    /// A handoff; without it, the id of the open one is sent.
    Handoff,
    /// A division; without it, that of the actor's window is sent.
    WindowDivision,
    /// The case that the command is about: not part of its data.
    Subject,
    /// The service that the command is sent to: not part of its data.
    Service,
}

/// One argument of a contract command.
#[derive(Clone)]
pub(crate) struct Field {
    /// Where the value goes in the command's JSON: names joined by dots; a number is an index, `+` appends.
    pub(crate) path: String,
    pub(crate) kind: Kind,
    many: bool,
    arg: Arg,
}

/// `--flag <FLAG>`, parsed as a `T`. Its path is the flag's name with underscores.
pub(super) fn option<T>(flag: &'static str, help: &'static str) -> Field
where
    T: FromStr + Serialize + 'static,
    T::Err: Display,
{
    let path = flag.replace('-', "_");
    let arg = Arg::new(flag).long(flag).value_name(path.to_uppercase());
    Field::new(path, arg.help(help).value_parser(parser::<T>()))
}

/// `<NAME>`, required, parsed as a `T`.
pub(super) fn positional<T>(name: &'static str, help: &'static str) -> Field
where
    T: FromStr + Serialize + 'static,
    T::Err: Display,
{
    let arg = Arg::new(name)
        .value_name(name.to_uppercase())
        .required(true);
    Field::new(name.to_owned(), arg.help(help).value_parser(parser::<T>()))
}

/// `--flag`; sends `on` when set and `off` when not. Null is not sent.
pub(super) fn switch(flag: &'static str, help: &'static str, on: Value, off: Value) -> Field {
    let parser = BoolValueParser::new().map(move |set| if set { on.clone() } else { off.clone() });
    let arg = Arg::new(flag).long(flag).action(ArgAction::SetTrue);
    let arg = arg.help(help).value_parser(ValueParser::new(parser));
    Field::new(flag.replace('-', "_"), arg)
}

/// `--flag`; sends `true` when set.
pub(super) fn flag(flag: &'static str, help: &'static str) -> Field {
    switch(flag, help, json!(true), Value::Null)
}

/// `<CASE>`: the case that the command is about.
pub(super) fn subject() -> Field {
    positional::<CaseRef>(
        "case",
        "The case: its number in either form, its short code, or its id",
    )
    .kind(Kind::Subject)
}

/// `<SERVICE>`: the service that the command is sent to.
pub(super) fn service(help: &'static str) -> Field {
    positional::<ServiceName>("service", help).kind(Kind::Service)
}

/// `--flag <FLAG>`, a day as people type it: `2026-03-07`, `2026年3月7日`, `3月7日`.
pub(super) fn day(flag: &'static str, help: &'static str) -> Field {
    option::<String>(flag, help).arg(|arg| arg.value_parser(day_parser()))
}

/// `<NAME>`, required, a day as people type it.
pub(super) fn positional_day(name: &'static str, help: &'static str) -> Field {
    positional::<String>(name, help).arg(|arg| arg.value_parser(day_parser()))
}

fn day_parser() -> ValueParser {
    ValueParser::new(|text: &str| {
        let read: Result<Date, _> = plain_day(text).parse();
        let day = read.map_err(|_| format!("'{text}' is not a day: 2026-03-07 is one"))?;
        serde_json::to_value(day).map_err(|error| error.to_string())
    })
}

/// A day as programs read it; what is no day stays as it is.
pub(super) fn plain_day(text: &str) -> String {
    typed_dates::plain(text, SystemClock.now().china_date())
}

/// Parses a text as a `T`, and keeps it as the contract writes it in JSON.
pub(super) fn parser<T>() -> ValueParser
where
    T: FromStr + Serialize + 'static,
    T::Err: Display,
{
    ValueParser::new(|text: &str| {
        let parsed = text.parse::<T>().map_err(|error| error.to_string())?;
        serde_json::to_value(parsed).map_err(|error| error.to_string())
    })
}

impl Field {
    pub(super) fn new(path: String, arg: Arg) -> Self {
        Self {
            path,
            kind: Kind::Value,
            many: false,
            arg,
        }
    }

    pub(super) fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn at(self, path: &str) -> Self {
        let path = path.to_owned();
        Self { path, ..self }
    }

    /// Changes what clap knows of it.
    pub(super) fn arg(self, change: impl FnOnce(Arg) -> Arg) -> Self {
        let arg = change(self.arg);
        Self { arg, ..self }
    }

    pub(super) fn required(self) -> Self {
        self.arg(|arg| arg.required(true))
    }

    pub(super) fn default(self, text: &'static str) -> Self {
        self.arg(|arg| arg.default_value(text))
    }

    pub(super) fn requires(self, other: &'static str) -> Self {
        self.arg(|arg| arg.requires(other))
    }

    pub(super) fn value_name(self, name: &'static str) -> Self {
        self.arg(|arg| arg.value_name(name))
    }

    /// A list: an option may be repeated, a positional argument takes the rest of the line.
    pub(super) fn many(self) -> Self {
        let field = self.arg(|arg| match arg.get_long() {
            Some(_) => arg.action(ArgAction::Append),
            None => arg.num_args(1..),
        });
        Self {
            many: true,
            ..field
        }
    }

    /// An option whose values may also be separated by commas.
    pub(super) fn list(self) -> Self {
        self.many().arg(|arg| arg.value_delimiter(','))
    }

    pub(super) fn to_arg(&self) -> Arg {
        self.arg.clone()
    }

    fn values(&self, matches: &ArgMatches) -> Vec<Value> {
        let written = matches.get_many::<Value>(self.arg.get_id().as_str());
        let written = written.into_iter().flatten().filter(|it| !it.is_null());
        written.cloned().collect()
    }

    /// The written value, as a `T`.
    pub(super) fn read<T: serde::de::DeserializeOwned>(&self, matches: &ArgMatches) -> Option<T> {
        let value = self.values(matches).into_iter().next()?;
        serde_json::from_value(value).ok()
    }

    /// Puts what was written into the command's JSON.
    pub(super) fn put(&self, matches: &ArgMatches, data: &mut Value) {
        let path: Vec<&str> = self.path.split('.').collect();
        let values = self.values(matches);
        if self.many && !path.contains(&"+") {
            if !values.is_empty() {
                put(data, &path, Value::from(values));
            }
            return;
        }
        for value in values {
            put(data, &path, value);
        }
    }
}

/// Puts a value at a path, and makes the objects and lists on the way.
fn put(at: &mut Value, path: &[&str], value: Value) {
    let Some((head, rest)) = path.split_first() else {
        *at = value;
        return;
    };
    let index = match (*head, &*at) {
        ("+", Value::Array(list)) => Some(list.len()),
        ("+", _) => Some(0),
        (other, _) => other.parse::<usize>().ok(),
    };
    let Some(index) = index else {
        if !at.is_object() {
            *at = json!({});
        }
        put(&mut at[*head], rest, value);
        return;
    };
    if !at.is_array() {
        *at = json!([]);
    }
    if let Value::Array(list) = at {
        list.resize(list.len().max(index + 1), Value::Null);
        put(&mut list[index], rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_make_what_is_on_the_way() {
        let mut data = json!({});
        let mut at = |path: &str, value: &str| {
            let path: Vec<&str> = path.split('.').collect();
            put(&mut data, &path, json!(value));
        };
        at("applicant.people.0.name", "岩温");
        at("applicant.people.0.document.number", "1");
        at("applicant.people.+.name", "玉香");
        let people = json!([{ "name": "岩温", "document": { "number": "1" } }, { "name": "玉香" }]);
        assert_eq!(data, json!({ "applicant": { "people": people } }));
    }
}
